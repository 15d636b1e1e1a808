import * as sdk from "@aws-sdk/client-codeartifact";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { runProcess } from "../../commands/python/runProcess";
import { Person } from "../support/clients/person";
import { clientTools } from "../support/clients/tools";
import { openRegistries, publishInto, type Registries, readerToken } from "../support/examples/registries";
import { attest, installAttestingGh } from "../support/attestingGh";
import { projectDirectory } from "../support/deployments";

const text = readFileSync(join(projectDirectory, "docs/consumers.md"), "utf8");
const repository = "orb-integration-hub/orb-integration-hub";
const signer = `${repository}/.github/workflows/deploy-packages.yml`;

describe("docs/consumers.md's check of a lock", () => {
  let registries: Registries;
  let person: Person;
  let script: string;
  let files: readonly MadeDistribution[];
  let token: string;

  before(async () => {
    const tools = await clientTools();
    files = [
      await makeWheel({ name: "orb-common", version: "1.4.0" }),
      await makeWheel({ name: "orb-models", version: "1.2.0" }),
    ];
    const attrs = await makeWheel({ name: "attrs", version: "26.1.0" });
    registries = await openRegistries([attrs]);
    const { staging } = registries.of;
    await publishInto(staging, files);
    token = await readerToken(staging, "staging");
    person = new Person(tools);
    const [, block = ""] = /^```bash\n([^`]*gh attestation verify[^`]*)```$/m.exec(text) ?? [];
    script = block
      .replaceAll(
        "https://aws:${CODEARTIFACT_AUTH_TOKEN}@ENDPOINT",
        () => `${staging.address.replace("://", "://aws:${CODEARTIFACT_AUTH_TOKEN}@")}/pypi/python-packages`,
      )
      .replaceAll("TEAM/NAME", repository);
    const lines = [...files, attrs].map((file) => {
      const [name = "", version = ""] = file.filename.split("-");
      return `${name.replace("_", "-")}==${version} --hash=sha256:${sha256(file)}\n`;
    });
    person.write("requirements.txt", lines.join(""));
    mkdirSync(join(person.work, "bin"));
  });

  after(async () => {
    person.leave();
    await registries.close();
  });

  /** Runs the documented script, and tells whether anything was installed. */
  const run = async (name: string, attested: readonly [MadeDistribution, string][]) => {
    const [target, attestations] = [join(person.work, `${name}-target`), join(person.work, `${name}-attestations`)];
    installAttestingGh(join(person.work, "bin"), attestations);
    attest(
      attestations,
      ...attested.map(([file, by]) => ({ sha256: sha256(file), repository, signer: by, ref: by.split("@")[1]! })),
    );
    const end = await runProcess("bash", ["-euc", script], {
      directory: person.work,
      environment: {
        PATH: [join(person.work, "bin"), person.tools.bin, process.env.PATH].join(delimiter),
        HOME: person.home,
        CODEARTIFACT_AUTH_TOKEN: token,
        GH_TOKEN: "x",
        PIP_TARGET: target,
        PIP_CONFIG_FILE: "/dev/null",
        PIP_DISABLE_PIP_VERSION_CHECK: "1",
        TMPDIR: person.home,
      },
    });
    return { ...end, installed: existsSync(join(target, "orb_common")) || existsSync(join(target, "orb_common.py")) };
  };
  const main = `${signer}@refs/heads/main`;

  it("installs a lock whose private files were all attested", async () => {
    const { exitCode, output, installed } = await run(
      "all",
      files.map((file) => [file, main]),
    );

    expect(exitCode, output).to.equal(0);
    expect(installed, output).to.equal(true);
  });

  for (const [what, by] of [
    ["no one", undefined],
    ["another workflow", `${repository}/.github/workflows/other.yml@refs/heads/main`],
    ["a workflow whose path begins alike", `${signer}.yml@refs/heads/main`],
    ["another ref", `${signer}@refs/heads/Main`],
  ] as const) {
    it(`installs nothing where ${what} attested one of them, and names it`, async () => {
      const attested: [MadeDistribution, string][] = [
        [files[0]!, main],
        ...(by === undefined ? [] : ([[files[1]!, by]] as [MadeDistribution, string][])),
      ];
      const { exitCode, output, installed } = await run(what.replaceAll(" ", "-"), attested);

      expect(exitCode).to.equal(1);
      expect(output.match(/^not attested: .*$/gm)).to.deep.equal([`not attested: ${files[1]!.filename}`]);
      expect(installed).to.equal(false);
    });
  }
});

function sha256({ bytes }: MadeDistribution): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("docs/consumers.md on tokens", () => {
  it("says that no operation of CodeArtifact withdraws one, and AWS's model has only the one that mints", () => {
    const commands = Object.keys(sdk).filter((name) => /(?:Token|Revoke|Invalidate)\w*Command$/.test(name));

    expect(text).to.include("CodeArtifact has no operation that withdraws a token");
    expect(commands).to.deep.equal(["GetAuthorizationTokenCommand"]);
  });
});
