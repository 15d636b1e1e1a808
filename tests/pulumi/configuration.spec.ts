import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cliText, parseCliYaml } from "../../sandbox/pulumi/cliYaml";
import { EngineError, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { runProcess } from "../../commands/python/runProcess";
import { describePulumi } from "../support/describePulumi";

/** Every text of at most so many characters out of these. */
function textsOf(characters: readonly string[], most: number): readonly string[] {
  return most === 0
    ? [""]
    : textsOf(characters, most - 1).flatMap((text) => [text, ...characters.map((next) => text + next)]);
}

/** Signs, prefixes, separators and exponents of numbers, in all orders. */
const numberTexts = textsOf(["0", "1", "8", ".", "_", "-", "+", "e", "x", "o", "b"], 4);

const scalars = [
  ...new Set(numberTexts.filter((text) => text !== "-")),
  ...["012345678901", "012345670123", "0777777777777777777777", "01777777777777777777777", "02000000000000000000000"],
  ...[
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "+9223372036854775808",
  ],
  ...["18446744073709551615", "18446744073709551616", "123456789012345678901", "9".repeat(60), "0xFFFFFFFFFFFFFFFF"],
  ...[
    "0x1FFFFFFFFFFFFFFFF",
    "0XfF",
    "0O17",
    "0B11",
    "1e20",
    "1e21",
    "1e-6",
    "1e-7",
    "1e308",
    "1e309",
    "-1e400",
    "4.9e-324",
  ],
  ...["0.000001", "1234567.0", "123456789.125", "1,000", "1:30", "190:20:30", "inf", "nan", "Infinity", "NaN", "0x1p4"],
  ...[
    "~",
    "null",
    "Null",
    "NULL",
    "nULL",
    "nil",
    "None",
    "=",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "false",
    "False",
    "FALSE",
  ],
  ...["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N"],
  ...["2026-09-01", "2026-9-1", "2026-13-01", "2026-02-29", "2024-02-29", "2026-09-01T10:00:00Z", "2026-09-01t1:2:3Z"],
  ...[
    "2026-09-01 10:00:00",
    "2026-09-01 10:00:00.250",
    "2026-09-01T10:00:00.123456789012+02:00",
    "2026-09-01T10:00:00",
  ],
  ...[
    "2026-09-01T10:00:00-07:30",
    "2026-09-01T10:00:00+24:00",
    "2026-09-01T10:00:00+25:00",
    "2026-09-01T10:00:00+02:60",
  ],
  ...[
    "2026-09-01T24:00:00Z",
    "2026-09-01T10:00:00-00:00",
    "20260901",
    "2026-09",
    "26-09-01",
    "0000-01-01",
    "0000-00-01",
  ],
  ...[
    "'007'",
    '"007"',
    "'true'",
    '"1.10"',
    '"~"',
    "''",
    '""',
    '"2026-09-01"',
    "'it''s'",
    '"a\\tb\\u00e9"',
    '" a "',
    '"a\\nb"',
  ],
  ...["!!str 007", "!!int 7", '!!int "7"', "!!float 3", "!!bool True", "!!null ~", "!!str", "!own 007"],
  ...[
    "orb # a comment",
    "é",
    "a\n    b",
    "|\n    a\n    b",
    "|-\n    a",
    "|+\n    a\n\n",
    ">-\n    a\n    b\n\n    c",
    "&a 007",
  ],
];

const structures = [
  ...["[]", "{}", "[a, 007, 1.10, True, ~, 2026-09-01]", "{b: 1, a: 0123, c: {z: 1, y: [1e3]}}", '[<a&b>, "\\u2028"]'],
  ...[
    "[12345678901234567890, -0, -0.0, 1.0, .5, 0x10]",
    '{"1.10": x, 2.10: y}',
    "{true: x, 007: y, 1e3: z, 2026-01-01: d}",
  ],
  ...[
    "{<<: {a: 1}, b: 2}",
    "{<<: [{a: 1}, {a: 2, c: 3}], a: 5}",
    "[&b 1, *b]",
    "{secure: 1}",
    "[a,]",
    "{a, b: }",
    "[[[]], {}]",
  ],
  ...["\n  - a\n  -\n  - - b", "\n    a: |\n      x\n      y\n    b: >-\n      x\n      y"],
];

/** What the CLI ends with an error about. */
const rejected = [
  ...[
    "-",
    "- a",
    "a: b",
    "*unknown",
    "@a",
    "`a",
    "%a",
    "[a, , b]",
    "{a: 1, a: 2}",
    '{a: 1, "a": 2}',
    ".inf",
    "-.INF",
    ".nan",
  ],
  ...["!!int x", "!!bool yes", "[a", '"a'],
];

describePulumi("a stack file that the CLI reads", (cli) => {
  let directory: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-configuration-"));
    mkdirSync(join(directory, "state"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: hub\nruntime: nodejs\n");
    const made = await pulumi("stack", "init", "dev");
    expect(made.exitCode, made.output).to.equal(0);
  });

  after(() => {
    rmSync(directory, { recursive: true });
  });

  function pulumi(...args: readonly string[]) {
    return runProcess("pulumi", [...args, "--non-interactive"], {
      directory,
      environment: {
        PATH: cli.path,
        HOME: directory,
        PULUMI_HOME: join(directory, "home"),
        TZ: "UTC",
        PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
  }

  function stackFile(texts: readonly string[]): string {
    const file = ["config:", ...texts.map((text, index) => `  hub:key${index}: ${text}`), ""].join("\n");
    writeFileSync(join(directory, "Pulumi.dev.yaml"), file);
    return file;
  }

  /** The texts that a program gets otherwise from the CLI than they are read here. */
  async function disagreements(texts: readonly string[]): Promise<readonly string[]> {
    const document = parseCliYaml(stackFile(texts));
    const { config } = document.toJS() as { config: Record<string, unknown> };
    const { exitCode, output } = await pulumi("config", "--json", "--stack", "dev");
    expect(exitCode, output).to.equal(0);
    // Beside it are warnings about keys without a value.
    const [json = ""] = /^\{$.*^\}$/ms.exec(output) ?? [];
    const values = JSON.parse(json) as Record<string, { value: string }>;
    expect(Object.keys(values)).to.have.length(texts.length);
    return texts.flatMap((text, index) => {
      const [theirs, here] = [values[`hub:key${index}`]?.value, cliText(config[`hub:key${index}`])];
      return here === theirs ? [] : [`${text}: ${JSON.stringify(theirs)} by the CLI, ${JSON.stringify(here)} here`];
    });
  }

  it(`is read as the CLI reads it: ${scalars.length} scalars`, async () => {
    expect(await disagreements(scalars)).to.deep.equal([]);
  });

  it("is read as the CLI reads it: lists and objects", async () => {
    expect(await disagreements(structures)).to.deep.equal([]);
  });

  it("is read by the names that the CLI gives its keys, with and without a namespace", async () => {
    writeFileSync(
      join(directory, "Pulumi.dev.yaml"),
      "config:\n  a: 1\n  hub:b: 2\n  aws:config:region: x\n  hub:config:c: 3\n",
    );
    const { output } = await pulumi("config", "--json", "--stack", "dev");
    const names = Object.keys(JSON.parse(output) as object);

    expect(names).to.have.members(["hub:a", "hub:b", "aws:region", "hub:c"]);
    expect(Object.keys(readStackConfiguration(directory, "dev").values)).to.have.members(names);
  });

  it("is rejected where the CLI rejects it", async () => {
    for (const text of rejected) {
      stackFile([text]);
      const { exitCode } = await pulumi("config", "--json", "--stack", "dev");

      expect(exitCode, text).to.be.greaterThan(0);
      expect(() => readStackConfiguration(directory, "dev"), text).to.throw(EngineError);
    }
  });
});
