import { expect } from "chai";
import { type Changes, publisher, reader, settingsOf, testRules } from "../support/configuration";

const onBranch = (characters: number): Changes => ({ ref: `refs/heads/${"b".repeat(characters)}`, workflow: "any" });
const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(100_000_000_000 + index));
/** Names of 255 characters: 16 fill a managed policy. */
const packages = (count: number) =>
  Array.from({ length: count }, (_, index) => `orb-${"p".repeat(248)}${String(index).padStart(3, "0")}`);

const trustSays = (job: string, characters: string) =>
  `${job}: its trust policy has ${characters} characters, AWS takes 2,048. Shorten the names of environment, branch, ref or workflow`;
const policySays = (what: string, characters: string) =>
  `readerAccountIds: the ${what} policy has ${characters} characters, AWS takes 7,168. List fewer accounts, or give readerOrganizationId`;
const partsSay = (path: string, packageCount: number, parts: number) =>
  `${path}: ${packageCount} packages need ${parts} managed policies of 6,144 characters, AWS attaches 10 to a role. Spread them over several publishers`;

describe("settings that make a document longer than AWS takes", () => {
  testRules([
    {
      title: "a publisher's trust policy has at most 2,048 characters, wherever the account is",
      wrong: { publishers: [{ ...publisher, ...onBranch(1419) }] },
      says: [trustSays("publishers[0]", "2,049")],
      right: { publishers: [{ ...publisher, ...onBranch(1418) }] },
    },
    {
      title: "a publisher's trust policy names the enterprise's issuer six times",
      wrong: { publishers: [{ ...publisher, ...onBranch(1418 - 11) }], githubEnterprise: "a" },
      says: [trustSays("publishers[0]", "2,049")],
      right: { publishers: [{ ...publisher, ...onBranch(1418 - 12) }], githubEnterprise: "a" },
    },
    {
      title: "a reader's trust policy has at most 2,048 characters",
      wrong: {
        readers: [
          { ...reader, name: "a" },
          { ...reader, name: "b", ...onBranch(1421) },
        ],
      },
      says: [trustSays("readers[1]", "2,049")],
      right: {
        readers: [
          { ...reader, name: "a" },
          { ...reader, name: "b", ...onBranch(1420) },
        ],
      },
    },
    {
      title: "a job too long has its own place in the list where another cannot be read",
      wrong: { readers: ["x", { ...reader, name: "b", ...onBranch(1421) }] },
      says: [
        'readers[0]: "x" is not an object. Describe a job: see docs/settings.md',
        trustSays("readers[1]", "2,049"),
      ],
    },
    {
      title: "a publisher's packages need at most ten managed policies",
      wrong: { packages: packages(161) },
      says: [partsSay("publishers[0].packages", 161, 11)],
      right: { packages: packages(160) },
    },
    {
      title: "many packages are shared out among publishers, and each publisher counts by itself",
      wrong: {
        packages: packages(177),
        publishers: [
          { ...publisher, name: "a", packages: ["orb-p"] },
          { ...publisher, name: "b", packages: packages(177) },
        ],
      },
      says: [
        'publishers[0].packages[0]: "orb-p" is not in the setting packages. Add it there, or remove it here',
        partsSay("publishers[1].packages", 177, 12),
      ],
      right: {
        packages: packages(200),
        publishers: [
          { ...publisher, name: "a", packages: packages(100) },
          { ...publisher, name: "b", packages: packages(200).slice(100) },
        ],
      },
    },
    {
      title: "the repository's policy has at most 7,168 characters",
      wrong: { projectId: "hubxyz", readerAccountIds: accounts(170) },
      says: [policySays("repository", "7,169")],
      right: { projectId: "hubxy", readerAccountIds: accounts(170) },
    },
    {
      title: "the domain's policy has at most 7,168 characters",
      wrong: { readerAccountIds: accounts(172) },
      says: [policySays("domain", "7,192"), policySays("repository", "7,246")],
      right: { readerOrganizationId: "o-a1b2c3d4e5" },
    },
    {
      title: "an organization beside the accounts has its own statement in both policies",
      wrong: { readerOrganizationId: "o-a1b2c3d4e5", readerAccountIds: accounts(161) },
      says: [policySays("repository", "7,185")],
      right: { readerOrganizationId: "o-a1b2c3d4e5", readerAccountIds: accounts(160) },
    },
    {
      title: "long names and long documents come last, in this order",
      wrong: {
        customerId: "c".repeat(43),
        "aws:region": "x",
        publishers: [{ ...publisher, ...onBranch(1419) }],
        packages: packages(161),
        readerAccountIds: accounts(171),
      },
      says: [
        'aws:region: "x" is not a region. Write this line below config: in the stack file: aws:region: us-east-1',
        `customerId, projectId: the domain "${"c".repeat(43)}-hub-dev" has 51 characters, CodeArtifact takes 50. Shorten one of the two`,
        `customerId, projectId: the role "${"c".repeat(43)}-hub-dev-codeartifact-publisher" has 74 characters, IAM takes 64. Shorten it by 10`,
        trustSays("publishers[0]", "2,049"),
        partsSay("publishers[0].packages", 161, 12),
        policySays("domain", "7,192"),
        policySays("repository", "7,246"),
      ],
    },
  ]);

  it("are only those: 300 packages of common length are taken from one publisher", () => {
    const names = Array.from({ length: 300 }, (_, index) => `orb-service-${index}`);
    expect(settingsOf({ packages: names }).publishers[0]?.packages).to.deep.equal(names);
  });
});
