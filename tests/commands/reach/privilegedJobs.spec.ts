import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deployAccount, type DeployedAccount } from "../../../commands/reach/accounts";
import { beyond, judge } from "../../../commands/reach/judge";
import { projectDirectory } from "../../support/deployments";
import { cloneInto, exampleProject } from "../../support/exampleProject";

const job = {
  ...{ repository: "acme/hub", repositoryId: 1, ownerId: 2 },
  ...{ ref: "refs/heads/develop", workflow: ".github/workflows/keep.yml" },
};
const prefix = "orb-integration-hub-dev-codeartifact";

describe("the reach of inspectors and maintainers", () => {
  let directory: string;
  let deployed: Readonly<Record<"bounded" | "unbounded", DeployedAccount>>;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "reach-"));
    cloneInto(directory);
    cpSync(join(exampleProject, "bootstrap"), join(directory, "bootstrap"), { recursive: true });
    const main = JSON.stringify(join(projectDirectory, "bootstrap/index.ts"));
    writeFileSync(join(directory, "bootstrap/package.json"), JSON.stringify({ main: "./program.js" }));
    writeFileSync(join(directory, "bootstrap/program.js"), `module.exports = require(${main});`);
    const lines = ["inspectors", "maintainers"].map((key) => `  package-registry:${key}: ${JSON.stringify([job])}\n`);
    appendFileSync(join(directory, "Pulumi.dev.yaml"), lines.join(""));
    deployed = {
      bounded: await deployAccount(directory, "account", { bounded: true }),
      unbounded: await deployAccount(directory, "account", { bounded: false }),
    };
  });

  after(() => {
    rmSync(directory, { recursive: true });
  });

  const expected = {
    inspector: [],
    maintainer: ["replace", "dispose", "read", "token"],
  } as const;
  for (const kind of ["inspector", "maintainer"] as const) {
    for (const order of ["bounded", "unbounded"] as const) {
      it(`is ${expected[kind].join(", ") || "nothing of what is searched for"}: ${kind}, ${order}`, () => {
        const reaches = judge(deployed[order], { includes: (name) => name === `${prefix}-${kind}` });

        expect(reaches.map((one) => [one.kind, one.goals.map(({ id }) => id)])).to.deep.equal([[kind, expected[kind]]]);
        expect(beyond(reaches)).to.deep.equal([]);
      });
    }
  }

  it("leaves a publisher's and a reader's as it was", () => {
    const reaches = judge(deployed.bounded, { includes: (name) => /-(?:publisher|reader-promotion)$/.test(name) });
    const ofDev = reaches.filter(({ role }) => role.startsWith(`${prefix}-`));

    expect(ofDev.map(({ kind, goals }) => [kind, goals.map(({ id }) => id)])).to.deep.equal([
      ["publisher", ["publish", "read", "token"]],
      ["reader", ["read", "token"]],
    ]);
  });
});
