import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { expect } from "chai";
import { cleanEnvironment } from "../../commands/python/runProcess";
import { makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { assumeRoleAsJob } from "../../sandbox/github/client";
import { describeClient } from "../support/clients/describeClient";
import { commonWheel, publicPackage, publishDirectly } from "../support/clients/registry";
import { LoginMachine } from "../support/clients/registryLogin";
import { withVersion } from "../support/clients/tools";

describeClient(
  `registry-login with ${withVersion("pip")}, ${withVersion("uv")}, ${withVersion("poetry")}, ${withVersion("pipenv")} and ${withVersion("twine")}`,
  (given) => {
    let machine: LoginMachine;

    before(async () => {
      await publishDirectly(given.registry, await commonWheel());
      const { address, context, publisher, reader } = given.registry;
      const assumed = await assumeRoleAsJob(address, reader.job, reader.roleArn);
      const expired = "accessKeyId" in assumed ? context.sts.find(assumed.accessKeyId) : undefined;
      Object.assign(expired!, { expiration: new Date(0) });
      machine = new LoginMachine(given.person, given.registry, {
        reader: reader.session,
        publisher: publisher.session,
        expired: expired!,
      });
      await given.person.shell(consumers(given.registry.indexUrl()));
      const { filename, bytes } = await makeWheel({ name: "orb-common", version: "7.0.0" });
      given.person.write(`dist/${filename}`, bytes);
    });

    beforeEach(async () => {
      await succeeds("registry-login logout", "reader");
    });

    const succeeds = async (lines: string, profile: string, environment: Readonly<Record<string, string>> = {}) => {
      const { exitCode, text } = await machine.shell(lines, profile, environment);
      expect(exitCode, `${lines}\n${text}`).to.equal(0);
      return text;
    };
    const own = () => ({
      ...{ UV_PYTHON: given.person.tools.python, UV_PYTHON_DOWNLOADS: "never", UV_NO_CACHE: "1" },
      ...{
        POETRY_VIRTUALENVS_IN_PROJECT: "true",
        POETRY_KEYRING_ENABLED: "false",
        POETRY_VIRTUALENVS_OPTIONS_NO_PIP: "true",
      },
      ...{ PIPENV_PYTHON: given.person.tools.python, PIPENV_VENV_IN_PROJECT: "1", PIPENV_YES: "1", PIPENV_NOSPIN: "1" },
      ...{ PIP_NO_CACHE_DIR: "1" },
    });
    const forms = (tokens: readonly string[]) =>
      tokens.flatMap((token) => [token, Buffer.from(`aws:${token}`).toString("base64")]);

    const uses = {
      pip: { profile: "reader", command: "pip install --target with-pip --upgrade orb-common" },
      uv: { profile: "reader", command: "uv sync --project with-uv --reinstall" },
      poetry: { profile: "reader", command: "poetry --no-interaction --project with-poetry sync" },
      pipenv: {
        profile: "reader",
        command:
          "sh -c 'cd with-pipenv && TMPDIR=$(mktemp -d) && export TMPDIR && pipenv lock && rm -r $TMPDIR && pipenv sync'",
      },
      twine: { profile: "publisher", command: "twine upload --non-interactive --disable-progress-bar dist/*.whl" },
    };

    for (const [client, { profile, command }] of Object.entries(uses)) {
      it(`lets ${client} work with a token that it mints once, uses again, and replaces five minutes before it expires`, async () => {
        const line = `registry-login run --client ${client} -- ${command}`;
        const before = machine.requested;

        await succeeds(line, profile, own());
        const [first] = machine.cached;
        await succeeds(line, profile, own());
        const cached = machine.requested;
        machine.expireIn(299);
        await succeeds(line, profile, own());
        const [second] = machine.cached;

        expect([cached - before, machine.requested - before]).to.deep.equal([1, 2]);
        expect(second!.token).not.to.equal(first!.token);
        expect(machine.cached).to.have.length(1);
      });

      it(`ends before ${client} starts, and names the way out, where the session has expired`, async () => {
        const { exitCode, text } = await machine.shell(
          `registry-login run --client ${client} -- ${command}`,
          "expired",
          own(),
        );

        expect(exitCode).to.equal(1);
        expect(text).to.match(/^registry-login: aws codeartifact get-authorization-token: .*\(ExpiredTokenException\)/);
        expect(text).to.include(
          "The credentials have expired. Sign in again: aws sso login --profile expired, or renew the keys",
        );
        expect(machine.cached).to.deep.equal([]);
      });
    }

    it("asks for the lifetime of registry.toml, and for an hour without registry.toml", async () => {
      const { domain, account } = given.registry.context;
      given.person.write("short/registry.toml", machine.settings(900));

      await succeeds("cd short && registry-login env", "reader");
      await succeeds(`cd / && registry-login env --domain ${domain} --region ${account.region}`, "reader");

      const lives = machine.cached.map(({ expires }) => expires - Date.now() / 1000).sort((a, b) => a - b);
      expect(lives).to.have.length(2);
      expect(lives[0]).to.be.within(600, 900);
      expect(lives[1]).to.be.within(3300, 3600);
    });

    it("says what to do where AWS denies the lifetime", async () => {
      const { exitCode, text } = await machine.shell("registry-login env --duration 43200", "reader");

      expect([exitCode, text]).to.deep.equal([1, text]);
      expect(text).to.include("(AccessDeniedException)").and.to.include("lower token-lifetime or --duration");
    });

    it("keeps the tokens of two profiles apart, in one shell and with --profile", async () => {
      const password = (options: string) =>
        machine
          .shell(`registry-login env --client twine --format json ${options}`, "reader")
          .then(({ text }) => (JSON.parse(text) as Record<string, string>).TWINE_PASSWORD);
      const [reader, publisher, again] = [
        await password(""),
        await password("--profile publisher"),
        await password("--profile publisher"),
      ];

      expect(publisher).to.equal(again).and.not.to.equal(reader);
      expect(machine.cached.map(({ token }) => token)).to.have.members([reader, publisher]);
      const { tokens } = given.registry.context;
      expect([reader, publisher].map((token) => tokens.find(token!)?.session.accessKeyId)).to.deep.equal(
        [given.registry.reader, given.registry.publisher].map(({ session }) => session.accessKeyId),
      );
    });

    it("mints one token for two calls at once, and both install", async () => {
      const before = machine.requested;
      const install = (target: string) =>
        succeeds(`registry-login run --client pip -- pip install --target ${target} orb-common`, "reader", own());

      await Promise.all([install("at-once-1"), install("at-once-2")]);

      expect(machine.requested - before).to.equal(1);
      expect(
        ["at-once-1", "at-once-2"].map((name) => existsSync(join(given.person.work, name, "orb_common"))),
      ).to.deep.equal([true, true]);
    });

    it("drops a token that the registry rejects once status shows it, and shows one that it accepts", async () => {
      const none = await machine.shell("registry-login status", "reader");
      await succeeds("registry-login env", "reader");
      const good = await machine.shell("registry-login status --format json", "reader");
      const file = join(
        machine.cache,
        readdirSync(machine.cache).find((name) => name.endsWith(".json"))!,
      );
      await succeeds(`sed -i 's/"token": "[^"]*/&made-up/' ${file}`, "reader");
      const bad = await machine.shell("registry-login status", "reader");

      expect([none.exitCode, good.exitCode, bad.exitCode]).to.deep.equal([1, 0, 1]);
      expect(none.text).to.include("There is no token in the cache");
      expect(JSON.parse(good.text)).to.include({ accepted: true, profile: "reader" });
      expect(bad.text).to.include("The registry rejects the token, which is now dropped");
      expect(existsSync(file)).to.equal(false);
    });

    describe("as keyring", () => {
      const url = () => given.registry.indexUrl().replace("://", "://aws@");

      it("gives pip the token for the registry's address, with a user in it or without", async () => {
        const before = machine.requested;
        const install = (index: string, target: string) =>
          succeeds(
            `pip install --keyring-provider subprocess --index-url ${index} --target ${target} orb-common==1.0.0`,
            "reader",
            own(),
          );

        const texts = [
          await install(url(), "keyring-user"),
          await install(given.registry.indexUrl(), "keyring-no-user"),
        ];

        for (const text of texts) {
          expect(text, text).to.include(`Successfully installed ${publicPackage}-2.1.0 orb-common-1.0.0`);
        }
        expect(machine.requested - before).to.equal(1);
      });

      it("gives uv the token, with a user in the address or with authenticate = always", async () => {
        const before = machine.requested;
        const withUser = `uv pip install --keyring-provider subprocess --default-index ${url()} --target keyring-uv orb-common`;
        given.person.write(
          "always/pyproject.toml",
          project() +
            `[[tool.uv.index]]\nname = "python-packages"\nurl = "${given.registry.indexUrl()}"\ndefault = true\nauthenticate = "always"\n`,
        );

        await succeeds(withUser, "reader", own());
        await succeeds("uv sync --keyring-provider subprocess --project always", "reader", own());

        expect(machine.requested - before).to.equal(1);
      });

      it("has no password for another address, user, scheme or host alone, and prints nothing", async () => {
        const { address } = given.registry;
        const rest = `${address.slice("http://".length)}/pypi/python-packages/simple/`;
        for (const asked of [
          `https://pypi.org/simple/ aws`,
          `http://127.0.0.1:1/pypi/python-packages/simple/ aws`,
          `https://${rest} aws`,
          `${rest} aws`,
          `${address.slice("http://".length)} aws`,
          `http://${rest} other`,
        ]) {
          expect(await machine.shell(`keyring get ${asked}`, "reader"), asked).to.deep.equal({ exitCode: 1, text: "" });
        }
        expect(await succeeds(`keyring get http://${rest} aws`, "reader")).to.equal(`${machine.cached[0]!.token} `);
        expect(await succeeds(`keyring --mode creds get http://${rest}`, "reader")).to.equal(
          `aws ${machine.cached[0]!.token} `,
        );
        expect(
          JSON.parse(await succeeds(`keyring --mode=creds --output=json get http://${rest} aws`, "reader")),
        ).to.deep.equal({
          username: "aws",
          password: machine.cached[0]!.token,
        });
      });

      it("does not mint for a registry of CodeArtifact that registry.toml does not name", async () => {
        const before = machine.requested;
        const asked = "https://other-210987654321.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/simple/";

        const { exitCode, text } = await machine.shell(`keyring get ${asked} aws`, "reader");

        expect([exitCode, machine.requested - before]).to.deep.equal([1, 0]);
        expect(text).to.include("other-210987654321.d.codeartifact.us-east-1.amazonaws.com is not a registry of");
      });

      it("shows uv's user what to do where the session has expired; pip hides it, and registry-login shows it again", async () => {
        const uv = `uv pip install --keyring-provider subprocess --default-index ${url()} --target keyring-none orb-common`;
        const pip = `pip install --keyring-provider subprocess --index-url ${url()} --target keyring-none orb-common`;

        const endings = [
          await machine.shell(uv, "expired", own()),
          await machine.shell(pip, "expired", own()),
          await machine.shell("registry-login env", "expired"),
        ];

        expect(endings.map(({ exitCode }) => exitCode !== 0)).to.deep.equal([true, true, true]);
        expect(endings.map(({ text }) => text.includes("aws sso login --profile expired"))).to.deep.equal([
          true,
          false,
          true,
        ]);
      });
    });

    describe("leaves the token out of the arguments of every process", () => {
      /** The command lines with a token in them, of all processes of this machine while the command runs. */
      const exposedBy = async (lines: string, profile: string) => {
        const seen = new Set<string>();
        const state = { ended: false };
        const run = machine.shell(lines, profile, own()).finally(() => (state.ended = true));
        while (!state.ended) {
          allCommandLines().forEach((line) => seen.add(line));
          await new Promise((resolve) => setImmediate(resolve));
        }
        const { exitCode, text } = await run;
        const tokens = forms(machine.cached.map(({ token }) => token));
        expect(tokens).to.have.length(2);
        // The client itself was seen. What starts it may have ended before the first look.
        const client = lines.split(" -- ").at(-1)?.split(" ", 1).join("") ?? "";
        expect([...seen].filter((line) => line.includes(client))).not.to.deep.equal([]);
        return { exitCode, text, exposed: [...seen].filter((line) => tokens.some((token) => line.includes(token))) };
      };

      for (const [client, { profile, command }] of Object.entries(uses)) {
        it(`of ${client}`, async () => {
          const { exitCode, text, exposed } = await exposedBy(`registry-login run -- ${command}`, profile);

          expect([exitCode, exposed], text).to.deep.equal([0, []]);
        });
      }

      it("of pip that builds an sdist only as keyring: with run, pip passes the address of the index to another pip", async () => {
        await publishDirectly(given.registry, await makeSdist({ name: "orb-models", version: "1.0.0" }));
        const options = "--target with-sdist orb-models";
        const index = given.registry.indexUrl().replace("://", "://aws@");

        const asKeyring = `pip install --keyring-provider subprocess --index-url ${index} ${options}`;

        expect((await exposedBy(`registry-login run -- pip install ${options}`, "reader")).exposed).not.to.deep.equal(
          [],
        );
        expect((await exposedBy(asKeyring, "reader")).exposed).to.deep.equal([]);
        // As any installer of wheels, where the sdist is left out.
        const wheels = await exposedBy(`registry-login run -- pip install --only-binary :all: ${options}`, "reader");
        expect([wheels.exitCode, wheels.exposed]).to.deep.equal([1, []]);
      });
    });

    it("keeps what it knows where only this user reads it", async () => {
      await succeeds("umask 0 && registry-login env", "reader");

      const { mode } = lstatSync(machine.cache);
      const modes = readdirSync(machine.cache).map((name) => lstatSync(join(machine.cache, name)).mode & 0o777);

      expect(mode & 0o777).to.equal(0o700);
      expect(modes).to.deep.equal([0o600, 0o600]);
      expect(machine.cached).to.have.length(1);
    });

    it("hands the token to its command alone, and leaves it out of its output and other files", async () => {
      const before = machine.requested;
      const { PATH = "", ...clean } = cleanEnvironment(given.person.home);
      // The command waits until its standard input ends, so that the whole tree is there to be looked at.
      const child = spawn("registry-login", ["run", "--", "cat"], {
        cwd: given.person.work,
        env: {
          ...clean,
          PATH: `${join(given.person.home, "bin")}:${given.person.tools.bin}:${PATH}`,
          AWS_ENDPOINT_URL: given.registry.address,
          AWS_PROFILE: "reader",
        },
        stdio: ["pipe", "pipe", "pipe"],
      });
      const seen = new Set<string>();
      const ended = Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        once(child, "close") as Promise<[number | null]>,
      ]);
      while (commandLine(child.pid!) !== "cat") {
        allCommandLines().forEach((line) => seen.add(line));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const environment = readFileSync(`/proc/${child.pid}/environ`, "utf8");
      child.stdin.end("input\n");
      const [stdout, stderr, [exitCode]] = await ended;

      const tokens = forms(machine.cached.map(({ token }) => token));
      expect([exitCode, stdout, stderr, machine.requested - before]).to.deep.equal([0, "input\n", "", 1]);
      expect(environment).to.include(tokens[0]);
      expect([...seen].filter((line) => line.includes("get-authorization-token"))).not.to.deep.equal([]);
      expect([...seen].filter((line) => tokens.some((token) => line.includes(token)))).to.deep.equal([]);
      expect(given.person.filesWith(tokens).filter((file) => !file.startsWith(".cache/registry-login/"))).to.deep.equal(
        [],
      );
    });

    it("gives its command the usual signals: one that writes into a closed pipe ends without an error", async () => {
      expect(await succeeds("registry-login run -- yes | head -n 1", "reader")).to.equal("y ");
    });

    it("ends as its command does, by a code or by a signal, and as a shell where there is no such command", async () => {
      const endings = [
        await machine.shell("registry-login run -- sh -c 'exit 7'", "reader"),
        await machine.shell("registry-login run -- sh -c 'kill -TERM $$' || exit $?", "reader"),
        await machine.shell("registry-login run -- no-such-command", "reader"),
        await machine.shell("registry-login run -- /", "reader"),
      ];

      expect(endings.map(({ exitCode }) => exitCode)).to.deep.equal([7, 143, 127, 126]);
      expect(endings[2]!.text).to.equal("registry-login: no-such-command: No such file or directory ");
    });
  },
);

function project(): string {
  return '[project]\nname = "consumer"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["orb-common"]\n';
}

/** A consumer's project for each client that has one, and the locks of those that install only from a lock. */
function consumers(index: string): string {
  const write = (file: string, contents: string) =>
    `mkdir -p "$(dirname ${file})"\ncat > ${file} <<'END'\n${contents}END\n`;
  const withVariable = index.replace("://", "://aws:${CODEARTIFACT_AUTH_TOKEN}@");
  return [
    write(
      "with-uv/pyproject.toml",
      `${project()}[[tool.uv.index]]\nname = "python-packages"\nurl = "${index}"\ndefault = true\n`,
    ),
    write(
      "with-poetry/pyproject.toml",
      `${project()}[[tool.poetry.source]]\nname = "python-packages"\nurl = "${index}"\npriority = "primary"\n` +
        "[tool.poetry]\npackage-mode = false\n",
    ),
    write(
      "with-pipenv/Pipfile",
      `[[source]]\nname = "python-packages"\nurl = "${withVariable}"\nverify_ssl = true\n\n[packages]\norb-common = "*"\n`,
    ),
  ].join("");
}

function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
}

function allCommandLines(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [commandLine(Number(pid))];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}
