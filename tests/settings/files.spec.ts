import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { cliText, parseCliYaml } from "../../sandbox/pulumi/cliYaml";
import { parseSettings, type Settings } from "../../settings";
import { SettingErrors, SettingsError, unreadable } from "../../settings/errors";
import { filesOf, readFiles } from "../../settings/files";
import { type Changes, complete, configuration, reader } from "../support/configuration";

describe("a setting in files of its own", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(realpathSync(tmpdir()), "package-registry-files-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }

  const settings = (changes: Changes): Settings => parseSettings(configuration(changes), "dev", directory);

  /** The errors of the complete stack with changes. */
  function errorsOf(changes: Changes): readonly string[] {
    try {
      settings(changes);
      return [];
    } catch (error) {
      return (error as SettingsError).errors;
    }
  }

  /** What a file holds, read as the setting `packages`, or its errors. */
  function read(text: string): unknown {
    write("a.yaml", text);
    const errors = new SettingErrors();
    const value = readFiles(errors, "packages", { file: "a.yaml" }, directory);
    expect(value === unreadable).to.equal(errors.lines.length > 0);
    return value === unreadable ? errors.lines : value;
  }

  it("is what the stack file would hold: packages, origins, publishers and readers", () => {
    const held: Changes = { ...complete, readers: [reader] };
    for (const key of ["packages", "origins", "publishers", "readers"]) {
      write(`registry/${key}.yaml`, JSON.stringify(held[key]));
    }
    const inFiles = {
      packages: { file: "registry/packages.yaml" },
      origins: { file: "registry/origins.yaml" },
      publishers: { file: "registry/publishers.yaml" },
      readers: { file: "registry/readers.yaml" },
    };

    expect(settings(inFiles)).to.deep.equal(settings(held));
  });

  it("may be in several, whose entries follow each other", () => {
    write("registry/one.yaml", "- orb-common\n- orb-models\n");
    write("two.yml", "- orb-billing\n");
    write("origins/a.yaml", "private:\n  - orb~\npublic: [orb-open]\n");
    write("origins/b.yaml", "private:\n  - other~\nblocked: [orb-bad]\n");
    const { packages, origins } = settings({
      packages: { file: ["registry/one.yaml", "two.yml"] },
      origins: { file: ["origins/a.yaml", "origins/b.yaml"] },
    });

    expect(packages).to.deep.equal(["orb-common", "orb-models", "orb-billing"]);
    expect(origins).to.deep.equal({
      private: [
        { name: "orb", match: "prefix" },
        { name: "other", match: "prefix" },
      ],
      public: ["orb-open"],
      blocked: ["orb-bad"],
    });
  });

  it("has its errors named by the file and the place there", () => {
    write("one.yaml", "- orb-common\n- orb-models\n");
    write("two.yaml", "- orb-billing\n- orb*\n- orb-models\n");
    write("origins.yaml", "private: [orb~, orb-]\n");

    expect(
      errorsOf({ packages: { file: ["one.yaml", "two.yaml"] }, origins: { file: ["origins.yaml"] } }),
    ).to.deep.equal([
      'origins.yaml: origins.private[1]: "orb-" is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)',
      'two.yaml: packages[1]: "orb*" is not a package\'s name. Use at most 255 letters, digits, and between them . _ -',
      'two.yaml: packages[2]: "orb-models" is the same package as one.yaml: packages[1], "orb-models". Remove one of the two',
    ]);
  });

  it("has the first entry of a file named as its own, and an entry after the tenth by its whole number", () => {
    const names = Array.from({ length: 10 }, (_, index) => `orb-${index}`);
    const rule = "is not a package's name. Use at most 255 letters, digits, and between them . _ -";
    write("one.yaml", `- ${[...names, '"orb*"'].join("\n- ")}\n`);
    write("two.yaml", '- "orb?"\n- orb-common\n');

    expect(errorsOf({ packages: { file: ["one.yaml", "two.yaml"] } })).to.deep.equal([
      `one.yaml: packages[10]: "orb*" ${rule}`,
      `two.yaml: packages[0]: "orb?" ${rule}`,
    ]);
  });

  it("needs a file that can be read, or one error names it and no other error follows from it", () => {
    const missing = `ENOENT: no such file or directory, lstat '${directory}/registry'. Create the file, or correct its path`;

    expect(
      errorsOf({
        packages: { file: ["registry/a.yaml"] },
        origins: { file: "registry/b.yaml" },
        publishers: { file: "registry/c.yaml" },
        readers: { file: "registry/d.yaml" },
      }),
    ).to.deep.equal([
      `packages.file: "registry/a.yaml" is not read: ${missing}`,
      `origins.file: "registry/b.yaml" is not read: ${missing}`,
      `publishers.file: "registry/c.yaml" is not read: ${missing}`,
      `readers.file: "registry/d.yaml" is not read: ${missing}`,
    ]);
    write("object.yaml", "orb-common: 1\n");
    expect(errorsOf({ packages: { file: ["object.yaml", "registry/a.yaml"] } })).to.deep.equal([
      `packages.file: "registry/a.yaml" is not read: ${missing}`,
    ]);
  });

  it("is a file below the project's folder, by a path from there", () => {
    for (const file of ["a.yaml", "b/c.yml", "b/d-e_f.2/g.yaml"]) {
      write(file, "[orb-common]");
      expect(errorsOf({ packages: { file } }), file).to.deep.equal([]);
    }
    const wayOut =
      "is not the path of a YAML file. Write it from the folder of Pulumi.yaml on, as in registry/team.yaml";
    for (const file of [
      join(directory, "a.yaml"),
      "../a.yaml",
      "b/../a.yaml",
      "./a.yaml",
      ".a.yaml",
      "a.json",
      "a.yaml.bak",
      "",
      7,
      [["a.yaml"]],
    ]) {
      expect(errorsOf({ packages: { file } }), String(file)).to.deep.equal([
        `packages.file: ${JSON.stringify([file].flat()[0])} ${wayOut}`,
      ]);
    }
  });

  it("is not reached by a link that leads out of the folder, but by one within it", () => {
    const outside = mkdtempSync(join(tmpdir(), "package-registry-outside-"));
    try {
      writeFileSync(join(outside, "a.yaml"), "[orb-common]");
      write("b.yaml", "[orb-common]");
      symlinkSync(outside, join(directory, "folder"));
      symlinkSync(join(outside, "a.yaml"), join(directory, "out.yaml"));
      symlinkSync(join(directory, "b.yaml"), join(directory, "within.yaml"));
      const wayOut = "is a link out of the folder of Pulumi.yaml. Put the file itself there";

      expect(errorsOf({ packages: { file: ["folder/a.yaml", "out.yaml"] } })).to.deep.equal([
        `packages.file: "folder/a.yaml" ${wayOut}`,
        `packages.file: "out.yaml" ${wayOut}`,
      ]);
      expect(errorsOf({ packages: { file: "within.yaml" } })).to.deep.equal([]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it("holds what the setting would: other contents are rejected as there", () => {
    write("text.yaml", "orb-common");
    write("object.yaml", "a: 1");
    write("list.yaml", "[orb-common]");
    write("empty.yaml", "");

    expect(errorsOf({ packages: { file: "text.yaml" } })).to.deep.equal([
      'packages: "orb-common" is not a list. List the private packages, as in: - orb-common',
    ]);
    expect(errorsOf({ packages: { file: ["list.yaml", "object.yaml"] } })).to.deep.equal([
      'packages: {"a":1} is not a list. List the private packages, as in: - orb-common',
    ]);
    expect(errorsOf({ origins: { file: ["object.yaml", "list.yaml"] } })).to.deep.equal([
      'origins: ["orb-common"] is not an object. Say which names are private, as in: {private: ["orb~"]}',
    ]);
    expect(errorsOf({ packages: { file: "empty.yaml" } })).to.deep.equal([
      "packages: null is not a list. List the private packages, as in: - orb-common",
    ]);
    expect(errorsOf({ packages: { file: [] } })).to.deep.equal([
      "packages: the list is empty. List the private packages, as in: - orb-common",
    ]);
  });

  it("is named by file alone: another key beside it, or another name, is no file", () => {
    expect(filesOf({ file: "a.yaml" })).to.deep.equal(["a.yaml"]);
    expect(filesOf({ file: ["a.yaml", 1] })).to.deep.equal(["a.yaml", 1]);
    for (const value of [
      { file: "a.yaml", private: [] },
      { files: ["a.yaml"] },
      {},
      [{ file: "a" }],
      "file",
      null,
      undefined,
    ]) {
      expect(filesOf(value), JSON.stringify(value)).to.equal(undefined);
    }
  });

  it("is YAML, each of whose errors is named", () => {
    expect(read("- a\n- a: [")).to.deep.equal([
      "a.yaml: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 7:",
    ]);
    expect(read("a: 1\na: 2\n")).to.deep.equal(["a.yaml: Map keys must be unique at line 2, column 1:"]);
    expect(read("- !unknown x")).to.deep.equal(["a.yaml: Unresolved tag: !unknown at line 1, column 3:"]);
    expect(read("- *nowhere")).to.deep.equal([
      "a.yaml: Unresolved alias (the anchor must be set before the alias): nowhere",
    ]);
    expect(read("- &a {x: 1, y: z}\n- {<<: *a, y: 3}\n")).to.deep.equal([
      { x: 1, y: "z" },
      { x: 1, y: 3 },
    ]);
  });

  it("keeps a number's text, or is rejected where the Pulumi CLI would change it", () => {
    const wayOut = "is a number or a date to the Pulumi CLI. Write it in quotation marks";

    expect(
      read("- 700000001\n- 0\n- '0123'\n- \"1.10\"\n- 1.5\n- v1_0\n- 1.2.3\n- true\n- no\n- ~\n- '1_000'\n- 1_000 x\n"),
    ).to.deep.equal([700000001, 0, "0123", "1.10", 1.5, "v1_0", "1.2.3", true, "no", null, "1_000", "1_000 x"]);
    expect(
      read("- 0123\n- 1_000\n\n- {a: 1.10, b: 2026-11-28}\n- 0b1\n- 12345678901234567890\n- 1e3: x\n- 0_xa\n- -_1\n"),
    ).to.deep.equal([
      `a.yaml:1: 0123 ${wayOut}`,
      `a.yaml:2: 1_000 ${wayOut}`,
      `a.yaml:4: 1.10 ${wayOut}`,
      `a.yaml:4: 2026-11-28 ${wayOut}`,
      `a.yaml:5: 0b1 ${wayOut}`,
      `a.yaml:6: 12345678901234567890 ${wayOut}`,
      `a.yaml:7: 1e3 ${wayOut}`,
      `a.yaml:8: 0_xa ${wayOut}`,
      `a.yaml:9: -_1 ${wayOut}`,
    ]);
  });

  it("is never read otherwise than the Pulumi CLI reads the same text in a stack file", () => {
    const scalar = fc.oneof(
      fc.stringMatching(/^[-+.]?_?[0-9]_?[0-9a-fA-FxXoObBeE_.:TZ+-]{0,9}$/),
      fc.stringMatching(/^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9:.Zz+-]{0,12})?$/),
      fc.stringMatching(/^[-+.~<=!]?[A-Za-z]{1,6}$/),
      fc.constantFrom(
        "~",
        "null",
        "NULL",
        "True",
        ".inf",
        "-.INF",
        ".NaN",
        "0o17",
        "0x1F",
        "+12",
        "-0",
        "1.",
        "1e3",
        "y",
        "on",
      ),
    );
    let accepted = 0;
    fc.assert(
      fc.property(scalar, (text) => {
        const document = `- ${text}\n- [${text}]\n`;
        const read = readIn(document);
        if (read !== unreadable) {
          accepted++;
          expect(read).to.deep.equal(JSON.parse(cliText(parseCliYaml(document).toJS())));
        }
      }),
      { numRuns: 2000 },
    );
    expect(accepted).to.be.greaterThan(300);
  });

  function readIn(text: string): unknown {
    write("a.yaml", text);
    return readFiles(new SettingErrors(), "packages", { file: "a.yaml" }, directory);
  }
});
