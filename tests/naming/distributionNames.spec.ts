import { expect } from "chai";
import { readSdistFileName, readWheelFileName, versionInStem } from "../../naming/distributionNames";

describe("the file name of a wheel", () => {
  it("has name, version and three tags, with a build number or without", () => {
    const parts = { name: "orb_common", version: "1.0", python: "py2.py3", abi: "none", platform: "any" };
    expect({ ...readWheelFileName("orb_common-1.0-py2.py3-none-any.whl") }).to.deep.equal(parts);
    expect({ ...readWheelFileName("orb_common-1.0-2b-py2.py3-none-any.whl") }).to.deep.equal(parts);
  });

  it("has no fewer parts, no other ending and no build that begins with a letter", () => {
    for (const filename of [
      "orb_common-1.0-none-any.whl",
      "orb_common-1.0-py3-none-any.zip",
      "orb_common-1.0-b2-py3-none-any.whl",
      "orb-common-1.0-py3-none-any.whl.metadata",
    ]) {
      expect(readWheelFileName(filename), filename).to.equal(undefined);
    }
  });
});

describe("the file name of a source distribution", () => {
  it("has a stem and a format", () => {
    expect({ ...readSdistFileName("orb-common-1.0.tar.gz") }).to.deep.equal({
      stem: "orb-common-1.0",
      format: "tar.gz",
    });
    expect({ ...readSdistFileName("orb-common-1.0.tgz") }).to.deep.equal({ stem: "orb-common-1.0", format: "tgz" });
    expect(readSdistFileName("orb-common-1.0.exe")).to.equal(undefined);
  });

  it("names its version behind the project's name, in any spelling of either", () => {
    expect(versionInStem("Orb_Common-3.2.3-2", "orb.common")).to.equal("3.2.3-2");
    expect(versionInStem("orb-commons-1.0", "orb-common")).to.equal(undefined);
  });
});
