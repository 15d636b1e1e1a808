import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../commands/python/runProcess";
import { RegistryStandIn, endpoint, token } from "../support/github-actions/registryStandIn";
import { RunnerStep } from "../support/github-actions/runnerStep";
import { registryLogin } from "../support/clients/registryLogin";
import { realPython } from "../support/realPython";

const registry =
  '[registries.dev]\ndomain = "orb-integration-hub-dev"\nowner = "123456789012"\nregion = "us-east-1"\n' +
  'repository = "python-packages"\n';
const index = `${endpoint}simple/`;
const isRoot = process.getuid?.() === 0;

describe("registry-login", () => {
  let step: RunnerStep;
  let standIn: RegistryStandIn;

  beforeEach(() => {
    step = new RunnerStep();
    step.write("registry.toml", registry);
    symlinkSync(registryLogin, join(step.folder, "bin/keyring"));
    answers({});
  });

  afterEach(() => {
    step.remove();
  });

  /** What AWS answers, by operation. Each token is valid for an hour. */
  const answers = (others: Readonly<Record<string, string>>) => {
    const expiration = new Date(Date.now() + 3_600_000).toISOString().replace("Z", "+00:00");
    const minted = JSON.stringify({ authorizationToken: token, expiration });
    standIn = new RegistryStandIn(step, { answers: { "get-authorization-token": minted, ...others } });
  };
  const fail = (message: string) => {
    step.program("aws", `echo ${JSON.stringify(message)} >&2; exit 254`);
  };
  const start = (program: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    runProcess(realPython(), program, {
      directory: step.workspace,
      environment: {
        PATH: `${join(step.folder, "bin")}:${process.env.PATH ?? ""}`,
        HOME: join(step.folder, "home"),
        PYTHONDONTWRITEBYTECODE: "1",
        ...environment,
      },
    });
  const run = (options: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    start([registryLogin, ...options], environment);
  const keyring = (options: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    start([join(step.folder, "bin/keyring"), ...options], environment);
  const cache = () => join(step.folder, "home/.cache/registry-login");
  const tokenFile = () =>
    join(
      cache(),
      readdirSync(cache()).find((name) => name.endsWith(".json"))!,
    );
  const calls = () => standIn.awsEnvironments.length;

  it("prints what each client reads, as a shell and as JSON", async () => {
    const shell = await run(["env", "--client", "twine"]);
    const json = await run(["env", "--format", "json"]);

    expect(shell).to.deep.equal({
      exitCode: 0,
      output: `export TWINE_REPOSITORY_URL=${endpoint}\nexport TWINE_USERNAME=aws\nexport TWINE_PASSWORD=${token}\n`,
    });
    const withToken = index.replace("://", `://aws:${token}@`);
    expect(JSON.parse(json.output)).to.deep.equal({
      PIP_INDEX_URL: withToken,
      UV_DEFAULT_INDEX: `python-packages=${index}`,
      UV_INDEX_PYTHON_PACKAGES_USERNAME: "aws",
      UV_INDEX_PYTHON_PACKAGES_PASSWORD: token,
      POETRY_HTTP_BASIC_PYTHON_PACKAGES_USERNAME: "aws",
      POETRY_HTTP_BASIC_PYTHON_PACKAGES_PASSWORD: token,
      CODEARTIFACT_AUTH_TOKEN: token,
      CODEARTIFACT_INDEX_URL: withToken,
      TWINE_REPOSITORY_URL: endpoint,
      TWINE_USERNAME: "aws",
      TWINE_PASSWORD: token,
    });
  });

  it("keeps no token in a GitHub job, where it masks both forms of it, and none with --no-cache", async () => {
    const { output } = await run(["env", "--client", "twine"], { GITHUB_ACTIONS: "true" });
    await run(["env", "--no-cache"]);

    const basic = Buffer.from(`aws:${token}`).toString("base64");
    expect(output.split("\n").slice(0, 2)).to.deep.equal([`::add-mask::${token}`, `::add-mask::${basic}`]);
    expect(readdirSync(join(step.folder, "home"))).to.deep.equal([]);
    await run(["env"]);
    expect(readdirSync(cache())).to.have.length(2);
  });

  describe("finds the registry", () => {
    const other = registry.replace("[registries.dev]", "[registries.prod]").replace("hub-dev", "hub-prod");
    const domains = () => readFileSync(join(step.folder, "calls"), "utf8").match(/--domain \S+/g);

    it("in the registry.toml of a folder above; of several, the one that --registry or REGISTRY names", async () => {
      mkdirSync(join(step.workspace, "deep/er"), { recursive: true });
      step.write("registry.toml", registry + other);
      const from = [
        "-c",
        "import os, runpy, sys; os.chdir('deep/er'); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')",
      ];
      const options = [...from, registryLogin, "env", "--no-cache"];

      const endings = [
        await start([...options, "--registry", "prod"]),
        await start(options, { REGISTRY: "dev" }),
        await start(options),
        await start([...options, "--registry", "staging"]),
      ];

      expect(endings.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0, 1, 1]);
      expect(domains()).to.deep.equal([
        ...["--domain orb-integration-hub-prod", "--domain orb-integration-hub-prod"],
        ...["--domain orb-integration-hub-dev", "--domain orb-integration-hub-dev"],
      ]);
      const file = join(step.workspace, "registry.toml");
      expect(endings[2]!.output).to.equal(
        `registry-login: ${file} has several registries. Write --registry, or set REGISTRY, with one of dev, prod\n`,
      );
      expect(endings[3]!.output).to.include(`'staging' is not a registry of ${file}`);
    });

    it("by its address, without a registry.toml", async () => {
      const { exitCode, output } = await run([
        "env",
        "--url",
        index.replace("hub-dev", "hub-prod"),
        "--duration",
        "900",
      ]);

      expect(exitCode, output).to.equal(0);
      expect(readFileSync(join(step.folder, "calls"), "utf8").split("\n")[0]).to.equal(
        "aws codeartifact get-authorization-token --region us-east-1 --domain orb-integration-hub-prod " +
          "--domain-owner 123456789012 --duration-seconds 900 --output json",
      );
    });

    it("and reports every error of registry.toml at once, before it calls AWS", async () => {
      step.write(
        "registry.toml",
        '[registries.dev]\ndomain = "Orb"\nowner = 123456789012\nregion = "us-east-1"\n' +
          '[registries.prod]\ndomain = "orb"\nregion = "us-east-1"\ntoken-lifetime = 60\n' +
          '[registries.test]\ndomain = "orb"\nregion = "us-east-1"\nlife = 1\n',
      );

      const { exitCode, output } = await run(["env", "--registry", "dev"]);

      const place = `registry-login: ${join(step.workspace, "registry.toml")}: [registries.`;
      expect([exitCode, output.trimEnd().split("\n")]).to.deep.equal([
        1,
        [
          `${place}dev]: domain 'Orb' is not 2 to 50 lower-case letters, digits and hyphens`,
          `${place}dev]: owner 123456789012 is not the 12 digits of an account, in quotes`,
          `${place}prod]: token-lifetime: 60 is not a number of seconds from 900 to 43200`,
          `${place}test]: life: unknown. Write domain, owner, region, repository or token-lifetime`,
        ],
      ]);
      expect(calls()).to.equal(0);
    });

    it("in no registry.toml that every user may replace", async () => {
      chmodSync(step.workspace, 0o777);
      const open = await run(["env"]);
      chmodSync(step.workspace, 0o755);
      const closed = await run(["env"]);

      expect([open.exitCode, closed.exitCode]).to.deep.equal([1, 0]);
      expect(open.output).to.include("every user may replace it");
    });
  });

  describe("says what to do where AWS rejects", () => {
    for (const [message, way] of [
      [
        "Error when retrieving token from sso: Token has expired and refresh failed",
        "The session has expired. Sign in again: aws sso login --profile 'the team'.",
      ],
      [
        "Error loading SSO Token: Token for https://acme.awsapps.com/start does not exist",
        "The session has expired. Sign in again: aws sso login --profile 'the team'.",
      ],
      [
        "An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken operation: The security token is expired",
        "The credentials have expired. Sign in again: aws sso login --profile 'the team', or renew the keys",
      ],
      [
        "Unable to locate credentials. You can configure credentials by running aws configure.",
        "There are no credentials. Sign in: aws sso login --profile 'the team'. If you have no profile yet: aws configure sso.",
      ],
      ["The config profile (the team) could not be found", "The profiles are: aws configure list-profiles."],
      [
        "An error occurred (UnrecognizedClientException) when calling the GetAuthorizationToken operation: invalid",
        "AWS does not accept these credentials. Sign in again: aws sso login --profile 'the team', or correct the keys.",
      ],
      [
        "An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: no policy allows it",
        "Either the lifetime is longer than the stack's setting tokenLifetime allows: lower token-lifetime or --duration.",
      ],
    ] as const) {
      it(message.slice(0, 70), async () => {
        fail(message);

        const { exitCode, output } = await run(["env", "--profile", "the team"]);

        expect(exitCode).to.equal(1);
        expect(output).to.include(`registry-login: aws codeartifact get-authorization-token: ${message}\n`);
        expect(output).to.include(`\nregistry-login: ${way}`);
      });
    }

    it("and adds nothing to an error that it does not know", async () => {
      fail("Could not connect to the endpoint URL");

      expect((await run(["env"])).output).to.equal(
        "registry-login: aws codeartifact get-authorization-token: Could not connect to the endpoint URL\n",
      );
    });
  });

  it("gives the AWS CLI the person's settings, and no configured endpoint but a sandbox on this machine", async () => {
    const sandbox = "http://127.0.0.1:4711";
    const settings = { AWS_PROFILE: "team", AWS_CONFIG_FILE: "/config", AWS_ENDPOINT_URL_STS: "https://evil.example" };

    await run(["env", "--no-cache"], settings);
    await run(["env", "--no-cache"], { ...settings, AWS_ENDPOINT_URL: sandbox });
    const rejected = await run(["env", "--no-cache"], { ...settings, AWS_ENDPOINT_URL: "https://evil.example" });

    const names = [...Object.keys(settings), "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
    const seen = standIn.awsEnvironments.map((environment) => names.map((name) => environment[name]));
    const [real, local] = [
      ["team", "/config", undefined, undefined, "true"],
      ["team", "/config", undefined, sandbox, "false"],
    ];
    expect(seen).to.deep.equal([real, real, local, local]);
    expect([rejected.exitCode, rejected.output]).to.deep.equal([
      1,
      "registry-login: AWS_ENDPOINT_URL: 'https://evil.example' is not a sandbox on this machine: unset it, or set http://127.0.0.1:PORT\n",
    ]);
  });

  describe("shares no token", () => {
    const credentials = () => join(step.folder, "home/.aws/credentials");
    const mints = async (environment: Readonly<Record<string, string>>, options: readonly string[] = []) => {
      const before = calls();
      const { exitCode, output } = await run(["env", ...options], environment);
      expect(exitCode, output).to.equal(0);
      return calls() > before;
    };

    it("between two callers, sandboxes, registries or lifetimes, and uses each one's again", async () => {
      step.write(
        "registry.toml",
        registry + registry.replace("[registries.dev]", "[registries.prod]").replace("dev", "prod"),
      );
      mkdirSync(join(credentials(), ".."));
      writeFileSync(credentials(), "[default]\naws_access_key_id = ASIA1\n");
      const callers: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
        [{ REGISTRY: "dev" }, []],
        [{ REGISTRY: "prod" }, []],
        [{ REGISTRY: "dev", AWS_PROFILE: "one" }, []],
        [{ REGISTRY: "dev" }, ["--profile", "two"]],
        [{ REGISTRY: "dev", AWS_ACCESS_KEY_ID: "ASIA2" }, []],
        [{ REGISTRY: "dev", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/reader" }, []],
        [{ REGISTRY: "dev", AWS_ENDPOINT_URL: "http://127.0.0.1:4711" }, []],
        [{ REGISTRY: "dev" }, ["--duration", "900"]],
      ];

      for (const [environment, options] of callers) {
        expect(await mints(environment, options), JSON.stringify([environment, options])).to.equal(true);
      }
      for (const [environment, options] of callers) {
        expect(await mints(environment, options), JSON.stringify([environment, options])).to.equal(false);
      }
      // Another person signs in with the same profile's name.
      writeFileSync(credentials(), "[default]\naws_access_key_id = ASIA3\n");
      expect(await mints({ REGISTRY: "dev" })).to.equal(true);
    }).timeout(60_000);

    it("that it cannot read as its own: it replaces what another version wrote, or what was cut off", async () => {
      await run(["env"]);
      for (const contents of ["", '{"token": "x"', '{"token": "x"}', '["x"]']) {
        writeFileSync(tokenFile(), contents);
        expect(await mints({}), contents).to.equal(true);
        expect(await mints({}), contents).to.equal(false);
      }
    });

    it("that has expired: it is gone also where no other can be minted", async () => {
      await run(["env"]);
      const file = tokenFile();
      const contents = JSON.parse(readFileSync(file, "utf8")) as object;
      writeFileSync(file, JSON.stringify({ ...contents, expires: Date.now() / 1000 - 1 }));
      fail("Unable to locate credentials");

      expect((await run(["env"])).exitCode).to.equal(1);
      expect(readdirSync(cache())).to.deep.equal(["lock"]);
    });
  });

  describe("keeps tokens", () => {
    it("where another user reads neither names nor contents, until logout removes them", async () => {
      await run(["env"]);

      expect([cache(), tokenFile()].map((path) => lstatSync(path).mode & 0o777)).to.deep.equal([0o700, 0o600]);
      if (isRoot) {
        // Every folder above is open, so that only the two modes decide.
        for (const folder of ["", "home", "home/.cache"]) {
          chmodSync(join(step.folder, folder), 0o755);
        }
        const asNobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "cat", tokenFile()];
        const other = await runProcess("setpriv", asNobody);
        const open = await runProcess("setpriv", [...asNobody.slice(0, -1), step.write("open", "open")]);
        expect([other.exitCode, open.exitCode, other.output.includes(token)]).to.deep.equal([1, 0, false]);
      }
      const { output } = await run(["logout"]);
      expect(output).to.equal(
        `1 removed from ${cache()}. CodeArtifact has no operation that withdraws a token: each works until it expires, ` +
          "or its identity loses its rights.\n",
      );
      expect(readdirSync(cache())).to.deep.equal(["lock"]);
    });

    const rejects = async (rule: string) => {
      const before = calls();
      const { exitCode, output } = await run(["env"]);
      expect([exitCode, output.includes(rule), output.includes(token), calls() - before], output).to.deep.equal([
        ...[1, true, false, 0],
      ]);
      expect((await run(["env", "--no-cache"])).exitCode).to.equal(0);
    };

    for (const mode of [0o701, 0o710, 0o750, 0o777]) {
      it(`in no folder with mode ${mode.toString(8)}`, async () => {
        await run(["env"]);
        chmodSync(cache(), mode);

        await rejects("other users may open it. Remove it: rm -r ");
      });
    }

    it("in no folder or file behind a symbolic link", async () => {
      const elsewhere = join(step.folder, "elsewhere");
      mkdirSync(elsewhere, { mode: 0o700 });
      mkdirSync(join(cache(), ".."));
      symlinkSync(elsewhere, cache());
      await rejects(`${cache()}: `);
      expect(readdirSync(elsewhere)).to.deep.equal([]);

      await run(["env"], { XDG_CACHE_HOME: join(step.folder, "xdg") });
      const own = join(step.folder, "xdg/registry-login");
      const name = readdirSync(own).find((one) => one.endsWith(".json"))!;
      const linked = step.writeOutside("linked", readFileSync(join(own, name)));
      chmodSync(linked, 0o600);
      await runProcess("ln", ["-sf", linked, join(own, name)]);
      const { exitCode, output } = await run(["env"], { XDG_CACHE_HOME: join(step.folder, "xdg") });
      expect([exitCode, output.includes(`${join(own, name)}: `)], output).to.deep.equal([1, true]);
    });

    it("in no file that other users may open", async () => {
      await run(["env"]);
      chmodSync(tokenFile(), 0o640);

      await rejects("other users may open it. Remove it: rm -r ");
    });

    if (isRoot) {
      it("in no folder of another user", async () => {
        await run(["env"]);
        chownSync(cache(), 65534, 65534);

        await rejects("it belongs to another user");
      });
    }
  });

  describe("as keyring", () => {
    const host = new URL(endpoint).host;

    it("answers for the registry's own address over HTTPS, and for no host alone", async () => {
      expect(await keyring(["get", index, "aws"])).to.deep.equal({ exitCode: 0, output: `${token}\n` });
      expect(await keyring(["get", index, "--mode", "creds"])).to.deep.equal({
        exitCode: 0,
        output: `aws\n${token}\n`,
      });
      for (const service of [index.replace("https", "http"), host, index.replace(host, `${host}:8443`)]) {
        expect(await keyring(["get", service, "aws"]), service).to.deep.equal({ exitCode: 1, output: "" });
      }
    });

    it("answers for no domain of another account, also where registry.toml names no owner", async () => {
      const foreign = await keyring(["get", index.replace("123456789012", "210987654321"), "aws"]);
      expect([foreign.exitCode, calls()]).to.deep.equal([1, 0]);
      step.write("registry.toml", registry.replace(/owner.*\n/, ""));

      const [own, other] = [
        await keyring(["get", index, "aws"]),
        await keyring(["get", index.replace("123456789012", "210987654321"), "aws"]),
      ];

      expect(own).to.deep.equal({ exitCode: 0, output: `${token}\n` });
      expect(other).to.deep.equal({ exitCode: 1, output: "" });
    });

    it("stores nothing", async () => {
      const { exitCode, output } = await keyring(["set", index, "aws"]);

      expect(exitCode).to.equal(2);
      expect(output).to.include("argument operation: invalid choice: 'set'");
    });
  });
});
