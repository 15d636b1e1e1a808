import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { writeProfiles } from "../../commands/sandbox/profiles";
import { makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { Person } from "../support/clients/person";
import { clientTools, withVersion } from "../support/clients/tools";
import { runCommand } from "../support/commands/processes";
import { RunningSandbox } from "../support/commands/runningSandbox";
import { deployChanged, projectDirectory } from "../support/deployments";
import { consoleCommands } from "../support/docs/document";
import { RegistryClient } from "../support/sandbox/registryClient";

const accounts = { dev: "111122223333", staging: "222233334444", prod: "444455556666" };
type Stack = keyof typeof accounts;

/** What a shell has in its environment once it has run these lines, without what this process has. */
function environmentAfter(lines: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const print = "console.log(JSON.stringify(process.env))";
  const shown = execFileSync("sh", ["-eu", "-c", `${lines}\nexec "$0" -e '${print}'`, process.execPath], {
    env: before,
  });
  return JSON.parse(shown.toString()) as Record<string, string>;
}

describe(`the AWS profiles of a sandbox with several accounts, with ${withVersion("awscli")}`, () => {
  let sandbox: RunningSandbox;
  let person: Person;
  let environment: Record<string, string>;
  let wheel: MadeDistribution;

  before(async () => {
    person = new Person(await clientTools());
    const numbers = Object.entries(accounts).map((pair) => pair.join("="));
    sandbox = await RunningSandbox.start(["--stack", "dev,staging,prod", "--account", numbers.join(), "--offline"]);
    environment = environmentAfter(sandbox.profileInstructions, {
      AWS_PROFILE: "mine",
      AWS_ACCESS_KEY_ID: "AKIAMINE",
      AWS_SECRET_ACCESS_KEY: "mine",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_REGION: "eu-central-1",
    });
    wheel = await makeWheel({ name: "orb-common", version: "1.4.0" });
    const { client } = await registry("dev", "publisher");
    expect(await client.publish(wheel)).to.equal(200);
  });

  after(async () => {
    await sandbox.end();
    person.leave();
  });

  /** A stack's registry, by the AWS CLI with a profile. */
  async function registry(stack: Stack, identity: string) {
    const aws = async (operation: string, ...options: readonly string[]) => {
      const call = ["codeartifact", operation, "--profile", `${stack}-${identity}`, "--output", "text", ...options];
      const place = ["--domain", `orb-integration-hub-${stack}`];
      const { exitCode, text } = await person.run("aws", [...call, ...place], environment);
      expect(exitCode, text).to.equal(0);
      return text.trim();
    };
    const where = ["--repository", "python-packages", "--format", "pypi", "--query", "repositoryEndpoint"];
    const endpoint = await aws("get-repository-endpoint", ...where);
    const life = ["--duration-seconds", "900", "--query", "authorizationToken"];
    return { endpoint, client: new RegistryClient(endpoint, await aws("get-authorization-token", ...life)) };
  }

  const promote = (words: string, changed: Readonly<Record<string, string>> = {}) =>
    runCommand("promote", words.split(" "), { environment: { ...environment, ...changed } });

  /** The digest of the wheel that a stack's registry has; nothing where it has none. */
  async function held(stack: Stack): Promise<string | undefined> {
    const bytes = (await (await registry(stack, "reader")).client.install("orb-common")).get(wheel.filename);
    return bytes && createHash("sha256").update(bytes).digest("hex");
  }

  it("are in a file that its user alone reads, without a secret, outside the home, and instead of the shell's own", () => {
    const { AWS_CONFIG_FILE: file = "", ...others } = environment;
    const text = readFileSync(file, "utf8");

    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).to.deep.equal([0o600, 0o700]);
    expect(file.startsWith(join(homedir(), ".aws"))).to.equal(false);
    expect(text).not.to.match(/ASIA|secret|token|key/i);
    expect(Object.keys(others).filter((name) => name.startsWith("AWS_"))).to.deep.equal([
      "AWS_SHARED_CREDENTIALS_FILE",
    ]);
    expect([...text.matchAll(/^\[profile (\S+)\]$/gm)].map(([, name]) => name)).to.deep.equal([
      ...["dev-publisher", "dev-reader", "dev-reader-promotion", "dev-deployer", "dev-administrator"],
      ...["staging-publisher", "staging-reader", "staging-reader-promotion", "staging-deployer"],
      ...["staging-administrator", "prod-publisher", "prod-reader", "prod-deployer", "prod-administrator"],
    ]);
  });

  it("give the AWS CLI and boto3 the identity, at the address of its account", async () => {
    const script = `
import boto3, sys
for name in sys.argv[1:]:
    print(boto3.Session(profile_name=name).client("sts").get_caller_identity()["Arn"].rsplit("/", 1)[0])
`;
    const names = ["dev-publisher", "dev-reader-promotion", "staging-deployer", "prod-administrator"];
    const arns = [
      `${accounts.dev}:assumed-role/orb-integration-hub-dev-codeartifact-publisher`,
      `${accounts.dev}:assumed-role/orb-integration-hub-dev-codeartifact-reader-promotion`,
      `${accounts.staging}:assumed-role/orb-integration-hub-staging-deploy`,
      `${accounts.prod}:assumed-role/Administrator`,
    ].map((arn) => `arn:aws:sts::${arn}`);
    const byCli = await Promise.all(
      names.map(async (name) => {
        const options = ["sts", "get-caller-identity", "--profile", name, "--query", "Arn", "--output", "text"];
        const { text } = await person.run("aws", options, environment);
        return text.trim().replace(/\/[^/]*$/, "");
      }),
    );
    const { text } = await person.run("python", ["-c", script, ...names], environment);

    expect(byCli).to.deep.equal(arns);
    expect(text.trim().split(" ")).to.deep.equal(arns);
  });

  it("carry a version from account to account with the line of docs/promotion.md, byte for byte", async () => {
    const page = readFileSync(join(projectDirectory, "docs/promotion.md"), "utf8");
    const [line = ""] = consoleCommands(page).map((command) => command.replace("npm run promote -- ", ""));
    const toStaging = await promote(line);
    const toProd = await promote(
      "--from staging --to prod --from-profile staging-reader --to-profile prod-publisher orb-common==1.4.0",
    );

    expect([toStaging.exitCode, toProd.exitCode], toStaging.stderr + toProd.stderr).to.deep.equal([0, 0]);
    const digest = createHash("sha256").update(wheel.bytes).digest("hex");
    expect(await Promise.all((["dev", "staging", "prod"] as const).map(held))).to.deep.equal([digest, digest, digest]);
  });

  it("carry nothing with a reader's profile, with another account's, or as a look-alike repository", async () => {
    const second = await makeWheel({ name: "orb-models", version: "2.0.0" });
    expect(await (await registry("dev", "publisher")).client.publish(second)).to.equal(200);
    const lookAlike = join(person.work, "config");
    const { AWS_CONFIG_FILE: file = "" } = environment;
    writeFileSync(
      lookAlike,
      readFileSync(file, "utf8").replaceAll(
        "orb-integration-hub/orb-integration-hub",
        "orb-integration-hub/look-alike",
      ),
    );
    const from = "--from dev --from-profile dev-reader orb-models==2.0.0 --to prod --to-profile";
    const asReader = await promote(`${from} prod-reader`);
    const elsewhere = await promote(`${from} dev-publisher`);
    const asLookAlike = await promote(`${from} prod-publisher`, { AWS_CONFIG_FILE: lookAlike });
    const why = await person.run("aws", ["sts", "get-caller-identity", "--profile", "prod-publisher"], {
      ...environment,
      AWS_CONFIG_FILE: lookAlike,
    });

    expect([asReader, elsewhere, asLookAlike].map(({ exitCode }) => exitCode)).to.deep.equal([2, 2, 2]);
    expect(asReader.stderr).to.include(
      "files of orb-models 2.0.0 in orb-integration-hub-prod: AccessDeniedException: ",
    );
    expect(elsewhere.stderr).to.include("registry orb-integration-hub-prod: AccessDeniedException: ");
    expect(asLookAlike.stderr).to.include(
      "registry orb-integration-hub-dev: CredentialsProviderError: Could not load credentials from any providers. ",
    );
    expect(why.text).to.include(
      "error: STS does not give arn:aws:iam::444455556666:role/orb-integration-hub-prod-codeartifact-publisher to this " +
        "job: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
    expect((await (await registry("prod", "reader")).client.install("orb-models")).size).to.equal(0);
  });

  it("let verify and adopt look at the stack of the account, and deny both to a reader", async () => {
    const ended = await Promise.all(
      [
        ...[["verify", "dev", "dev-administrator"] as const, ["verify", "prod", "prod-administrator"] as const],
        ...[["verify", "prod", "prod-reader"] as const, ["adopt", "prod", "prod-administrator"] as const],
        ["adopt", "prod", "prod-reader"] as const,
      ].map(([name, stack, profile]) => runCommand(name, ["--stack", stack, "--profile", profile], { environment })),
    );

    expect(ended.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0, 2, 1, 2]);
    expect(ended[0]!.stdout).to.include(
      `dev: as declared. orb-integration-hub-dev in us-east-1, account ${accounts.dev}`,
    );
    expect(ended[1]!.stdout).to.include(`account ${accounts.prod}`);
    expect(ended[2]!.stderr).to.include("AccessDeniedException");
    expect(ended[3]!.stdout).to.include("In the way");
    expect(ended[4]!.stderr).to.include("AccessDeniedException");
  });

  it("are removed with the sandbox", async () => {
    const { AWS_CONFIG_FILE: file = "" } = environment;
    expect(existsSync(file)).to.equal(true);
    await sandbox.end();

    expect(existsSync(dirname(file))).to.equal(false);
  });
});

describe("the AWS profile of a job whose environment means something to shells and config files", () => {
  it("hands the environment on as it is to the AWS CLI, and to the SDK for JavaScript", async () => {
    const environment = `it's (a) "test"; & #1 ;2 \`more\``;
    const deployment = await deployChanged({
      settings: {
        publishers: [
          {
            ...{ repository: "acme/app", repositoryId: 1, ownerId: 2, environment, ref: "refs/heads/main" },
            workflow: ".github/workflows/publish.yml",
          },
        ],
      },
    });
    const file = writeProfiles([{ ...deployment, address: "http://127.0.0.1:1", deployers: [] }]);
    const person = new Person(await clientTools());
    try {
      // In place of the command, one that ends with what it is given.
      const echo = join(person.work, "echo.cjs");
      writeFileSync(echo, "console.error(process.argv.slice(2).map(encodeURIComponent).join()); process.exit(1);");
      const changed = readFileSync(file.path, "utf8").replace(/--require \S+ \S+job\.ts/g, echo);
      writeFileSync(file.path, changed);
      const variables = { AWS_CONFIG_FILE: file.path, AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
      const program = `
        const { fromProcess } = require(${JSON.stringify(require.resolve("@aws-sdk/credential-provider-process"))});
        fromProcess({ profile: "dev-publisher" })().catch(({ message }) => console.log(message));`;
      const byCli = await person.run("aws", ["sts", "get-caller-identity", "--profile", "dev-publisher"], variables);
      const bySdk = execFileSync(process.execPath, ["-e", program], { env: variables }).toString();

      const expected = ["--environment", environment].map(encodeURIComponent).join();
      expect(byCli.text).to.include(expected);
      expect(bySdk).to.include(expected);
    } finally {
      person.leave();
      file.remove();
    }
  });
});
