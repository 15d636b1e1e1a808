import { expect } from "chai";
import { parse } from "yaml";
import { parseSettings } from "../../settings";
import { settingNames } from "../../settings/configuration";
import { SettingsError } from "../../settings/errors";
import { handedOn } from "../support/configuration";
import { codeBlocks, sectionOf } from "../support/docs/document";
import { textOf } from "../support/docs/markdown";

const path = "docs/settings.md";

/** The stack file of README, which the examples continue. */
const { config: base } = parse(codeBlocks(sectionOf("README.md", "What a stack looks like"))[0]?.text ?? "") as {
  readonly config: Readonly<Record<string, unknown>>;
};

/** The errors of that stack with other settings; none if it is right. */
function errorsWith(settings: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    parseSettings(handedOn(Object.entries({ ...base, ...settings })), "dev", __dirname);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.errors;
    }
    throw error;
  }
}

describe(path, () => {
  const named = [...textOf(path).matchAll(/^### `(\w+)`$/gm)].map(([, name = ""]) => name);

  it("describes every setting, and none that does not exist", () => {
    expect(named).to.have.members(settingNames);
  });

  it("continues a stack file that is right", () => {
    expect(errorsWith({})).to.deep.equal([]);
  });

  for (const name of named) {
    const section = sectionOf(path, `\`${name}\``);

    it(`gives an example of ${name} that is taken`, () => {
      const examples = codeBlocks(section).map(({ text }) => parse(text) as Readonly<Record<string, unknown>>);

      expect(examples).to.have.length.above(0);
      for (const example of examples) {
        expect(Object.keys(example)).to.include(`package-registry:${name}`);
        expect(errorsWith(example)).to.deep.equal([]);
      }
    });

    it(`gives the error of ${name} in the words of the program`, () => {
      const [, value = "", error = ""] = /\nError for `([^`]+)`: `([^`]+)`\n/.exec(section) ?? [];

      expect(errorsWith({ [`package-registry:${name}`]: parse(value) as unknown })).to.deep.equal([
        error.replaceAll("\n", " "),
      ]);
    });
  }

  it("gives an example of a job with every key, beside another job", () => {
    const [block] = codeBlocks(sectionOf(path, "Jobs"));
    const example = parse(block?.text ?? "") as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
    const [key, [job] = []] = Object.entries(example)[0] ?? [];

    expect(errorsWith(example)).to.deep.equal([]);
    expect(errorsWith({ [key ?? ""]: [job, { ...job, name: "other" }] })).to.deep.equal([]);
    expect(errorsWith({ [key ?? ""]: [{ ...job, branch: "main" }] })).to.have.length(1);
  });
});
