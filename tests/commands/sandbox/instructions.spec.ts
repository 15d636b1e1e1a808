import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { instructions } from "../../../commands/sandbox/instructions";
import { deployChanged } from "../../support/deployments";

const address = "http://127.0.0.1:4321";

const publisher = {
  repository: "orb-integration-hub/orb-integration-hub",
  repositoryId: 1,
  ownerId: 2,
  environment: "dev",
  ref: "refs/heads/develop",
  workflow: ".github/workflows/deploy-packages.yml",
};

const served = (at: string) => ({ address: at, endpointOf: () => at });

/** What is printed for dev with other publishers. */
async function printed(publishers: readonly object[], at = address): Promise<string> {
  const deployment = await deployChanged({ settings: { publishers } });
  return stripVTControlCharacters(instructions(deployment, served(at)));
}

/** The options that a shell hands to `npm run job`. */
function jobOptions(text: string): Readonly<Record<string, string>> {
  const bin = mkdtempSync(join(tmpdir(), "package-registry-"));
  try {
    const printer = `#!${process.execPath}\nconsole.log("export SEEN='" + encodeURIComponent(JSON.stringify(process.argv.slice(2))).replaceAll("'", "%27") + "'")\n`;
    writeFileSync(join(bin, "npm"), printer, { mode: 0o755 });
    const [line = ""] = /^eval .*$/m.exec(text) ?? [];
    const seen = execFileSync("sh", ["-c", `${line}; printf %s "$SEEN"`], {
      env: { PATH: `${bin}:${process.env.PATH ?? ""}` },
    });
    const [run, silent, job, dashes, ...options] = JSON.parse(decodeURIComponent(seen.toString())) as string[];
    expect([run, silent, job, dashes]).to.deep.equal(["run", "--silent", "job", "--"]);
    return Object.fromEntries(
      options.flatMap((name, index) => (index % 2 === 0 ? [[name, options[index + 1] ?? ""] as const] : [])),
    );
  } finally {
    rmSync(bin, { recursive: true });
  }
}

describe("what the sandbox has a person paste", () => {
  it("names the sandbox wherever AWS has its own address, and holds no other host", async () => {
    const text = await printed([publisher]);
    const hosts = [...text.matchAll(/https?:\/\/(?:[^\s@]*@)?([\w.:-]+)/g)].map(([, host]) => host);

    expect(new Set(hosts)).to.deep.equal(new Set(["127.0.0.1:4321"]));
    expect(text).to.include('PIP_INDEX_URL="http://aws:${CODEARTIFACT_AUTH_TOKEN}@127.0.0.1:4321/pypi/');
  });

  it("describes the publisher's job, and where the sandbox serves unless that is where one is looked for", async () => {
    const described = {
      "--repository": "orb-integration-hub/orb-integration-hub",
      "--environment": "dev",
      "--ref": "refs/heads/develop",
      "--workflow": ".github/workflows/deploy-packages.yml",
    };
    expect(jobOptions(await printed([publisher]))).to.deep.equal({ ...described, "--sandbox": address });
    expect(jobOptions(await printed([publisher], "http://127.0.0.1:8787"))).to.deep.equal(described);
  });

  it("describes a job without an environment by its branch, and names its called workflow", async () => {
    const called = "acme/workflows/.github/workflows/publish.yml@refs/tags/v1";
    const { environment, ...onBranch } = publisher;
    expect(
      jobOptions(await printed([{ ...onBranch, branch: "main", ref: "refs/heads/main", workflow: called }])),
    ).to.deep.equal({
      "--repository": "orb-integration-hub/orb-integration-hub",
      "--ref": "refs/heads/main",
      "--job-workflow-ref": called,
      "--sandbox": address,
    });
    expect(environment).to.equal("dev");
  });

  it("hands on names that mean something to a shell", async () => {
    const odd = { environment: `it's (a) "test"; & \`more\` #:1`, ref: "refs/heads/it's;(a)&`b`|c" };
    expect(jobOptions(await printed([{ ...publisher, ...odd }]))).to.deep.equal({
      "--repository": "orb-integration-hub/orb-integration-hub",
      "--environment": odd.environment,
      "--ref": odd.ref,
      "--workflow": ".github/workflows/deploy-packages.yml",
      "--sandbox": address,
    });
  });

  it("has a line for the job that may read, the jobs that deploy and the administrator, each with its heading", async () => {
    const deployment = await deployChanged({
      settings: { publishers: [publisher], readers: [{ ...publisher, workflow: ".github/workflows/layers.yml" }] },
    });
    const [deployer] = deployment.settings.publishers;
    const text = stripVTControlCharacters(
      instructions(deployment, served("http://127.0.0.1:8787"), [
        {
          ...deployer!.job,
          repository: "acme/registry",
          kind: "reader",
          roleName: `${deployment.settings.domain}-deploy`,
        },
      ]),
    );
    const lines = text.split("\n");
    const line = (heading: string) => lines[lines.indexOf(heading) + 1];

    expect(line("# Or the job that may read")).to.equal(
      'eval "$(npm run --silent job -- --repository orb-integration-hub/orb-integration-hub --environment dev ' +
        '--ref refs/heads/develop --workflow .github/workflows/layers.yml)"',
    );
    expect(line("# Or the job that deploys, with the role that bootstrap makes")).to.match(
      /^eval "\$\(npm run --silent job -- --repository acme\/registry --environment dev --ref refs\/heads\/develop /,
    );
    expect(line("# Or the account's administrator")).to.equal('eval "$(npm run --silent job -- --administrator)"');
    expect(await printed([publisher])).to.include("job -- --administrator --sandbox http://127.0.0.1:4321");
  });
});
