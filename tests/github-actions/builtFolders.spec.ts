import { expect } from "chai";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment, runProcess } from "../../commands/python/runProcess";
import { audience } from "../../iam/trust";
import { identityToken, startJob } from "../../sandbox/github/client";
import { Person } from "../support/clients/person";
import { clientTools, withVersion } from "../support/clients/tools";
import { runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries } from "../support/commands/promoteRegistries";
import { projectDirectory } from "../support/deployments";
import { type Builder, builders, builderTools, buildFolder, sbomVersion } from "../support/github-actions/builders";
import { actionsFolder } from "../support/github-actions/runnerStep";

const place = "orb-integration-hub-dev/python-packages";

/** The lines of sandbox/README.md that run publish.py. */
const documented = readFileSync(join(projectDirectory, "sandbox/README.md"), "utf8")
  .split("\n")
  .filter((line) => /^\$ (?:export REGION=|FILES=dist )/.test(line))
  .map((line) => line.slice(2))
  .join("\n");

/** What signing tools, systems and people leave beside a wheel. Neither is read, so the bytes do not matter. */
const beside = (wheel: string) => [".DS_Store", "SHA256SUMS", `${wheel}.asc`, `${wheel}.publish.attestation`];

/** Changes each byte of a file, and cuts it at each; prints how often it is still taken, and what is raised but NotADistribution. */
const damage = `
import sys
from pathlib import Path
sys.dont_write_bytecode = True
sys.path += sys.argv[1:3]
from distributions import NotADistribution, read_distribution
source, damaged = map(Path, sys.argv[3:])
whole, taken, others = source.read_bytes(), {"whole": 0, "changed": 0, "cut": 0}, set()
def attempt(how, contents):
    damaged.write_bytes(contents)
    try:
        read_distribution(damaged)
        taken[how] += 1
    except NotADistribution:
        pass
    except Exception as error:
        others.add(repr(error))
attempt("whole", whole)
for at in range(len(whole)):
    attempt("changed", whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1:])
    attempt("cut", whole[:at])
print(taken["whole"], taken["cut"], taken["changed"] < len(whole) / 3, sorted(others))
`;

describe("a folder that a build tool leaves", () => {
  let person: Person;
  let registries: PromotionRegistries;
  let clients: Awaited<ReturnType<typeof clientTools>>;

  before(async () => {
    person = new Person(await builderTools());
    clients = await clientTools();
    registries = await openRegistries();
  });

  after(async () => {
    person.leave();
    await registries.close();
  });

  /** Runs what sandbox/README.md says for a shell that is a job of the sandbox, with the real AWS CLI and twine. */
  const publish = async (folder: string) => {
    const { address, context } = registries.sandboxes.dev;
    const job = await startJob(address, {
      repository: "orb-integration-hub/orb-integration-hub",
      environment: "dev",
      ref: "refs/heads/develop",
      workflow: ".github/workflows/deploy-packages.yml",
    });
    const { PATH = "", ...environment } = cleanEnvironment(person.home);
    return runProcess("bash", ["--norc", "-euc", documented.replace("FILES=dist", `FILES='${folder}'`)], {
      directory: projectDirectory,
      environment: {
        ...environment,
        PATH: `${clients.bin}:${PATH}`,
        PYTHONDONTWRITEBYTECODE: "1",
        AWS_ENDPOINT_URL: address,
        AWS_ROLE_SESSION_NAME: "me",
        AWS_ROLE_ARN: `arn:aws:iam::${context.account.accountId}:role/${context.domain}-codeartifact-publisher`,
        AWS_WEB_IDENTITY_TOKEN_FILE: person.write("identity", await identityToken(address, job, audience)),
      },
    });
  };
  const sha256In = (folder: string, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]),
    );
  /** All that a registry has of one version. */
  const held = (stack: "dev" | "staging", version: string) =>
    Object.fromEntries(Object.entries(registries.held(stack)).filter(([name]) => name.includes(`-${version}`)));
  const isDistribution = (name: string) => /\.(whl|tar\.gz)$/.test(name) && !name.startsWith(".");

  builders.forEach((builder: Builder, index) => {
    const [written, version] = [`1.${index}.0-rc.1`, `1.${index}.0rc1`];
    const others = builder.leaves.length === 0 ? "" : `, with ${builder.leaves.join(", ")},`;

    it(`of ${builder.name} ${builder.version}${others} is published, and its two files are promoted`, async () => {
      const { folder, files } = await buildFolder(person, builder, written);
      const distributions = files.filter(isDistribution);
      expect(files).to.deep.equal([...builder.leaves, ...distributions].sort());
      expect(distributions).to.have.length(2);

      const published = await publish(folder);
      const promoted = await runCommand(
        "promote",
        [
          ...["--from", "dev", "--to", "staging", "--from-profile", "dev-reader", "--to-profile", "staging-publisher"],
          ...["--allow-prereleases", `orb-common==${written}`],
        ],
        { environment: registries.environment },
      );

      expect(published.exitCode, published.output).to.equal(0);
      const leftAlone = /^files: ignored, because they are not distributions: (.*)$/m.exec(published.output)?.[1];
      expect(leftAlone).to.equal(builder.leaves.length === 0 ? undefined : builder.leaves.join(", "));
      expect(promoted.exitCode, promoted.stderr).to.equal(0);
      expect(promoted.stdout.trimEnd().split("\n").at(-1)).to.equal("dev → staging: 2 carried, 0 there already.");
      const wanted = sha256In(folder, distributions);
      expect([held("dev", version), held("staging", version)]).to.deep.equal([wanted, wanted]);
    });
  });

  it(`is published where signatures, checksums and an SBOM of cyclonedx-bom ${sbomVersion} are in it, and names them all`, async () => {
    const [uv] = builders;
    const { folder, files } = await buildFolder(person, uv!, "2.0.0");
    const wheel = files.find((name) => name.endsWith(".whl"))!;
    const run = await person.run("cyclonedx-py", ["environment", "--output-file", join(folder, "orb.cdx.json")]);
    expect(run.exitCode, run.text).to.equal(0);
    for (const name of beside(wheel)) {
      writeFileSync(join(folder, name), "*");
    }

    const { exitCode, output } = await publish(folder);

    expect(exitCode, output).to.equal(0);
    const names = [...uv!.leaves, ...beside(wheel), "orb.cdx.json"].sort();
    expect(output).to.include(`files: ignored, because they are not distributions: ${names.join(", ")}\n`);
    expect(held("dev", "2.0.0")).to.deep.equal(sha256In(folder, files.filter(isDistribution)));
  });

  it("has files that are rejected by name wherever they are cut, and mostly where a byte is changed", async () => {
    const { folder, files } = await buildFolder(person, builders[0]!, "5.0.0");
    const folders = ["publish-python", "codeartifact-login"].map((name) => join(actionsFolder, name));
    mkdirSync(join(person.work, "damaged"));

    for (const name of files.filter(isDistribution)) {
      const paths = [join(folder, name), join(person.work, "damaged", name)];
      const { output } = await runProcess(clients.python, ["-I", "-c", damage, ...folders, ...paths]);
      expect(output).to.equal("1 0 True []\n");
    }
  });

  for (const [what, change] of [
    ["a wheel that is cut short", (bytes: Buffer) => bytes.subarray(0, -30)],
    ["a wheel with other contents", () => Buffer.from("no zip")],
    ["an empty wheel", () => Buffer.alloc(0)],
  ] as const) {
    it(`is not published where it has ${what}, not even what is whole`, async () => {
      const { folder, files } = await buildFolder(person, builders[0]!, "3.0.0");
      const copy = join(person.work, what.replaceAll(" ", "-"));
      mkdirSync(copy);
      for (const name of files) {
        copyFileSync(join(folder, name), join(copy, name));
      }
      const wheel = files.find((name) => name.endsWith(".whl"))!;
      writeFileSync(join(copy, wheel), change(readFileSync(join(folder, wheel))));

      const { exitCode, output } = await publish(copy);

      expect(readdirSync(copy)).to.have.length(3);
      expect(exitCode).to.equal(1);
      expect(output).to.include(`::error title=CodeArtifact::files: ${wheel}: no wheel or sdist can be read in it (`);
      expect(held("dev", "3.0.0")).to.deep.equal({});
    });
  }

  it(`is published once with ${withVersion("twine")} and ${withVersion("AWS CLI", "awscli")}: the second time finds the same bytes`, async () => {
    const { folder, files } = await buildFolder(person, builders[0]!, "4.0.0");

    const [first, second] = [await publish(folder), await publish(folder)];

    expect([first.exitCode, second.exitCode], first.output + second.output).to.deep.equal([0, 0]);
    for (const [name, sha256] of Object.entries(sha256In(folder, files.filter(isDistribution)))) {
      expect(first.output).to.include(`${name}: published to ${place}, SHA-256 ${sha256}\n`);
      expect(second.output).to.include(`${name}: ${place} has the same bytes, SHA-256 ${sha256}\n`);
    }
  });
});
