import { expect } from "chai";
import { readCoreMetadata } from "../../../../sandbox/codeartifact/pypi/metadata";
import { HttpError } from "../../../../sandbox/codeartifact/pypi/httpError";

const where = "a.dist-info/METADATA";

function read(...lines: readonly string[]) {
  return readCoreMetadata(["Name: Orb.Common", "Version: 1.0", ...lines].join("\n"), where);
}

function errorOf(text: string): string {
  try {
    return JSON.stringify(readCoreMetadata(text, where));
  } catch (error) {
    return error instanceof HttpError ? `${error.status} ${error.message}` : String(error);
  }
}

describe("what a distribution says of itself", () => {
  it("is its name and version, and what else a page or the API shows", () => {
    expect(
      read(
        ...["Requires-Python: >=3.9", "Summary: Shared code.", "Home-page: https://orb.example", "License: Apache-2.0"],
        ...["Classifier: A", "Classifier: B", "", "Name: of-the-description"],
      ),
    ).to.deep.equal({
      name: "Orb.Common",
      version: "1.0",
      requiresPython: ">=3.9",
      summary: "Shared code.",
      homePage: "https://orb.example",
      licenses: ["Apache-2.0"],
      requiresDist: [],
      description: "Name: of-the-description",
    });
  });

  it("leaves out what it does not say, and what setuptools once wrote for it", () => {
    const nothing = { requiresPython: undefined, summary: undefined, homePage: undefined, licenses: undefined };
    expect(read()).to.deep.equal({
      ...{ name: "Orb.Common", version: "1.0", ...nothing },
      ...{ requiresDist: [], description: undefined },
    });
    expect(read("Home-page: UNKNOWN", "License: UNKNOWN", "Summary:")).to.deep.include(nothing);
  });

  it("has its home page among its addresses, too, and its license as an expression first", () => {
    const { homePage, licenses } = read(
      ...["Project-URL: Source, https://code.example", "Project-URL: HomePage , https://orb.example"],
      ...["License: see below", "License-Expression: MIT"],
    );
    expect({ homePage, licenses }).to.deep.equal({ homePage: "https://orb.example", licenses: ["MIT"] });
  });

  it("may run over several lines, of any ending, its keys in any case", () => {
    expect(readCoreMetadata("NAME: a\r\nversion:1\r\nSummary: one\r\n  two\r\n\r\n", where)).to.include({
      name: "a",
      version: "1",
      summary: "one two",
    });
  });

  it("goes on below a folded text whose paragraphs are separated by lines of spaces or tabs", () => {
    const text = ["License: Copyright of Example Corp", "        ", "\tAll rights reserved.", " \t", " Really."];
    expect(read(...text, "Requires-Python: >=3.9", "", "Requires-Python: >=3.99")).to.include({
      requiresPython: ">=3.9",
    });
    expect(read(...text).licenses).to.deep.equal(["Copyright of Example Corp All rights reserved. Really."]);
    const long = Array.from({ length: 500 }, () => ` ${"é".repeat(80)}`);
    expect(read("License: long", ...long, "Requires-Python: >=3.9").requiresPython).to.equal(">=3.9");
  });

  it("is read as a whole, and rejected where Requires-Python is beyond the limit", () => {
    expect(read(`Summary: ${"x".repeat(600)}`).summary).to.equal("x".repeat(600));
    expect(read(`License: ${"x".repeat(600)}`).licenses).to.deep.equal(["x".repeat(600)]);
    expect(errorOf(`Name: a\nVersion: 1\nRequires-Python: ${">".repeat(600)}`)).to.equal(
      `400 ${where} has a Requires-Python of more than 512 characters: "${">".repeat(100)}...". ` +
        "This is the sandbox's own limit: no limit of AWS is known.",
    );
    expect(read(`Requires-Python: ${"=".repeat(512)}`).requiresPython).to.equal("=".repeat(512));
  });

  it("has exactly one name and one version", () => {
    expect(errorOf("Version: 1")).to.equal(`400 ${where} has no name: exactly one is needed.`);
    expect(errorOf("Name: a")).to.equal(`400 ${where} has no version: exactly one is needed.`);
    expect(errorOf("Name: a\nname: b\nVersion: 1")).to.equal(
      `400 ${where} has more than one name: exactly one is needed.`,
    );
    expect(errorOf("Name: a\nVersion: 1\nVersion: 1")).to.equal(
      `400 ${where} has more than one version: exactly one is needed.`,
    );
  });

  it("ends at a line that is not a header", () => {
    expect(errorOf("Name: a\nno header\nVersion: 1")).to.equal(`400 ${where} has no version: exactly one is needed.`);
    expect(errorOf("Name: a\nVersion : 1")).to.equal(`400 ${where} has no version: exactly one is needed.`);
    expect(readCoreMetadata(" \nName: a\n:\nFrom b\n c\nVersion: 1", where)).to.include({ name: "a", version: "1" });
  });
});
