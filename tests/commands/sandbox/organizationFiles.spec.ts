import { CloudControlClient, CreateResourceCommand, DeleteResourceCommand } from "@aws-sdk/client-cloudcontrol";
import {
  CodeartifactClient,
  CreateDomainCommand,
  DeleteDomainCommand,
  ListRepositoriesCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAdministrator } from "../../../sandbox/github/client";
import { runCommand } from "../../support/commands/processes";
import { RunningSandbox } from "../../support/commands/runningSandbox";

const document = (name: string) => join(__dirname, "../../../docs/organization", `${name}.json`);
const serviceControl = ["--service-control", document("service-control-registry")];

/** AWS clients of a sandbox's administrator. */
async function clients(address: string) {
  const { region, ...credentials } = await startAdministrator(address);
  const configuration = { endpoint: address, region, credentials };
  return { codeartifact: new CodeartifactClient(configuration), cloudControl: new CloudControlClient(configuration) };
}

/** Deletes the domain; the policy that denies it, or `allowed`. */
async function deleteDomain(address: string, domain = "orb-integration-hub-dev"): Promise<string> {
  const { codeartifact } = await clients(address);
  return codeartifact.send(new DeleteDomainCommand({ domain })).then(
    () => "allowed",
    (error: unknown) => / with an explicit deny in a (.*) \(/.exec((error as Error).message)?.[1] ?? String(error),
  );
}

describe("npm run sandbox with policies of an organization", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const written = (name: string, text: unknown) => {
    const file = join(folder, name);
    writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
    return file;
  };

  it("limits an account that is kept, with --empty, only in a start that gives them", async () => {
    const serve = async (options: readonly string[], use: (address: string) => Promise<void>) => {
      const empty = ["--empty", "--account", "123456789012", "--offline", "--data", join(folder, "data")];
      const sandbox = await RunningSandbox.start([...empty, ...options]);
      try {
        await use(sandbox.address);
      } finally {
        await sandbox.end();
      }
    };
    await serve([], async (address) => {
      const { codeartifact, cloudControl } = await clients(address);
      const domain = "orb-integration-hub-dev";
      await codeartifact.send(new CreateDomainCommand({ domain }));
      const TypeName = "AWS::CodeArtifact::Repository";
      const DesiredState = JSON.stringify({ DomainName: domain, RepositoryName: "gone" });
      const { ProgressEvent } = await cloudControl.send(new CreateResourceCommand({ TypeName, DesiredState }));
      await cloudControl.send(new DeleteResourceCommand({ TypeName, Identifier: ProgressEvent?.Identifier }));
    });
    // What was allowed then is carried out again, and is not decided again.
    await serve(serviceControl, async (address) => {
      const { codeartifact } = await clients(address);
      expect((await codeartifact.send(new ListRepositoriesCommand({}))).repositories).to.deep.equal([]);
      expect(await deleteDomain(address)).to.equal("service control policy");
      await codeartifact.send(new CreateDomainCommand({ domain: "other" }));
      expect(await deleteDomain(address, "other")).to.equal("allowed");
    });
    await serve([], async (address) => {
      expect(await deleteDomain(address)).to.equal("allowed");
    });
  });

  it("limits every account of several, and prints the policy that denies", async () => {
    const files = [...serviceControl, "--resource-control", document("resource-control-github")];
    const accounts = ["--stack", "dev,prod", "--account", "dev=111122223333,prod=444455556666"];
    const sandbox = await RunningSandbox.start([...accounts, "--offline", ...files]);
    try {
      const addresses = [...sandbox.stdout.text.matchAll(/ serves at (\S+) until/g)].map(([, address = ""]) => address);
      const [dev = "", prod = ""] = addresses;

      expect(addresses).to.have.length(2);
      expect(await deleteDomain(dev)).to.equal("service control policy");
      expect(await deleteDomain(prod, "orb-integration-hub-prod")).to.equal("service control policy");
      await sandbox.stdout.until(/DeleteDomain domain\/orb-integration-hub-prod /);
      expect(sandbox.decisions.at(-1)).to.equal(
        "denied  assumed-role/Administrator/administrator codeartifact:DeleteDomain domain/orb-integration-hub-prod " +
          `denied by statement "KeepRegistries" of service control policy ${document("service-control-registry")}`,
      );
    } finally {
      await sandbox.end();
    }
  });

  it("ends with 1 before it serves, and names each file that it cannot use, with statement and rule", async () => {
    const statement = { Sid: "Guard", Effect: "Deny", Action: "s3:GetObject", Resource: "*" };
    const policy = (changes: object) => ({ Version: "2012-10-17", Statement: [{ ...statement, ...changes }] });
    const long = Array.from({ length: 120 }, (_, index) => `arn:aws:s3:::${"x".repeat(80)}${index}`);
    const [principal, broken, emptyCondition, tooLong, allowing, fits] = [
      written("principal.json", policy({ Principal: "*" })),
      written("broken.json", "{"),
      written("empty.json", policy({ Condition: {} })),
      written("long.json", policy({ Resource: long })),
      written("allowing.json", policy({ Effect: "Allow", Principal: "*" })),
      written("fits.json", policy({})),
    ];
    const missing = join(folder, "missing.json");
    const services = [principal, broken, missing, emptyCondition, tooLong, fits];
    const options = [...services.flatMap((file) => ["--service-control", file]), "--resource-control", allowing];
    const { exitCode, stdout, stderr } = await runCommand("sandbox", ["--port", "0", "--offline", ...options]);

    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    expect(stderr.trimEnd().split("\n")).to.deep.equal([
      `error: --service-control ${principal}, statement "Guard": Policy document should not specify a principal.`,
      `--service-control ${broken}: This policy contains invalid Json`,
      `--service-control ${missing}: cannot be read (ENOENT)`,
      `--service-control ${emptyCondition}, statement "Guard": Condition is empty, which is not evaluated`,
      `--service-control ${tooLong}: has 11,877 characters without white space, and AWS takes 10,240: split it`,
      `--resource-control ${allowing}, statement "Guard": Effect must be Deny in a resource control policy; AWS's own ` +
        "RCPFullAWSAccess is implied",
    ]);
  });

  it("says in --help that they are given again at each start", async () => {
    const { stdout } = await runCommand("sandbox", ["--help"]);

    expect(stdout.replace(/\s+/g, " ")).to.include("--data does not keep them: give them at each start.");
  });
});
