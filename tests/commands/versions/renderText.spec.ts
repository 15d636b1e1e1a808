import { expect } from "chai";
import { comparePin } from "../../../commands/versions/holders";
import { compareRegistries } from "../../../commands/versions/matrix";
import type { HeldVersion, HeldVersions } from "../../../commands/versions/registryVersions";
import { renderText } from "../../../commands/versions/renderText";
import type { Report } from "../../../commands/versions/report";

const held = (version: string, ...digests: readonly string[]): HeldVersion => ({
  ...{ name: "orb-common", version, status: "Published", published: new Date("2026-05-04T03:02:01Z") },
  files: digests.map((sha256, index) => ({ filename: `file-${index}`, sha256, size: 1 })),
});
const registry = (...selected: readonly HeldVersion[]): HeldVersions => ({
  all: new Map(selected.length === 0 ? [] : [["orb-common", selected.map(({ version }) => version)]]),
  selected,
});
const report = (registries: ReadonlyMap<string, HeldVersions>): Report => ({
  environments: [...registries.keys()].map((stack) => ({
    stack,
    settings: {} as Report["environments"][0]["settings"],
  })),
  selection: { versions: new Map() },
  packages: compareRegistries(registries),
  publication: () => "not known",
  ...{ holders: [], warnings: [] },
});

describe("the table of versions", () => {
  it("fits into 80 columns, in as many parts as that takes", () => {
    const stacks = Array.from({ length: 9 }, (_, index) => `environment-${index}`);
    const registries = new Map(stacks.map((stack, index) => [stack, registry(held("1.0.0", String(index % 2)))]));
    const lines = renderText(report(registries), 80).split("\n");

    expect(lines.filter((line) => line.length > 80)).to.deep.equal([]);
    expect(lines.filter((line) => line.startsWith("orb-common  1.0.0"))).to.have.length(3);
  });

  it("has the status of a version that is not Published below its date", () => {
    const text = renderText(report(new Map([["dev", registry({ ...held("1.0.0"), status: "Archived" })]])), 80);

    expect(text).to.equal(
      "            dev\norb-common  1.0.0\n  1.0.0     2026-05-04\n            Archived\n\ndev: 1 version of 1 package, no bytes differ.",
    );
  });

  it("has no control character that a registry holds", () => {
    const text = renderText(report(new Map([["dev", registry(held("1.0\u001b[2J"))]])), 80);

    expect(text).to.include("1.0?[2J");
    expect(text).not.to.include("\u001b[2J");
  });
});

describe("the comparison of registries", () => {
  const cells = (one: HeldVersions, other: HeldVersions) =>
    compareRegistries(new Map(Object.entries({ dev: one, prod: other }))).flatMap(({ versions }) =>
      versions.map(({ version, cells: all }) => [
        version,
        ...[...all.values()].map((cell) => (cell.state === "held" ? cell.marks.join() : cell.state)),
      ]),
    );

  it("takes 1.4 and 1.4.0 as one version", () => {
    expect(cells(registry(held("1.4", "a")), registry(held("1.4.0", "a")))).to.deep.equal([["1.4", "", ""]]);
    expect(cells(registry(held("1.4", "a")), registry(held("1.4.0", "b")))).to.deep.equal([
      ["1.4", "other bytes", "other bytes"],
    ]);
  });

  it("has an environment without the package as one where it is missing, not behind", () => {
    expect(cells(registry(held("1.0", "a")), registry())).to.deep.equal([["1.0", "", "missing"]]);
    expect(cells(registry(held("1.0", "a")), registry(held("0.9", "a")))[0]).to.deep.equal(["1.0", "", "behind"]);
  });

  it("misses no file of a version that is disposed of", () => {
    const disposed = { ...held("1.0"), status: "Disposed" };

    expect(cells(registry(held("1.0", "a")), registry(disposed))).to.deep.equal([["1.0", "", ""]]);
    expect(cells(registry(held("1.0", "a")), registry(held("1.0")))).to.deep.equal([["1.0", "", "not all files"]]);
  });

  it("takes a version that PEP 440 does not know as older than every other", () => {
    const all = registry(...["1.10", "old-one", "1.9", "1.10rc1"].map((version) => held(version)));

    expect(cells(all, registry()).map(([version]) => version)).to.deep.equal(["1.10", "1.10rc1", "1.9", "old-one"]);
  });
});

describe("a lock beside a registry", () => {
  const compared = (hashes: readonly string[], ...digests: readonly string[]) =>
    comparePin(
      { name: "orb-common", version: "1.0", hashes },
      { state: "held", held: held("1.0", ...digests), marks: [] },
    );

  it("has the same bytes where one has all files of the other", () => {
    expect(compared(["a"], "a", "b")).to.equal("same bytes");
    expect(compared(["a", "b"], "a")).to.equal("same bytes");
    expect(compared(["a", "c"], "a", "b")).to.equal("not all files");
    expect(compared(["c"], "a", "b")).to.equal("other bytes");
    expect(compared([], "a")).to.equal("not compared");
  });
});
