import { expect } from "chai";
import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  EngineError,
  listStacks,
  readStackConfiguration,
  type StackConfiguration,
} from "../../../sandbox/pulumi/stackFiles";
import { inFolder } from "../../support/deployments";
import { exampleProject } from "../../support/exampleProject";

const bareProject = "name: hub\nruntime: nodejs\n";

/** What the stack dev is configured with. */
function read(stackFile: string, project = bareProject): Promise<StackConfiguration> {
  return inFolder({ project, stacks: { dev: stackFile } }, (directory) => readStackConfiguration(directory, "dev"));
}

async function valuesOf(...lines: readonly string[]): Promise<StackConfiguration["values"]> {
  return (await read(["config:", ...lines.map((line) => `  ${line}`)].join("\n"))).values;
}

/** Why the stack dev cannot be read. */
function errorOf(stackFile: string, project = bareProject): Promise<string> {
  return messageOf(() => read(stackFile, project));
}

/** Why the stack test of this folder cannot be read. */
function errorIn(directory: string): Promise<string> {
  return messageOf(() => readStackConfiguration(directory, "test"));
}

async function messageOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof EngineError && error.name === "EngineError") {
      return error.message;
    }
    throw error;
  }
  throw new Error("nothing was rejected");
}

describe("a stack's configuration", () => {
  it("is named for its project and stack", async () => {
    expect(await read("config:\n  aws:region: us-east-1")).to.deep.equal({
      project: "hub",
      stack: "dev",
      values: { "aws:region": "us-east-1" },
    });
  });

  it("is read from the files of a project", () => {
    const { project, values } = readStackConfiguration(exampleProject, "prod");

    expect(project).to.equal("package-registry");
    expect(Object.keys(values)).to.have.members([
      "aws:region",
      ...["customerId", "projectId", "packages", "origins", "publishers", "readers"].map(
        (key) => `package-registry:${key}`,
      ),
    ]);
    expect(values["package-registry:customerId"]).to.equal("orb");
    expect(values["package-registry:packages"]).to.equal('["orb-common","orb-models"]');
  });

  describe("of scalars", () => {
    [
      { title: "a number", text: "3600", value: "3600" },
      { title: "a fraction", text: "1.5", value: "1.5" },
      {
        title: "the longest number that fits into 64 bits",
        text: "18446744073709551615",
        value: "18446744073709551615",
      },
      { title: "true", text: "true", value: "true" },
      { title: "a capital True, which the CLI writes small", text: "True", value: "true" },
      { title: "a word that older YAML reads as false", text: "no", value: "no" },
      { title: "a number of base 60, which is text", text: "1:30", value: "1:30" },
      { title: "quoted digits, without the quotes", text: '"0123"', value: "0123" },
      { title: "a quoted date", text: '"2026-09-01"', value: "2026-09-01" },
      { title: "a text in single quotes, unescaped", text: "'it''s'", value: "it's" },
      { title: "an escape in double quotes, resolved", text: '"a\\tb"', value: "a\tb" },
      { title: "a plain text, without its comment", text: "orb # a comment", value: "orb" },
      { title: "nothing", text: "", value: "" },
      { title: "an empty text", text: '""', value: "" },
      { title: "null, which is empty text", text: "~", value: "" },
    ].forEach(({ title, text, value }) => {
      it(`is their text: ${title}`, async () => {
        expect(await valuesOf(`hub:key: ${text}`)).to.deep.equal({ "hub:key": value });
      });
    });

    it("keeps the lines of a block", async () => {
      expect(await valuesOf("hub:key: |", "  one", "  two")).to.deep.equal({ "hub:key": "one\ntwo\n" });
    });
  });

  describe("of a number or a date whose text the CLI changes", () => {
    const number = (text: string, read: string) =>
      `Pulumi.dev.yaml: hub:key: ${text} is a number to the Pulumi CLI, which reads it as ${read}. Write it in quotation marks`;
    const date = (text: string, read: string) =>
      `Pulumi.dev.yaml: hub:key: ${text} is a date to the Pulumi CLI, which reads it as "${read}". Write it in quotation marks`;

    [
      {
        title: "an account's id that begins with 0",
        text: "012345678901",
        message: number("012345678901", "12345678901"),
      },
      { title: "octal digits behind a 0", text: "03600", message: number("03600", "1920") },
      { title: "a version", text: "1.10", message: number("1.10", "1.1") },
      { title: "an exponent", text: "1e3", message: number("1e3", "1000") },
      { title: "a hexadecimal number", text: "0x1F", message: number("0x1F", "31") },
      { title: "underscores", text: "1_800", message: number("1_800", "1800") },
      {
        title: "more digits than a number keeps",
        text: "123456789012345678901",
        message: number("123456789012345678901", "123456789012345680000"),
      },
      { title: "a date", text: "2026-09-01", message: date("2026-09-01", "2026-09-01 00:00:00 +0000 UTC") },
      {
        title: "infinity",
        text: ".inf",
        message:
          "Pulumi.dev.yaml: hub:key: .inf is a number that the Pulumi CLI cannot read. Write it in quotation marks",
      },
    ].forEach(({ title, text, message }) => {
      it(`is rejected, and taken in quotation marks: ${title}`, async () => {
        expect(await errorOf(`config:\n  hub:key: ${text}\n`)).to.equal(message);
        expect(await valuesOf(`hub:key: "${text}"`)).to.deep.equal({ "hub:key": text });
      });
    });

    it("is rejected at every place of the file at once, with the place", async () => {
      expect(
        await errorOf("config:\n  hub:list: [a, 007]\n  hub:object: { id: 7, inner: [{ ref: 1.10 }] }\n  aws:x: 08\n"),
      ).to.equal(
        [
          "Pulumi.dev.yaml: hub:list[1]: 007 is a number to the Pulumi CLI, which reads it as 7. Write it in quotation marks",
          "Pulumi.dev.yaml: hub:object.inner[0].ref: 1.10 is a number to the Pulumi CLI, which reads it as 1.1. Write it in quotation marks",
          "Pulumi.dev.yaml: aws:x: 08 is a number to the Pulumi CLI, which reads it as 8. Write it in quotation marks",
        ].join("\n"),
      );
    });

    it("is rejected as a key too", async () => {
      expect(await errorOf("config:\n  hub:key: { 007: x }\n")).to.equal(
        "Pulumi.dev.yaml: hub:key has the key 007: 007 is a number to the Pulumi CLI, which reads it as 7. Write it in quotation marks",
      );
      expect(await errorOf("config:\n  hub:key: { ~: x }\n")).to.equal(
        'Pulumi.dev.yaml: hub:key has a key without text, which the Pulumi CLI reads as "<nil>". Write the key in quotation marks',
      );
      expect(await errorOf("config:\n  hub:key: { [a]: x }\n")).to.equal(
        "Pulumi.dev.yaml: hub:key has a list or an object for a key, and the Pulumi CLI takes text alone. Write the key as text",
      );
      expect(await valuesOf('hub:key: { "007": x, 8: y, true: z }')).to.deep.equal({
        "hub:key": '{"007":"x","8":"y","true":"z"}',
      });
    });

    it("is rejected in the project's file", async () => {
      expect(await errorOf("config:\n  hub:key: 1\n", `${bareProject}config: { hub:id: 012345678901 }\n`)).to.equal(
        "Pulumi.yaml: hub:id: 012345678901 is a number to the Pulumi CLI, which reads it as 12345678901. Write it in quotation marks",
      );
    });
  });

  describe("of lists and objects", () => {
    it("is their JSON, its keys sorted", async () => {
      expect(
        await valuesOf("hub:list:", "- orb", "- 3", "- true", "hub:object: { nested: { list: [a, null] }, id: 7 }"),
      ).to.deep.equal({
        "hub:list": '["orb",3,true]',
        "hub:object": '{"id":7,"nested":{"list":["a",null]}}',
      });
    });

    it("is their JSON where they are empty", async () => {
      expect(await valuesOf("hub:list: []", "hub:object: {}")).to.deep.equal({ "hub:list": "[]", "hub:object": "{}" });
    });
  });

  it("is what an alias means", async () => {
    expect(
      await valuesOf("hub:list: &list [orb]", "hub:same: *list", "hub:text: &text orb", "hub:nested: [*list, *text]"),
    ).to.deep.equal({
      "hub:list": '["orb"]',
      "hub:same": '["orb"]',
      "hub:text": "orb",
      "hub:nested": '[["orb"],"orb"]',
    });
  });

  it("has the project's namespace where a key has none", async () => {
    expect(await valuesOf("key: 1", "hub:other: 2", "aws:region: us-east-1")).to.deep.equal({
      "hub:key": "1",
      "hub:other": "2",
      "aws:region": "us-east-1",
    });
  });

  it("is empty where a stack file says nothing", async () => {
    expect((await read("config:\n")).values).to.deep.equal({});
    expect((await read("config: {}\n")).values).to.deep.equal({});
    expect((await read("encryptionsalt: v1:abc\n")).values).to.deep.equal({});
  });

  for (const [title, text] of [
    ["nothing", ""],
    ["a comment", "# config:\n"],
    ["the mark of a document's start alone", "---\n"],
    ["that mark and a comment", "---\n# config:\n"],
  ] as const) {
    it(`is empty where a stack file holds ${title}, and the project's own then holds`, async () => {
      expect((await read(text)).values).to.deep.equal({});
      expect((await read(text, `${bareProject}config: { key: 1 }\n`)).values).to.deep.equal({ "hub:key": "1" });
    });
  }

  it("leaves out what the CLI keeps beside it: encryption salt, secrets provider and encrypted key", async () => {
    const { values } = await read(
      "secretsprovider: awskms://alias/x\nencryptedkey: abc=\nencryptionsalt: v1:abc\nconfig:\n  hub:key: 1\n",
    );

    expect(values).to.deep.equal({ "hub:key": "1" });
  });

  describe("that is encrypted", () => {
    const message = (key: string) =>
      `Pulumi.dev.yaml: ${key} is encrypted (secure:), which only the Pulumi CLI reads. No setting of this project is ` +
      "secret: write it in plain text with pulumi config set.";

    it("is rejected", async () => {
      expect(await errorOf("config:\n  hub:key:\n    secure: v1:abc=\n")).to.equal(message("hub:key"));
    });

    it("is rejected under a key without namespace", async () => {
      expect(await errorOf("config:\n  key:\n    secure: v1:abc=\n")).to.equal(message("hub:key"));
    });

    it("is rejected at any depth of a list or an object", async () => {
      expect(await errorOf("config:\n  hub:key:\n    inner:\n      secure: v1:abc=\n")).to.equal(message("hub:key"));
      expect(await errorOf("config:\n  hub:key:\n    - name: x\n      token:\n        secure: v1:abc=\n")).to.equal(
        message("hub:key"),
      );
    });

    it("is distinguished from an object that has a key of that name beside others", async () => {
      expect(await valuesOf("hub:key: { secure: yes, other: 1 }")).to.deep.equal({
        "hub:key": '{"other":1,"secure":"yes"}',
      });
    });

    it("is distinguished from an object whose only key has that name and holds no text", async () => {
      expect(await valuesOf("hub:key: { secure: [1] }", "hub:other: [{ secure: 1 }]")).to.deep.equal({
        "hub:key": '{"secure":[1]}',
        "hub:other": '[{"secure":1}]',
      });
    });
  });

  it("is rejected where it imports an environment of Pulumi ESC", async () => {
    expect(await errorOf("environment:\n  - team/base\nconfig:\n  hub:key: 1\n")).to.equal(
      "Pulumi.dev.yaml: environment imports from Pulumi ESC, which only the Pulumi CLI reads.",
    );
  });

  it("is read where a setting, not the file, is called environment", async () => {
    expect(await valuesOf("hub:environment: dev")).to.deep.equal({ "hub:environment": "dev" });
  });

  describe("whose file is wrong", () => {
    it("is rejected with the line where the YAML breaks off", async () => {
      const message = await errorOf("config:\n  hub:key: 1\n  hub:list: [a, b\n");

      expect(message).to.match(/^Pulumi\.dev\.yaml is not YAML: .+ at line 4, column 1:\n/s);
    });

    it("is rejected where a key is given twice", async () => {
      const message = await errorOf("config:\n  hub:key: 1\n  hub:key: 2\n");

      expect(message).to.match(/^Pulumi\.dev\.yaml is not YAML: Map keys must be unique at line 3, column 3:\n/);
      expect(message).not.to.match(/\s$/);
    });

    it("is rejected where the file holds a second document, which the CLI does not read, or an alias without an anchor", async () => {
      expect(await errorOf("config:\n  hub:key: 1\n---\nconfig:\n  hub:key: 2\n")).to.match(
        /^Pulumi\.dev\.yaml is not YAML: Source contains multiple documents/,
      );
      expect(await errorOf("config:\n  hub:key: *none\n")).to.match(
        /^Pulumi\.dev\.yaml cannot be read: Unresolved alias/,
      );
    });

    it("is rejected where the file is no map", async () => {
      expect(await errorOf("- config\n")).to.equal("Pulumi.dev.yaml is not a map of settings.");
    });

    it("is rejected where config is no map", async () => {
      expect(await errorOf("config: [hub:key]\n")).to.equal("Pulumi.dev.yaml: config is not a map of settings.");
      expect(await errorOf("config: on\n")).to.equal("Pulumi.dev.yaml: config is not a map of settings.");
    });

    it("is rejected where the project's file has no name, is no map, or no YAML", async () => {
      const stackFile = "config:\n  hub:key: 1\n";

      expect(await errorOf(stackFile, "runtime: nodejs\n")).to.equal("Pulumi.yaml: name is missing.");
      expect(await errorOf(stackFile, "name: 7\n")).to.equal("Pulumi.yaml: name is missing.");
      expect(await errorOf(stackFile, "hub\n")).to.equal("Pulumi.yaml is not a map of settings.");
      expect(await errorOf(stackFile, "name: hub\nconfig: {a\n")).to.match(
        /^Pulumi\.yaml is not YAML: .* at line 3, column 1:/s,
      );
    });
  });

  it("is rejected for a stack without a file, with those that have one", async () => {
    const stacks = { prod: "config:\n", dev: "config:\n" };

    expect(await inFolder({ stacks }, errorIn)).to.equal(
      "There is no stack test: no file Pulumi.test.yaml. There are: dev, prod.",
    );
  });

  it("is rejected in a folder without stacks", async () => {
    expect(await inFolder({ stacks: {} }, errorIn)).to.equal(
      "There is no stack test: no file Pulumi.test.yaml. There are none here.",
    );
  });

  it("is rejected in a folder that is no project's", async () => {
    const error = await inFolder({ stacks: { test: "config:\n" } }, (directory) => {
      rmSync(join(directory, "Pulumi.yaml"));
      return errorIn(directory);
    });

    expect(error).to.equal("There is no Pulumi.yaml here: run this in the folder of the project.");
  });
});

describe("the stacks of a project", () => {
  it("are those that have a file, in the order of their names", async () => {
    const stacks = { staging: "", dev: "", "eu.prod": "" };

    expect(await inFolder({ stacks }, listStacks)).to.deep.equal(["dev", "eu.prod", "staging"]);
    expect(listStacks(exampleProject)).to.deep.equal(["dev", "prod", "staging"]);
  });
});

describe("a project's own configuration", () => {
  const stackFile = "config:\n  hub:given: from the stack\n";

  const values = async (...lines: readonly string[]) =>
    (await read(stackFile, [bareProject, "config:", ...lines.map((line) => `  ${line}`)].join("\n"))).values;

  const declarationError = (...lines: readonly string[]) =>
    errorOf(stackFile, [bareProject, "config:", ...lines.map((line) => `  ${line}`)].join("\n"));

  it("is a bare value, a value or a default, with or without the project's namespace", async () => {
    expect(
      await values(
        "bare: orb",
        "hub:qualified: hub",
        "count: 7",
        "flag: false",
        "list: [a, 1]",
        "long: { value: x }",
        "fallback: { type: integer, default: 3600 }",
        "items: { type: array, items: { type: string }, default: [a] }",
        "aws:region: us-east-1",
      ),
    ).to.deep.equal({
      "hub:given": "from the stack",
      "hub:bare": "orb",
      "hub:qualified": "hub",
      "hub:count": "7",
      "hub:flag": "false",
      "hub:list": '["a",1]',
      "hub:long": "x",
      "hub:fallback": "3600",
      "hub:items": '["a"]',
      "aws:region": "us-east-1",
    });
  });

  it("gives way to the stack's", async () => {
    expect(
      await values("given: from the project", "hub:given: { type: string, default: from the project }"),
    ).to.deep.equal({ "hub:given": "from the stack" });
  });

  it("is rejected, name by name, where the stack must give a value and does not", async () => {
    expect(
      await declarationError("zone: { type: string }", "given: { type: string }", "hub:area: { type: integer }"),
    ).to.equal("Stack dev is missing configuration: area, zone.");
  });

  it("asks no stack for a key of another namespace", async () => {
    expect(await values("aws:region: {}")).to.deep.equal({ "hub:given": "from the stack" });
  });

  it("is rejected where a value is not of its type, each on a line", async () => {
    expect(
      await declarationError(
        "given: { type: integer }",
        "flag: { type: boolean, default: maybe }",
        "list: { type: array, items: { type: integer }, default: [1, x] }",
        "fine: { type: string, default: 7 }",
      ),
    ).to.equal(
      "hub:given must be of type integer.\nhub:flag must be of type boolean.\nhub:list must be of type array.",
    );
  });
});

describe("the name of a stack", () => {
  it("is no path, and the error lists the stacks", () => {
    expect(() => readStackConfiguration(exampleProject, "../prod")).to.throw(
      EngineError,
      /^\.\.\/prod is not the name of a stack: letters, digits, "\.", "_" and "-" alone\. There are: dev, prod, staging\.$/,
    );
    expect(readStackConfiguration(exampleProject, "prod").stack).to.equal("prod");
  });

  it("is named in the error where it is close to the one that is asked for", () => {
    expect(() => readStackConfiguration(exampleProject, "prd")).to.throw(
      EngineError,
      "There is no stack prd: no file Pulumi.prd.yaml. There are: dev, prod, staging. Did you mean prod?",
    );
  });
});
