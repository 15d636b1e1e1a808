import { expect } from "chai";
import { keptVersions, type ListedVersion, type Rules } from "../../../commands/cleanup/rules";

/** Versions of orb-common, each as `VERSION`, or `VERSION STATUS`, or `VERSION STATUS ORIGIN`. */
const listed = (...texts: readonly string[]): ListedVersion[] =>
  texts.map((text) => {
    const [version = "", status = "Published", origin = "INTERNAL"] = text.split(" ");
    return { name: "orb-common", version, status, revision: `revision of ${version}`, origin };
  });

/** What may go, of the versions. */
const goes = (versions: readonly ListedVersion[], rules: Partial<Rules> = {}) => {
  const kept = keptVersions(versions, { keep: 1, named: [], deletes: false, ...rules });
  return versions.map(({ version }) => version).filter((version) => !kept.has(version));
};
const reason = (version: string, versions: readonly ListedVersion[], rules: Partial<Rules> = {}) =>
  keptVersions(versions, { keep: 1, named: [], deletes: false, ...rules }).get(version);

describe("what a clean-up keeps", () => {
  it("is the newest version by PEP 440, not by its text", () => {
    expect(goes(listed("1.9", "1.10", "1.10.dev3"))).to.deep.equal(["1.9", "1.10.dev3"]);
    expect(goes(listed("1.0.post1", "1.0", "1.0rc2"))).to.deep.equal(["1.0", "1.0rc2"]);
  });

  it("is the newest final release too, where only pre-releases are newer; an older final release goes", () => {
    const versions = listed("1.0", "1.1", "2.0.dev1", "2.0.dev2");

    expect(goes(versions)).to.deep.equal(["1.0", "2.0.dev1"]);
    expect(reason("1.1", versions)).to.equal("the newest final release");
  });

  it("is so many of the newest as --keep says", () => {
    const versions = listed("1.dev1", "1.dev2", "1.dev3", "1.dev4");

    expect(goes(versions, { keep: 3 })).to.deep.equal(["1.dev1"]);
    expect(goes(versions, { keep: 4 })).to.deep.equal([]);
    expect(reason("1.dev2", versions, { keep: 3 })).to.equal("one of the newest 3");
  });

  it("is both of two texts of the newest version, which count once", () => {
    expect(goes(listed("1.0", "1.0.0", "0.9", "0.8"), { keep: 2 })).to.deep.equal(["0.8"]);
  });

  it("is the newest Published version too where the newest are archived: an older one goes", () => {
    const versions = listed("1.0", "1.1", "2.0 Archived", "3.0 Archived");

    expect(goes(versions)).to.deep.equal(["1.0", "2.0"]);
    expect(goes(versions, { keep: 2 })).to.deep.equal([]);
  });

  it("is what a lock file or a layer names, however it writes the version; of another package it is nothing", () => {
    const versions = listed("1.0", "1.1", "2.0");
    const naming = (name: string, version: string) => ({ named: [{ name, version, by: "uv.lock" }] });

    expect(goes(versions, naming("orb-common", "1.1.0"))).to.deep.equal(["1.0"]);
    expect(reason("1.1", versions, naming("orb-common", "1.1.0"))).to.equal("named by uv.lock");
    expect(goes(versions, naming("orb-models", "1.1.0"))).to.deep.equal(["1.0", "1.1"]);
  });

  it("is what came from outside the domain, and an origin that AWS does not know", () => {
    expect(goes(listed("1.0 Published EXTERNAL", "1.1 Published UNKNOWN", "1.2", "2.0"))).to.deep.equal(["1.2"]);
  });

  it("is a version that no one can order, and one that is not finished", () => {
    expect(goes(listed("final-final", "1.0 Unfinished", "1.1", "2.0"))).to.deep.equal(["1.1"]);
  });

  it("is the record of a disposed version, which counts as none of the newest; --delete takes it, but not the highest number", () => {
    const versions = listed("1.0 Disposed", "1.1", "2.0", "3.0 Disposed");

    expect(goes(versions)).to.deep.equal(["1.1"]);
    expect(goes(versions, { keep: 2 })).to.deep.equal([]);
    expect(reason("1.0", versions)).to.equal("disposed of already");
    expect(goes(versions, { deletes: true })).to.deep.equal(["1.0", "1.1"]);
  });

  it("takes versions of every status that has files", () => {
    expect(goes(listed("1.0", "1.1 Unlisted", "1.2 Archived", "2.0"))).to.deep.equal(["1.0", "1.1", "1.2"]);
  });
});
