import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readHostileEnd, readHostileJson, readHostileText } from "../../../commands/preview/stackFacts";

describe("a file that anyone may have written", () => {
  let folder: string;
  const path = (name: string) => join(folder, name);
  const json = (text: string) => {
    writeFileSync(path("file.json"), text);
    return readHostileJson(path("file.json"), 1_000_000);
  };
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-hostile-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read up to a length, and not beyond", () => {
    writeFileSync(path("file"), "12345");

    expect(readHostileText(path("file"), 5)).to.deep.equal({ text: "12345" });
    expect(readHostileText(path("file"), 4)).to.deep.equal({
      problem: "5 bytes long, and 4 are the most that is read",
    });
  });

  it("is read where it is a regular file, and not through a link or as a folder", () => {
    writeFileSync(path("file"), "secret");
    symlinkSync(path("file"), path("link"));
    mkdirSync(path("folder"));

    expect(readHostileText(path("file"), 9)).to.deep.equal({ text: "secret" });
    for (const name of ["link", "folder"]) {
      expect(readHostileText(path(name), 9)).to.deep.equal({ problem: "not a regular file" });
      expect(readHostileEnd(path(name), 9)).to.equal(undefined);
    }
    expect(readHostileText(path("missing"), 9)).to.equal(undefined);
  });

  it("shows its end where that is asked for", () => {
    writeFileSync(path("file"), "12345");

    expect(readHostileEnd(path("file"), 3)).to.equal("345");
    expect(readHostileEnd(path("file"), 9)).to.equal("12345");
    expect(readHostileEnd(path("missing"), 9)).to.equal(undefined);
  });

  it("is read as JSON up to a depth, in which brackets within strings do not count", () => {
    const text = JSON.stringify("[".repeat(100) + '\\"' + "{".repeat(100));

    expect(json(`{"a": ${text}}`)).to.deep.equal({ value: { a: JSON.parse(text) as string } });
    expect(json(nested(64))).to.have.property("value");
    expect(json(nested(65))).to.deep.equal({ problem: "nested deeper than 64 levels" });
    expect(json("[".repeat(900_000))).to.deep.equal({ problem: "nested deeper than 64 levels" });
    expect(json('{"a":'.repeat(90_000))).to.deep.equal({ problem: "nested deeper than 64 levels" });
  });

  it("is not JSON where it does not parse, whatever it begins with", () => {
    for (const text of ["", "no", "[1,", `"${"\\".repeat(99_999)}`, '"\\'.repeat(300_000), "\u0000"]) {
      expect(json(text), text.slice(0, 9)).to.deep.equal({ problem: "not JSON" });
    }
  });
});
