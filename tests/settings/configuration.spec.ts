import { expect } from "chai";
import { parseSettings } from "../../settings";
import { parsed, readConfiguration } from "../../settings/configuration";
import { SettingErrors } from "../../settings/errors";
import {
  type Changes,
  complete,
  configuration,
  errorOf,
  publisher,
  reader,
  settingsOf,
  testRules,
} from "../support/configuration";

const known =
  "customerId, projectId, environment, githubEnterprise, publicPackages, tokenLifetime, sessionDuration, encryption, " +
  "readerOrganizationId, oidcProviderArn, permissionsBoundary, protect, adopt, packages, origins, publishers, readers, " +
  "inspectors, maintainers, readerAccountIds, audit, tags";
const jobKeys = "name, repository, repositoryId, ownerId, environment, branch, ref, workflow";

describe("a key that no setting has is an error", () => {
  testRules([
    {
      title: "at the top",
      wrong: { packagess: ["orb-common"] },
      says: [`packagess: there is no such setting. Did you mean packages? Remove it, or use one of: ${known}`],
    },
    {
      title: "with regard to case",
      wrong: { Protect: true },
      says: [`Protect: there is no such setting. Did you mean protect? Remove it, or use one of: ${known}`],
      right: { protect: true },
    },
    {
      title: "with an empty name",
      wrong: { "package-registry:": "x" },
      says: [`: there is no such setting. Remove it, or use one of: ${known}`],
    },
    {
      title: "with a colon in its name",
      wrong: { "package-registry:aws:region": "us-east-1" },
      says: [`aws:region: there is no such setting. Remove it, or use one of: ${known}`],
    },
    {
      title: "in origins",
      wrong: { origins: { private: ["orb~"], opened: [] } },
      says: ["origins.opened: there is no such setting. Remove it, or use one of: private, public, blocked"],
    },
    {
      title: "in a publisher",
      wrong: { publishers: [{ ...publisher, repo: "x" }] },
      says: [
        `publishers[0].repo: there is no such setting. Did you mean repository? Remove it, or use one of: ${jobKeys}, packages`,
      ],
    },
    {
      title: "in a reader",
      wrong: { readers: [{ ...reader, role: "x" }] },
      says: [`readers[0].role: there is no such setting. Remove it, or use one of: ${jobKeys}`],
    },
    {
      title: "in a reader, as packages are: CodeArtifact cannot narrow reading to some of a repository's packages",
      wrong: { readers: [{ ...reader, packages: ["orb-common"] }] },
      says: [`readers[0].packages: there is no such setting. Remove it, or use one of: ${jobKeys}`],
      right: { publishers: [{ ...publisher, packages: ["orb-common"] }] },
    },
  ]);
});

describe("a stack's configuration", () => {
  it("may have keys of other namespaces, which are not read", () => {
    const settings = settingsOf();
    expect(settingsOf({ "other:packages": "x", "package-registryx:y": "z", "xpackage-registry:y": "z" })).to.deep.equal(
      settings,
    );
  });

  it("gives each setting under its bare name: text unchanged, lists and objects parsed", () => {
    const errors = new SettingErrors();
    const lists = [
      ...[
        "packages",
        "origins",
        "publishers",
        "readers",
        "inspectors",
        "maintainers",
        "readerAccountIds",
        "audit",
        "tags",
      ],
    ];
    const texts = known.split(", ").filter((key) => !lists.includes(key));
    const given = readConfiguration(
      errors,
      Object.fromEntries(known.split(", ").map((key) => [`package-registry:${key}`, "[1]"])),
      __dirname,
    );
    expect(given).to.deep.equal({
      ...Object.fromEntries(texts.map((key) => [key, "[1]"])),
      ...Object.fromEntries(lists.map((key) => [key, [1]])),
    });
    expect(errors.lines).to.deep.equal([]);
  });

  it("may hold text that is no JSON, which stays text", () => {
    expect(parsed('{"a":[1,"2"]}')).to.deep.equal({ a: [1, "2"] });
    expect(parsed("orb-common")).to.equal("orb-common");
    expect(parsed("")).to.equal("");
  });

  it("has at most the 131,057 bytes that Pulumi hands to a program, or names its largest setting that a file may hold", () => {
    const listOf = (characters: number) => ({
      packages: ["orb-common", `orb-${"p".repeat(200)}`],
      tags: { a: "é".repeat(characters) },
    });
    const bytes = Buffer.byteLength(JSON.stringify(configuration(listOf(0))));
    const fitting = Math.floor((131_057 - bytes) / 2);
    const tooLong = (changes: Changes) =>
      errorOf(changes).errors.filter((line) => line.includes("bytes, and Pulumi hands 131057 to a program at most"));

    expect(tooLong(listOf(fitting))).to.deep.equal([]);
    expect(tooLong(listOf(fitting + 1))).to.deep.equal([
      `packages: the stack's configuration has ${bytes + 2 * (fitting + 1)} bytes, and Pulumi hands 131057 to a program at most. ` +
        "Put this setting into a file, as in packages: {file: registry/packages.yaml}",
    ]);
    expect(tooLong({ publishers: [{ ...publisher, name: "x".repeat(140_000) }] })[0]).to.match(
      /^publishers: .*publishers: \{file: registry\/publishers\.yaml\}$/,
    );
  });

  it("is read the same in any order", () => {
    const reversed = Object.fromEntries(Object.entries(configuration(complete)).reverse());
    expect(parseSettings(reversed, "dev", __dirname)).to.deep.equal(settingsOf());
  });
});
