import { expect } from "chai";
import { deployStacks } from "../../../commands/sandbox/stackAccounts";
import { RunningSandbox } from "../../support/commands/runningSandbox";
import { runCommand } from "../../support/commands/processes";
import { exampleProject } from "../../support/exampleProject";

const three = ["dev", "staging", "prod"];
const numbers = { dev: "111122223333", staging: "222233334444", prod: "444455556666" };

describe("stacks side by side", () => {
  it("are deployed into one account, each with the role that bootstrap makes for its deployments", async () => {
    const [account, ...others] = await deployStacks(exampleProject, three, undefined);

    expect(others).to.deep.equal([]);
    expect(account!.deployments.map(({ stack }) => stack)).to.deep.equal(three);
    expect(account!.account.codeartifact.domains.list().map(({ name }) => name)).to.deep.equal(
      three.map((stack) => `orb-integration-hub-${stack}`),
    );
    expect(account!.deployers.map(({ roleName }) => roleName).sort()).to.deep.equal(
      three.map((stack) => `orb-integration-hub-${stack}-deploy`).sort(),
    );
    for (const { roleName } of account!.deployers) {
      expect(account!.account.iam.roles.get({ roleName }).roleName).to.equal(roleName);
    }
  });

  it("are deployed into an account each, which holds its own stack and its own roles alone", async () => {
    const accounts = await deployStacks(exampleProject, three, new Map(Object.entries(numbers)));

    expect(
      accounts.map(({ account: { accountId, codeartifact }, deployers }) => [
        accountId,
        codeartifact.domains.list().map(({ name }) => name),
        deployers.map(({ roleName }) => roleName),
      ]),
    ).to.deep.equal(
      Object.entries(numbers).map(([stack, number]) => [
        number,
        [`orb-integration-hub-${stack}`],
        [`orb-integration-hub-${stack}-deploy`],
      ]),
    );
  });

  it("are served at an address for each account, and their jobs by those of their account", async () => {
    const account = Object.entries(numbers)
      .map((pair) => pair.join("="))
      .join(",");
    const sandbox = await RunningSandbox.start(["--stack", three.join(","), "--account", account, "--offline"]);
    try {
      const text = sandbox.stdout.text;
      const addresses = [...text.matchAll(/deployed from stack (\w+), serves at (\S+) until/g)].map(
        ([, stack = "", address = ""]) => [stack, address] as const,
      );
      expect(addresses.map(([stack]) => stack)).to.deep.equal(three);
      expect(new Set(addresses.map(([, address]) => address)).size).to.equal(3);
      for (const [stack, address] of addresses) {
        const options = ["--repository", "orb-integration-hub/package-registry", "--environment", stack];
        const { stdout } = await runCommand("job", ["--format", "json", "--sandbox", address, ...options]);
        const { AWS_ROLE_ARN } = JSON.parse(stdout) as Record<string, string>;
        const number = numbers[stack as keyof typeof numbers];
        expect(AWS_ROLE_ARN).to.equal(`arn:aws:iam::${number}:role/orb-integration-hub-${stack}-deploy`);
      }
    } finally {
      await sandbox.end();
    }
  });

  it("have a path with their domain where an account has several", async () => {
    const sandbox = await RunningSandbox.start(["--stack", "dev,prod", "--offline"]);
    try {
      for (const stack of ["dev", "prod"]) {
        const path = `/d/orb-integration-hub-${stack}-123456789012/pypi/python-packages/simple/`;
        expect(sandbox.stdout.text).to.include(`index URL   ${sandbox.address}${path}`);
      }
    } finally {
      await sandbox.end();
    }
  });

  it("are verified as they are declared, each by the administrator of their account", async () => {
    const sandbox = await RunningSandbox.start(["--stack", "dev,prod", "--offline"]);
    try {
      const { stdout } = await runCommand("job", ["--administrator", "--format", "json", "--sandbox", sandbox.address]);
      const environment = JSON.parse(stdout) as Record<string, string>;
      const ended = await Promise.all(
        ["dev", "prod"].map((stack) => runCommand("verify", ["--stack", stack], { environment })),
      );

      expect(
        ended.map(({ exitCode, stdout: text, stderr }) => [exitCode, /: (.*?)\./.exec(text)?.[1] ?? stderr]),
      ).to.deep.equal([
        [0, "as declared"],
        [0, "as declared"],
      ]);
    } finally {
      await sandbox.end();
    }
  });

  it("are rejected where they are no list, or an account is no account", async () => {
    const errors = await Promise.all(
      [
        ["--stack", "dev,dev"],
        ["--account", "12"],
        ["--account", "dev=12,prod=1"],
      ].map(async (options) => {
        const { exitCode, stderr } = await runCommand("sandbox", options);
        return [exitCode, stderr.split("\n")[0]];
      }),
    );
    const rule = "give its 12 digits, or one for each stack, as in dev=111122223333,prod=444455556666";

    expect(errors).to.deep.equal([
      [2, "error: --stack dev,dev is no list of stacks: give each once, as in dev,prod"],
      [2, `error: --account 12 is no account: ${rule}`],
      [2, `error: --account dev=12,prod=1 is no account: ${rule}`],
    ]);
  });
});
