import { expect } from "chai";
import { type PossibleCause, type StateChange, tieToCauses } from "../../../commands/audit/stateChanges";

const call = (action: string, time: string, more: Partial<PossibleCause & PossibleCause["target"]> = {}) => ({
  action: `codeartifact:${action}`,
  time: `2026-11-29T10:${time}Z`,
  verdict: more.verdict ?? "allowed",
  target: {
    repository: more.repository ?? "python-packages",
    package: more.package ?? "orb-common",
    versions: more.versions ?? ["1.0"],
  },
});

const change = (time: string, more: Partial<StateChange> = {}): StateChange => ({
  ...{ id: time, domain: "acme-hub-dev", repository: "python-packages", package: "orb-common", version: "1.0" },
  ...{ state: "Published", operation: "Created", time: `2026-11-29T10:${time}Z` },
  ...more,
});

describe("a change of a version's state", () => {
  const causeOf = (calls: readonly PossibleCause[], one: StateChange) => {
    const { tied, untied } = tieToCauses(calls, [one]);
    const [cause] = tied.keys();
    expect(untied).to.have.length(cause === undefined ? 1 : 0);
    return cause && calls.indexOf(cause);
  };

  it("is tied to the nearest allowed call for the same version, within a minute", () => {
    const publish = (time: string, more = {}) => call("PublishPackageVersion", time, more);

    expect(causeOf([publish("00:00"), publish("00:40"), publish("01:10")], change("00:50"))).to.equal(1);
    expect(causeOf([publish("00:00", { package: "Orb_Common" })], change("01:00"))).to.equal(0);
    expect(causeOf([publish("00:00")], change("01:01"))).to.equal(undefined);
    expect(causeOf([publish("00:00", { verdict: "denied" })], change("00:00"))).to.equal(undefined);
    expect(causeOf([publish("00:00", { versions: ["1.0.1"] })], change("00:00"))).to.equal(undefined);
    expect(causeOf([publish("00:00", { package: "orb-models" })], change("00:00"))).to.equal(undefined);
    expect(causeOf([publish("00:00", { repository: "pypi-store" })], change("00:00"))).to.equal(undefined);
  });

  it("is tied to a call that causes such a change", () => {
    const deleted = { operation: "Deleted" };

    expect(causeOf([call("DeletePackageVersions", "00:00")], change("00:01", deleted))).to.equal(0);
    expect(causeOf([call("DeletePackage", "00:00", { versions: [] })], change("00:01", deleted))).to.equal(0);
    expect(causeOf([call("PublishPackageVersion", "00:00")], change("00:01", deleted))).to.equal(undefined);
    expect(causeOf([call("DeletePackageVersions", "00:00")], change("00:01"))).to.equal(undefined);
    expect(causeOf([call("UpdatePackageVersionsStatus", "00:00")], change("00:01", { operation: "Updated" }))).to.equal(
      0,
    );
  });

  it("is tied to a read that takes the version in from an upstream, in any repository, or to nothing", () => {
    const read = call("ReadFromRepository", "00:00");

    expect(causeOf([read], change("00:02", { repository: "pypi-store" }))).to.equal(0);
    expect(causeOf([], change("00:02", { repository: "pypi-store" }))).to.equal(undefined);
  });

  it("is spread over calls that are equally near: two files of a version are two changes", () => {
    const calls = [call("PublishPackageVersion", "00:00"), call("PublishPackageVersion", "00:00")];
    const changes = [change("00:00"), change("00:00", { operation: "Updated" })];

    const { tied } = tieToCauses(calls, changes);

    expect(calls.map((one) => tied.get(one))).to.deep.equal(changes.map((one) => [one]));
  });
});
