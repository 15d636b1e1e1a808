import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { deploy } from "../../sandbox/pulumi/deployment";
import { readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { runProcess } from "../../commands/python/runProcess";
import { projectDirectory } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { asWrittenByPath, type Program, programs, qualified, readConfiguration } from "../support/settings/forms";

/** Each single value within a value, by its path as the CLI takes it: `publishers[0].ref`. */
function leaves(path: string, value: unknown): readonly (readonly [path: string, text: string])[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => leaves(`${path}[${index}]`, entry));
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, entry]) => leaves(`${path}.${key}`, entry))
    : [[path, String(value)]];
}

for (const program of programs) {
  describePulumi(`a stack file of ${program.title} that pulumi config set writes`, (cli) => {
    let directory: string;

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), "package-registry-config-set-"));
      mkdirSync(join(directory, "state"));
      writeFileSync(join(directory, "package.json"), JSON.stringify({ main: join(projectDirectory, "index.ts") }));
      writeFileSync(join(directory, "Pulumi.yaml"), `name: ${program.namespace}\nruntime: nodejs\n`);
      await pulumi("stack", "init", "dev");
    });

    afterEach(() => {
      rmSync(directory, { recursive: true });
    });

    async function pulumi(...args: readonly string[]): Promise<void> {
      const { exitCode, output } = await runProcess("pulumi", [...args, "--non-interactive"], {
        directory,
        environment: {
          PATH: cli.path,
          HOME: directory,
          PULUMI_HOME: join(directory, "home"),
          PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      });
      expect(exitCode, output).to.equal(0);
    }

    /** What each setting is in the file, by its whole name. */
    function written(): unknown {
      return (parse(readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8")) as { config: unknown }).config;
    }

    const expected = readConfiguration(program, handedOn(program)).settings;

    function settings(): unknown {
      return readConfiguration(program, readStackConfiguration(directory, "dev").values);
    }

    it("has the JSON text of each list and object, which is read as meant", async () => {
      const texts = Object.entries(handedOn(program));
      await pulumi("config", "set-all", ...texts.flatMap(([key, text]) => ["--plaintext", `${key}=${text}`]));

      expect(written()).to.deep.equal(Object.fromEntries(texts));
      expect(settings()).to.deep.equal({ settings: expected, lines: [] });
    });

    it("has a number for each whole number that --path sets, which is read as meant", async () => {
      const { values } = program;
      const paths = Object.entries(values).flatMap(([key, value]) =>
        // A path begins with the key itself, where a colon and a dot have no meaning.
        leaves(qualified(program, key), value),
      );
      await pulumi(
        "config",
        "set-all",
        "--path",
        ...paths.flatMap(([path, text]) => ["--plaintext", `${path}=${text}`]),
      );

      expect(written()).to.deep.equal(
        Object.fromEntries(
          Object.entries(values).map(([key, value]) => [
            qualified(program, key),
            typeof value === "object" ? asWrittenByPath(value) : value,
          ]),
        ),
      );
      expect(settings()).to.deep.equal({ settings: expected, lines: [] });
    });

    it("has one text where an account's id is set without --path, which is an error", async () => {
      await pulumi("config", "set", "--path", "aws:allowedAccountIds[0]", "123456789012");
      expect(written()).to.deep.equal({ "aws:allowedAccountIds": [123456789012] });
      await pulumi("config", "set", "aws:allowedAccountIds", "123456789012");
      expect(written()).to.deep.equal({ "aws:allowedAccountIds": "123456789012" });

      const { lines } = readConfiguration(program, {
        ...handedOn(program),
        ...readStackConfiguration(directory, "dev").values,
      });
      expect(lines).to.deep.equal([
        'aws:allowedAccountIds: 123456789012 is not a list. Write a list in the stack file: aws:allowedAccountIds: ["123456789012"]',
      ]);
    });

    if (program.namespace === "package-registry") {
      it("is what the program is deployed with", async () => {
        // In an empty account there is nothing to adopt, and no key.
        const inEmptyAccount = { ...program.values, adopt: "false", audit: { retentionDays: 365 } };
        const paths = Object.entries(inEmptyAccount).flatMap(([key, value]) => leaves(qualified(program, key), value));
        await pulumi(
          "config",
          "set-all",
          "--path",
          ...paths.flatMap(([path, text]) => ["--plaintext", `${path}=${text}`]),
        );

        const { outputs } = await deploy({ directory, stack: "dev" });

        expect(outputs.domainOwner).to.equal("123456789012");
        expect(Object.keys(outputs.publisherRoleArns as object)).to.deep.equal(["one", "two"]);
      });
    }
  });
}

/** The settings of a program as the CLI hands them to it. */
function handedOn(program: Program): Record<string, string> {
  return Object.fromEntries(
    Object.entries(program.values).map(([key, value]) => [
      qualified(program, key),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
