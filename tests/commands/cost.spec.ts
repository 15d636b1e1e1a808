import { expect } from "chai";
import { costActions } from "../../commands/cost/measure";
import { auditEventBytes } from "../../commands/cost/usage";
import { repositoryName } from "../../naming/registryNames";
import type { CloudTrailRecord } from "../../sandbox/cloudtrail/record";
import { apiCallEvent } from "../../sandbox/eventbridge/busEvent";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { deploy } from "../../sandbox/pulumi/deployment";
import { openSandbox } from "../../sandbox/sandbox";
import { runCommand } from "../support/commands/processes";
import { asked, inspector, inspectorSession, sessionFor, withStanding } from "../support/commands/deployedRegistry";
import { exampleProject } from "../support/exampleProject";
import { wheel } from "../support/sandbox/packages";
import { RegistryClient } from "../support/sandbox/registryClient";

const domain = "orb-integration-hub-dev";
const cost = (...options: readonly string[]) => runCommand("cost", ["--stack", "dev", ...options]);

interface Printed {
  readonly total: { readonly usd: number };
  readonly lines: readonly { readonly name: string; readonly quantity: number; readonly from: string }[];
}

describe("cost", () => {
  it("reads stored bytes and requests as an inspector, by two actions alone", () =>
    withStanding({ settings: { inspectors: [inspector] } }, async (standing) => {
      const { sandbox, directory, environment } = standing;
      const file = wheel("orb-common", "1.0.0", "x".repeat(2_500_000));
      await sandbox.context.packages.publish({ domain, repository: repositoryName }, "orb-common", file);
      const options = ["--stack", "dev", "--format", "json"];
      const place = { directory, environment: environment(inspectorSession(standing)) };

      const { exitCode, stdout, stderr } = await runCommand("cost", options, place);

      expect(exitCode, stderr).to.equal(0);
      const { lines } = JSON.parse(stdout) as Printed;
      expect(lines.slice(0, 3).map(({ name, quantity, from }) => [name, quantity, from])).to.deep.equal([
        ["storage", 0.0025, "2,500,000 bytes now, as DescribeDomain says"],
        // The one request is the command's own, and a domain of less than a day counts as a day old.
        ["requests", 30, "1 of the domain in CloudTrail's event history, in 1 day, for 30 days"],
        [
          "data transfer out",
          5.25,
          "assumed, as in docs/cost.md: AWS has it for the account alone, in Cost Explorer; give --transfer",
        ],
      ]);
      expect([...new Set(asked(standing))].sort()).to.deep.equal(costActions);
    }));

  it("says that it could not look where AWS denies either action, and asks for neither where both numbers are given", () =>
    withStanding({}, async (standing) => {
      const { directory, environment } = standing;
      const outcomes = [];
      for (const actions of [["codeartifact:DescribeDomain"], ["cloudtrail:LookupEvents"]]) {
        const place = { directory, environment: environment(sessionFor(standing, actions)) };
        outcomes.push(await runCommand("cost", ["--stack", "dev"], place));
        const given = await runCommand("cost", ["--stack", "dev", "--gb", "1", "--requests", "1"], place);
        expect([given.exitCode, given.stderr]).to.deep.equal([0, ""]);
      }

      expect(outcomes.map(({ exitCode }) => exitCode)).to.deep.equal([2, 2]);
      expect(outcomes[0]?.stderr).to.match(/^error: Could not look: CloudTrail's events of domain \S+: AccessDenied/m);
      expect(outcomes[1]?.stderr).to.match(/^error: Could not look: domain \S+: AccessDenied/m);
    }));

  it("says what to do where the domain is not there yet", () =>
    withStanding({ changed: { projectId: "other" } }, async ({ directory, environment }) => {
      const { exitCode, stderr } = await runCommand("cost", ["--stack", "dev"], {
        directory,
        environment: environment(),
      });

      expect(exitCode).to.equal(2);
      expect(stderr).to.match(
        /^error: There is no domain orb-other-dev\. Deploy the stack, or give --gb and --requests\.$/m,
      );
    }));

  it("rejects what is no quantity, all at once, each with its name, value and rule", async () => {
    const { exitCode, stdout, stderr } = await cost("--gb", "-1", "--requests", "1.5", "--transfer", "lots");

    expect([exitCode, stdout]).to.deep.equal([2, ""]);
    expect(stderr.split("\n")).to.deep.equal([
      "error: --gb -1 is not a quantity. Write GB in digits, 0 or more, as in 1.5.",
      "--requests 1.5 is not a quantity. Write a whole number in digits, 0 or more, as in 20000.",
      "--transfer lots is not a quantity. Write GB in digits, 0 or more, as in 1.5.",
      "See npm run cost -- --help",
      "",
    ]);
    expect((await cost("--gb", "1".repeat(400), "--requests", "1")).stderr).to.include("1 is not a quantity.");
    expect((await cost("--gb", "0", "--requests", "0", "--transfer", "0.5")).exitCode).to.equal(0);
  });

  it("says of a region that its table does not have that it has no prices, and guesses none", () =>
    withStanding({ changed: { "aws:region": "eu-central-1" } }, async ({ directory }) => {
      const { exitCode, stdout, stderr } = await runCommand(
        "cost",
        ["--stack", "dev", "--gb", "1", "--requests", "1"],
        {
          directory,
        },
      );

      expect([exitCode, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.equal(
        "error: aws:region eu-central-1: the table of prices, commands/cost/prices.ts, has us-east-1 alone, and other regions " +
          "have other prices. Add the region's prices to it, each with its page, or see https://calculator.aws.\n",
      );
    }));

  it("prints at most 80 columns, however much is used", async () => {
    const most = ["--gb", "12345.67", "--requests", "98765432", "--transfer", "54321"];
    const { stdout } = await cost(...most);

    expect(stdout.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
    expect(stdout).to.match(/^data transfer out, GB +54,321 +100 +\$0\.09 +\$4,879\.89 +\$4,888\.89$/m);
  });

  it("prints JSON with each line's quantity, price, day and page", async () => {
    const { stdout } = await cost("--gb", "3", "--requests", "0", "--transfer", "0", "--format", "json");
    const { lines, additions, ...rest } = JSON.parse(stdout) as Printed & { readonly additions: readonly object[] };

    expect(rest).to.deep.equal({
      stack: "dev",
      domain,
      region: "us-east-1",
      currency: "USD",
      total: { usd: 0.05, usdWithoutFree: 0.15 },
    });
    expect(lines[0]).to.deep.equal({
      name: "storage",
      quantity: 3,
      unit: "GB-month",
      from: "--gb",
      free: 2,
      price: {
        usd: 0.05,
        per: 1,
        date: "2024-11-16",
        source: "https://aws.amazon.com/codeartifact/pricing/",
        readIn: "third-party copies",
      },
      usd: 0.05,
      usdWithoutFree: 0.15,
    });
    expect(additions.map((addition) => Object.keys(addition))).to.deep.equal(
      Array(4).fill(["setting", "note", "usd", "usdWithoutFree"]),
    );
  });
});

describe("the event that an audit trail keeps of a request", () => {
  it("has in the sandbox the bytes that are counted, for pages and files that pip asks for", async () => {
    const deployment = await deploy({ directory: exampleProject, stack: "dev" });
    const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
    const publisher = await RegistryClient.asJob(sandbox.address, "deploy-packages");
    await publisher.publish(await makeWheel({ name: "orb-common", version: "1.0.0" }));
    await publisher.publish(await makeSdist({ name: "orb-common", version: "1.0.0" }));
    const { endpoint, token } = await RegistryClient.asJob(sandbox.address, "deploy-lambda-layers");
    await new RegistryClient(endpoint, token, pipUserAgent).install("orb-common");
    const records = sandbox.context.account.cloudTrail.calls().map(({ record }) => record);
    await sandbox.close();
    const sizes = records.filter(({ eventName }) => eventName === "ReadFromRepository").map(eventBytes);

    expect(sizes).to.have.length(3);
    for (const size of sizes) {
      expect(size).to.be.within(auditEventBytes * 0.9, auditEventBytes);
    }
    // Uploads and tokens have shorter ones.
    expect(Math.max(...records.map(eventBytes))).to.be.at.most(auditEventBytes);
  });
});

/** With the 26 bytes that CloudWatch Logs counts for each event. */
function eventBytes(record: CloudTrailRecord): number {
  return Buffer.byteLength(JSON.stringify(apiCallEvent(record))) + 26;
}

/** As pip says what it runs on, in 420 characters. */
const pipUserAgent = `pip/25.3 ${JSON.stringify({
  ci: true,
  cpu: "x86_64",
  distro: { id: "noble", libc: { lib: "glibc", version: "2.39" }, name: "Ubuntu", version: "24.04" },
  implementation: { name: "CPython", version: "3.13.9" },
  installer: { name: "pip", version: "25.3" },
  openssl_version: "OpenSSL 3.0.13 30 Jan 2024",
  python: "3.13.9",
  rustc_version: "1.91.0",
  setuptools_version: "80.9.0",
  system: { name: "Linux", release: "6.14.0-1017-azure" },
})}`;
