import { expect } from "chai";
import { distributionVersion } from "../../../sandbox/publicIndex/projectPage";

describe("the version of a public file", () => {
  for (const [project, filename, version] of [
    ["left", "left-1.0-py3-none-any.whl", "1.0"],
    ["left", "left-1.0.0-2build-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "1.0.0"],
    ["left", "left-1.0rc1.post2.dev3-py2.py3-none-any.whl", "1.0rc1.post2.dev3"],
    ["left", "left-1!2.0+ubuntu_1-py3-none-any.whl", "1!2.0+ubuntu.1"],
    ["left-pad", "Left.Pad-01.0-py3-none-any.whl", "1.0"],
    ["left", "left-1.0.tar.gz", "1.0"],
    ["left", "Left-v1.0.zip", "1.0"],
    ["left", "left-1.0-1.tar.gz", "1.0.post1"],
    ["left-2", "left-2-3.tar.gz", "3"],
    ["left-pad", "left-pad-1.0alpha2.tar.bz2", "1.0a2"],
    ["left-pad", "left_pad-1.0.tgz", "1.0"],
    ["left", "left-20260102030405060.tar.gz", "20260102030405060"],
  ] as const) {
    it(`of ${filename} is ${version}`, () => {
      expect(distributionVersion(filename, project)).to.equal(version);
    });
  }

  for (const [why, project, filename] of [
    ["another project's wheel", "left", "left_pad-1.0-py3-none-any.whl"],
    ["another project's source", "left", "right-1.0.tar.gz"],
    ["a project's whose name only begins alike", "left-pad", "left-padded-1.0.tar.gz"],
    ["an egg", "left", "left-1.0-py2.7.egg"],
    ["an installer", "left", "left-1.0.win32.exe"],
    ["a signature", "left", "left-1.0.tar.gz.asc"],
    ["a wheel's metadata", "left", "left-1.0-py3-none-any.whl.metadata"],
    ["a wheel without tags", "left", "left-1.0.whl"],
    ["no version of PEP 440", "left", "left-latest.tar.gz"],
    ["a name alone", "left", "left.tar.gz"],
    ["a letter that only becomes one of the name's", "kelvin", "\u212Aelvin-1.0.tar.gz"],
    ["a path", "left", "../left-1.0.tar.gz"],
  ] as const) {
    it(`is undefined for ${why}: ${filename}`, () => {
      expect(distributionVersion(filename, project)).to.equal(undefined);
    });
  }

  it("is read from a name of 255 characters, and from no longer one", () => {
    expect(distributionVersion(`left-1.0-py3-none-${"a".repeat(233)}.whl`, "left")).to.equal("1.0");
    expect(distributionVersion(`left-1.0-py3-none-${"a".repeat(234)}.whl`, "left")).to.equal(undefined);
  });
});
