import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { inFolder, projectDirectory } from "../../support/deployments";
import { exampleProject } from "../../support/exampleProject";

const attempts = {
  "without a provider": "() => deploy({ directory: project, stack: 'dev', account: new SandboxAccount() })",
  "with another audience": `() => {
    const account = new SandboxAccount();
    account.iam.oidcProviders.create({
      url: "https://token.actions.githubusercontent.com",
      clientIDList: ["other"],
    });
    return deploy({ directory: project, stack: "dev", account });
  }`,
  "of a program that throws": "() => deploy({ directory: folder, stack: 'dev' })",
};

/**
 * What two deployments of one process come to, a failing one and then the project's own: why there is none, or the domain's
 * name and how many warnings there were. The process has no listener for unhandled rejections, as a command has none.
 */
function deployInTurn(attempt: string, folder: string): Promise<unknown> {
  const module = (path: string) => JSON.stringify(join(projectDirectory, path));
  const script = `
    const { SandboxAccount } = require(${module("sandbox/account.ts")});
    const { deploy } = require(${module("sandbox/pulumi/deployment.ts")});
    const project = ${JSON.stringify(exampleProject)};
    const folder = ${JSON.stringify(folder)};
    const run = async (attempt) => {
      // Without anything left to wait for, a deployment that has not ended never will.
      const late = new Promise((resolve) => process.once("beforeExit", () => resolve("no end")));
      const deployment = attempt().then(
        ({ outputs, warnings }) => [outputs.domainName, warnings.length],
        ({ message }) => message,
      );
      const outcome = await Promise.race([late, deployment]);
      // A rejection that no one handled breaks the process down by now.
      await new Promise((resolve) => setImmediate(resolve));
      return outcome;
    };
    void (async () => {
      const outcomes = [await run(${attempt}), await run(() => deploy({ directory: project, stack: "dev" }))];
      console.log(JSON.stringify(outcomes));
      process.exit();
    })();
  `;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--import", "tsx", "-e", script],
      { cwd: projectDirectory, env: { PATH: process.env.PATH } },
      (error, stdout, stderr) => {
        resolve(error === null ? JSON.parse(stdout) : ["the process broke down", stderr]);
      },
    );
  });
}

describe("a deployment that fails", () => {
  const outcomes = new Map<string, unknown>();
  const next = ["orb-integration-hub-dev", 3];

  before(async () => {
    await inFolder({ program: 'throw new Error("no such thing");' }, (folder) =>
      Promise.all(
        Object.entries(attempts).map(async ([name, attempt]) => {
          outcomes.set(name, await deployInTurn(attempt, folder));
        }),
      ),
    );
  });

  it("leaves the next one alone where AWS rejected what roles were to be made of", () => {
    expect(outcomes.get("without a provider")).to.deep.equal([
      "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider: finding IAM OIDC Provider by url " +
        "(https://token.actions.githubusercontent.com): not found. An administrator makes it once for the account: " +
        "aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com " +
        "--client-id-list sts.amazonaws.com",
      next,
    ]);
  });

  it("ends, and leaves the next one alone, where the program rejected the account's OIDC provider", () => {
    const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    const outcome = outcomes.get("with another audience") as readonly unknown[];

    expect(outcome[0]).to.include(
      `The OIDC provider ${arn} has the audiences ["other"], without "sts.amazonaws.com". Add it with: ` +
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} ` +
        "--client-id sts.amazonaws.com",
    );
    expect(outcome[1]).to.deep.equal(next);
  });

  it("ends, and leaves the next one alone, where the program throws", () => {
    expect(outcomes.get("of a program that throws")).to.deep.equal(["no such thing", next]);
  });
});
