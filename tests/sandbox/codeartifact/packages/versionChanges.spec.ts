import { expect } from "chai";
import * as fc from "fast-check";
import type { VersionStatus } from "../../../../sandbox/codeartifact/packages/records";
import {
  type ChangeVersions,
  deletePackageVersions,
  disposePackageVersions,
  updatePackageVersionsStatus,
} from "../../../../sandbox/codeartifact/packages/versionChanges";
import { app, ending, registry, store, wheel } from "../../../support/sandbox/packages";

async function published(...versions: readonly string[]) {
  const { packages, index } = registry();
  for (const version of versions) {
    await packages.publish(app, "orb-common", wheel("orb-common", version));
  }
  const find = (version: string) => packages.store.find(app, "orb-common")?.versions[version];
  return {
    packages,
    index,
    revision: (version: string) => find(version)?.revision ?? "none",
    /** Status of every version that is there. */
    statuses: () =>
      Object.fromEntries(
        Object.values(packages.store.find(app, "orb-common")?.versions ?? {}).map(
          ({ version, status }) => [version, status] as const,
        ),
      ),
    update: (targetStatus: VersionStatus | "Deleted", request: ChangeVersions) =>
      updatePackageVersionsStatus(packages, app, "orb-common", { ...request, targetStatus }),
    dispose: (request: ChangeVersions) => disposePackageVersions(packages, app, "orb-common", request),
    delete: (request: ChangeVersions) => deletePackageVersions(packages, app, "orb-common", request),
  };
}

describe("updating the status of versions", () => {
  it("changes those that are named, and no other", async () => {
    const { update, revision, statuses } = await published("1.0.0", "2.0.0", "3.0.0");

    expect(await update("Archived", { versions: ["1.0.0", "3.0.0", "1.0.0"] })).to.deep.equal({
      successfulVersions: {
        "1.0.0": { revision: revision("1.0.0"), status: "Archived" },
        "3.0.0": { revision: revision("3.0.0"), status: "Archived" },
      },
      failedVersions: {},
    });
    expect(statuses()).to.deep.equal({ "1.0.0": "Archived", "2.0.0": "Published", "3.0.0": "Archived" });
    expect(await update("Published", { versions: [] })).to.deep.equal({ successfulVersions: {}, failedVersions: {} });
  });

  it("goes from each of Published, Unlisted and Archived to each of them, and keeps assets and revision", async () => {
    const { packages, update } = await published("1.0.0");
    const { status, ...before } = packages.store.find(app, "orb-common")!.versions["1.0.0"]!;

    for (const target of [
      "Unlisted",
      "Archived",
      "Published",
      "Archived",
      "Unlisted",
      "Published",
      "Published",
    ] as const) {
      await update(target, { versions: ["1.0.0"] });
      const { status: now, ...after } = packages.store.find(app, "orb-common")!.versions["1.0.0"]!;
      expect(now).to.equal(target);
      expect(after).to.deep.equal(before);
    }
    expect(status).to.equal("Published");
  });

  for (const target of ["Disposed", "Deleted", "Unfinished"] as const) {
    it(`to ${target} is rejected`, async () => {
      const { update, statuses } = await published("1.0.0");

      expect(await ending(update(target, { versions: ["1.0.0"] }))).to.equal(
        `ValidationException 400: 1 validation error detected: Value '${target}' at 'targetStatus' failed to satisfy ` +
          "constraint: Member must satisfy enum value set: [Archived, Published, Unlisted]",
      );
      expect(statuses()).to.deep.equal({ "1.0.0": "Published" });
    });
  }

  it("hides an Unlisted version from listings and still gives its file out; of an Archived one it gives none", async () => {
    const { packages, update } = await published("1.0.0");
    const { filename, bytes } = wheel("orb-common", "1.0.0");
    const none = /^ResourceNotFoundException 404: /;

    await update("Unlisted", { versions: ["1.0.0"] });
    expect(await ending(packages.files(app, "orb-common"))).to.match(none);
    expect((await packages.download(app, "orb-common", filename)).bytes).to.deep.equal(bytes);
    await update("Archived", { versions: ["1.0.0"] });
    expect(await ending(packages.download(app, "orb-common", filename))).to.match(none);
    await update("Published", { versions: ["1.0.0"] });
    expect((await packages.files(app, "orb-common")).map((file) => file.filename)).to.deep.equal([filename]);
  });

  it("of a version that is not as expected changes none, and says of each why", async () => {
    const { update, revision, statuses } = await published("1.0.0", "2.0.0");
    await update("Unlisted", { versions: ["2.0.0"] });

    expect(
      await update("Archived", { versions: ["1.0.0", "2.0.0", "9.9.9"], expectedStatus: "Published" }),
    ).to.deep.equal({
      successfulVersions: {},
      failedVersions: {
        "1.0.0": { errorCode: "SKIPPED", errorMessage: "version 1.0.0 is skipped" },
        "2.0.0": {
          errorCode: "MISMATCHED_STATUS",
          errorMessage: "current status: Unlisted, expected status: Published",
        },
        "9.9.9": { errorCode: "NOT_FOUND", errorMessage: "version 9.9.9 is not found" },
      },
    });
    expect(
      await update("Archived", {
        versions: ["1.0.0", "2.0.0"],
        versionRevisions: { "1.0.0": "former", "2.0.0": revision("2.0.0") },
      }),
    ).to.deep.equal({
      successfulVersions: {},
      failedVersions: {
        "1.0.0": {
          errorCode: "MISMATCHED_REVISION",
          errorMessage: `current revision: ${revision("1.0.0")}, expected revision: former`,
        },
        "2.0.0": { errorCode: "SKIPPED", errorMessage: "version 2.0.0 is skipped" },
      },
    });
    expect(statuses()).to.deep.equal({ "1.0.0": "Published", "2.0.0": "Unlisted" });
    expect(
      (
        await update("Archived", {
          versions: ["1.0.0"],
          expectedStatus: "Published",
          versionRevisions: { "1.0.0": revision("1.0.0") },
        })
      ).failedVersions,
    ).to.deep.equal({});
  });

  it("takes revisions of exactly the versions that are named", async () => {
    const { update, revision } = await published("1.0.0", "2.0.0");
    const rule =
      "ValidationException 400: The versions given in versionRevisions must be the same as those given in versions.";

    for (const versions of [["1.0.0", "2.0.0"], ["2.0.0"], []]) {
      expect(
        await ending(update("Archived", { versions, versionRevisions: { "1.0.0": revision("1.0.0") } })),
        versions.join(),
      ).to.equal(rule);
    }
  });

  it("of a package that is not there is rejected", async () => {
    const { packages } = await published("1.0.0");
    const request = { versions: ["1.0.0"], targetStatus: "Archived" } as const;

    expect(await ending(updatePackageVersionsStatus(packages, app, "orb-models", request))).to.match(
      /^ResourceNotFoundException 404: Package not found\./,
    );
    expect(await ending(updatePackageVersionsStatus(packages, store, "orb-common", request))).to.match(
      /^ResourceNotFoundException 404: Package not found\./,
    );
  });

  for (const version of ["constructor", "__proto__"]) {
    it(`of ${version}, which every JavaScript object has, finds no version`, async () => {
      const { update, statuses } = await published("1.0.0");

      const { failedVersions } = await update("Archived", { versions: [version] });
      expect(Object.entries(failedVersions)).to.deep.equal([
        [version, { errorCode: "NOT_FOUND", errorMessage: `version ${version} is not found` }],
      ]);
      expect(statuses()).to.deep.equal({ "1.0.0": "Published" });
    });
  }

  it("changes either all versions or none, whatever is asked", async () => {
    const versions = ["1", "2", "3"];
    const status = fc.constantFrom("Published", "Unlisted", "Archived", "Disposed" as const);
    const request = fc.record({
      versions: fc.subarray([...versions, "9"]),
      expectedStatus: fc.option(status, { nil: undefined }),
    });
    const targetStatus = fc.constantFrom("Published", "Unlisted", "Archived" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(status, { minLength: 3, maxLength: 3 }),
        request,
        targetStatus,
        async (given, asked, to) => {
          const { update, dispose, statuses } = await published(...versions);
          for (const [position, version] of versions.entries()) {
            const first = given[position]!;
            await (first === "Disposed" ? dispose({ versions: [version] }) : update(first, { versions: [version] }));
          }
          const before = statuses();
          const { successfulVersions, failedVersions } = await update(to, asked);
          const moved = asked.versions.every(
            (version) =>
              before[version] !== undefined &&
              before[version] !== "Disposed" &&
              (asked.expectedStatus === undefined || before[version] === asked.expectedStatus),
          );

          expect(Object.keys(moved ? successfulVersions : failedVersions).sort()).to.deep.equal(asked.versions);
          expect(Object.keys(moved ? failedVersions : successfulVersions)).to.deep.equal([]);
          expect(statuses()).to.deep.equal({
            ...before,
            ...(moved ? Object.fromEntries(asked.versions.map((version) => [version, to])) : {}),
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("disposing of versions", () => {
  it("does away with their assets and keeps their records, whose numbers stay taken", async () => {
    const { packages, dispose, revision, statuses } = await published("1.0.0", "2.0.0");
    const before = revision("1.0.0");

    const { successfulVersions, failedVersions } = await dispose({ versions: ["1.0.0"], expectedStatus: "Published" });
    expect(failedVersions).to.deep.equal({});
    expect(successfulVersions).to.deep.equal({ "1.0.0": { revision: revision("1.0.0"), status: "Disposed" } });
    expect(revision("1.0.0")).to.equal(before);
    expect(statuses()).to.deep.equal({ "1.0.0": "Disposed", "2.0.0": "Published" });
    expect(packages.store.find(app, "orb-common")?.versions["1.0.0"]?.assets).to.deep.equal({});
    expect(await ending(packages.publish(app, "orb-common", wheel("orb-common", "1.0.0")))).to.equal(
      "ConflictException 409: Version 1.0.0 in app is Disposed and takes no file: publish another version.",
    );
  });

  it("cannot be undone: the only way on is to delete them", async () => {
    const { packages, update, dispose, delete: remove } = await published("1.0.0");
    await dispose({ versions: ["1.0.0"] });
    const rejected = {
      successfulVersions: {},
      failedVersions: {
        "1.0.0": { errorCode: "NOT_ALLOWED", errorMessage: "version 1.0.0 is Disposed and can only be deleted" },
      },
    };

    expect(await update("Published", { versions: ["1.0.0"] })).to.deep.equal(rejected);
    expect(await dispose({ versions: ["1.0.0"] })).to.deep.equal(rejected);
    expect((await remove({ versions: ["1.0.0"], expectedStatus: "Disposed" })).failedVersions).to.deep.equal({});
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
  });

  it("of some that are not as expected disposes of none", async () => {
    const { dispose, revision, statuses } = await published("1.0.0", "2.0.0");

    const { failedVersions } = await dispose({
      versions: ["1.0.0", "2.0.0"],
      versionRevisions: { "1.0.0": revision("1.0.0"), "2.0.0": "former" },
    });
    expect(Object.values(failedVersions).map(({ errorCode }) => errorCode)).to.deep.equal([
      "SKIPPED",
      "MISMATCHED_REVISION",
    ]);
    expect(statuses()).to.deep.equal({ "1.0.0": "Published", "2.0.0": "Published" });
  });

  it("closes the number to what lies upstream too", async () => {
    const { packages, index, dispose } = await published("1.0.0");
    const record = packages.store.find(app, "orb-common")!;
    await packages.store.put(app, { ...record, restrictions: { publish: "ALLOW", upstream: "ALLOW" } });
    const { filename } = index.add("orb-common", "1.0.0", "poisoned");

    await dispose({ versions: ["1.0.0"] });
    expect(await ending(packages.download(app, "orb-common", filename))).to.match(/^ResourceNotFoundException 404: /);
    expect(await ending(packages.files(app, "orb-common"))).to.match(/^ResourceNotFoundException 404: /);
  });
});

describe("deleting versions", () => {
  it("frees their numbers for any bytes", async () => {
    const { packages, revision, statuses, delete: remove } = await published("1.0.0", "2.0.0");
    const before = revision("1.0.0");

    expect(await remove({ versions: ["1.0.0"] })).to.deep.equal({
      successfulVersions: { "1.0.0": { revision: before, status: "Deleted" } },
      failedVersions: {},
    });
    expect(statuses()).to.deep.equal({ "2.0.0": "Published" });
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0", "other"))).to.equal("published");
  });

  it("leaves the package and its settings, also where none is left", async () => {
    const { packages, delete: remove } = await published("1.0.0");
    await remove({ versions: ["1.0.0"] });

    expect(packages.store.find(app, "orb-common")).to.deep.equal({
      name: "orb-common",
      versions: {},
      restrictions: { publish: "ALLOW", upstream: "BLOCK" },
    });
    expect(await ending(packages.files(app, "orb-common"))).to.match(/^ResourceNotFoundException 404: /);
  });

  it("of one that is not there deletes none", async () => {
    const { statuses, delete: remove } = await published("1.0.0");

    expect((await remove({ versions: ["1.0.0", "9.9.9"] })).failedVersions).to.deep.equal({
      "1.0.0": { errorCode: "SKIPPED", errorMessage: "version 1.0.0 is skipped" },
      "9.9.9": { errorCode: "NOT_FOUND", errorMessage: "version 9.9.9 is not found" },
    });
    expect(statuses()).to.deep.equal({ "1.0.0": "Published" });
  });

  it("takes turns with a publish: neither is lost", async () => {
    const { packages, statuses, delete: remove } = await published("1.0.0", "2.0.0");

    await Promise.all([
      packages.publish(app, "orb-common", wheel("orb-common", "3.0.0")),
      remove({ versions: ["1.0.0"] }),
      packages.publish(app, "orb-common", wheel("orb-common", "4.0.0")),
      remove({ versions: ["2.0.0"] }),
    ]);
    expect(statuses()).to.deep.equal({ "3.0.0": "Published", "4.0.0": "Published" });
  });
});
