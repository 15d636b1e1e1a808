import { expect } from "chai";
import {
  type Changes,
  errorOf,
  type Form,
  message,
  publisher,
  reader,
  settingsOf,
  testForms,
  testRules,
} from "../support/configuration";

const publishes = (more: Changes): Changes => ({ publishers: [{ ...publisher, ...more }] });
const reads = (more: Changes): Changes => ({ readers: [{ ...reader, ...more }] });

const nameWayOut = "Use lower-case letters, digits and single hyphens, as in lambda-layers";
const repositoryWayOut = "Write owner/name in GitHub's own spelling, without a wildcard";
const idWayOut = "Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet";
const environmentWayOut = "Write 1 to 255 characters up to ÿ, without *, ?, $, / or %";
const branchWayOut = "Write it without refs/heads/ and without a wildcard, as in main";
const refWayOut = "Write refs/heads/BRANCH or refs/tags/TAG without a wildcard, or the word any";
const workflowWayOut =
  "Write .github/workflows/FILE.yml, for a called workflow OWNER/NAME/.github/workflows/FILE.yml@FULL_REF, or the word any";

/** What no name that git or GitHub gives to one thing may hold. */
const hostile = ["*", "x*", "x?", "${aws:PrincipalTag/x}", "x$", "x\n", "\nx", "x\u0000", "x\u200b", "x\u202e"];
/** What git rejects within the name of a branch or tag. */
const notGit = [
  " x",
  "x y",
  "x\ty",
  "x\u00a0y",
  "x..y",
  "x//y",
  "x@{y",
  "x~y",
  "x^y",
  "x:y",
  "x[y",
  "x\\y",
  "x/",
  "x.",
  "/x",
  ".x",
  "x/.y",
  "x.lock",
  "x.lock/y",
];
/** What no document of IAM's can hold: characters beyond ÿ, the second of them a Cyrillic о. */
const beyond = ["xĀ", "prоd", "東京", "x🚀"];
/** A commit's id. */
const commit = "0123456789abcdef0123456789abcdef01234567";

describe("a job, of a publisher or a reader", () => {
  for (const [list, describes] of [["publishers", publishes] as const, ["readers", reads] as const]) {
    const form = (key: string, rule: string, wayOut: string): Pick<Form, "title" | "says"> => ({
      title: `${list}[0].${key} ${rule}`,
      says: (shown) => `${list}[0].${key}: ${shown} ${rule}. ${wayOut}`,
    });
    describe(list, () => {
      testForms([
        {
          ...form("name", "is not a part of a role's name", nameWayOut),
          place: (name) => describes({ name }),
          taken: ["a", "z", "a1", "lambda-layers", "a-1-b", "z9"],
          rejected: [
            "",
            "A",
            "aB",
            "1a",
            "-a",
            "a-",
            "a--b",
            "a_b",
            "a.b",
            "a/b",
            "a b",
            "а",
            "a\n",
            "*",
            "${aws:x}",
            5,
            {},
          ],
        },
        {
          ...form("repository", "is not one GitHub repository", repositoryWayOut),
          place: (repository) => describes({ repository }),
          taken: [
            "o/n",
            "Orb-1/my.Repo_x-1",
            "0/.github",
            "a_b/n",
            "o/...",
            "o/..a",
            "o/a..",
            "o/.a",
            "o/-",
            "o/_",
            `o/${"n".repeat(100)}`,
          ],
          rejected: [
            "",
            "o",
            "/",
            "/n",
            "o/",
            "o/.",
            "o/..",
            "o/n/x",
            "-o/n",
            "_o/n",
            "o.x/n",
            "o x/n",
            "o/n x",
            "ö/n",
            "o/ñ",
            "o/*",
            "*/n",
            "o/n?",
            "${aws:x}/n",
            "o/n$",
            "o/n\n",
            "\no/n",
            "https://github.com/o/n",
            "о/n",
            5,
            true,
            [],
            `o/${"n".repeat(101)}`,
          ],
        },
        ...["repositoryId", "ownerId"].map((key) => ({
          ...form(key, "is not a number that GitHub gives", idWayOut),
          place: (id: unknown) => describes({ [key]: id }),
          taken: [0, 1, 9_007_199_254_740_991, "0", "1", "9", "90", "1234567890123456789"],
          rejected: [
            "",
            "abc",
            "01",
            "00",
            "-1",
            "1.5",
            "1e3",
            "0x1",
            " 1",
            "1 ",
            "1\n",
            "１",
            "12345678901234567890",
            1.5,
            9_007_199_254_740_992,
            1e300,
            true,
            [1],
            {},
          ],
        })),
        {
          ...form("environment", "is not the name of one GitHub environment", environmentWayOut),
          place: (environment) => describes({ environment }),
          isTextOnly: true,
          taken: ["p", "prod", "a:b", "release 1.0", "München", "ÿ", "e".repeat(255)],
          rejected: [
            "",
            "e".repeat(256),
            "a/b",
            "/",
            "a\tb",
            "a%3Ab",
            "100%",
            ...hostile,
            ...beyond,
            5,
            false,
            ["prod"],
          ],
        },
        {
          ...form("branch", "is not the name of one branch", branchWayOut),
          place: (branch) => describes({ branch, ref: "any", workflow: "any" }),
          isTextOnly: true,
          taken: [
            "m",
            "main",
            "release/1.0",
            "a.b",
            "feature-x_1",
            "a@b",
            "a{b",
            "refsx/y",
            "xrefs/heads/y",
            "münchen",
            "ÿ",
            "a.b/c",
            "a/b",
            "x.locks",
            "x.locks/y",
            "lock",
          ],
          rejected: [
            "",
            "/",
            "~",
            "refs/heads/main",
            "refs/x",
            ...hostile,
            ...notGit,
            ...beyond,
            "[",
            "\\",
            ":",
            "^",
            5,
            ["main"],
          ],
        },
        {
          ...form("ref", "is not one full ref", refWayOut),
          place: (ref) => describes({ ref, workflow: "any" }),
          taken: [
            "any",
            "refs/heads/m",
            "refs/heads/main",
            "refs/heads/a/b",
            "refs/tags/v1.0",
            "refs/heads/a@b{c",
            "refs/heads/ÿ",
            "refs/heads/x.locks",
            "refs/tags/a.b/c",
          ],
          rejected: [
            "",
            "main",
            "*",
            "Any",
            "anyx",
            "xany",
            "any\n",
            "heads/main",
            "xrefs/heads/main",
            "refs/head/main",
            "refs/heads/",
            "refs/tags/",
            "refs/heads",
            "refs/",
            "refs/pull/1/merge",
            "refs/heads/*",
            "refs/heads//",
            ...[...hostile, ...notGit, ...beyond].flatMap((end) => [`refs/heads/${end}`, `refs/tags/${end}`]),
            5,
            true,
            ["refs/heads/main"],
          ],
        },
        {
          ...form("workflow", "is not one workflow", workflowWayOut),
          place: (workflow) => describes({ workflow, ref: "refs/heads/main" }),
          taken: [
            "any",
            ".github/workflows/a.yml",
            ".github/workflows/A_1.b-c.yaml",
            ".github/workflows/x.yml.yml",
            "o/r/.github/workflows/x.yml@refs/heads/main",
            "O-_1/r._-9/.github/workflows/x.yaml@refs/tags/v1.0",
            "o/.github/.github/workflows/x.yml@refs/tags/v1",
            "o/.../.github/workflows/x.yml@refs/heads/a@b",
            `o/r/.github/workflows/x.yml@${commit}`,
          ],
          rejected: [
            "",
            "*",
            "Any",
            "anyx",
            "xany",
            "any\n",
            "a.yml",
            "workflows/a.yml",
            "x.github/workflows/a.yml",
            "/.github/workflows/a.yml",
            ".github/workflows/.yml",
            ".github/workflows/a",
            ".github/workflows/ayml",
            ".github/workflows/a.yl",
            ".github/workflows/a.yaaml",
            ".github/workflows/a.ymlx",
            ".github/a.yml",
            ".github/workflows/a/b.yml",
            ".github/workflows/*.yml",
            ".github/workflows/a?.yml",
            ".github/workflows/${aws:x}.yml",
            ".github/workflows/a b.yml",
            ".github/workflows/a.yml\n",
            ...["o", "o/r/s", "o.x/r", "*/r", "o/*", "o/r*", "o/..", "o/.", "../r", "/r", "o/", "оo/r", "o/ñ"].map(
              (repository) => `${repository}/.github/workflows/x.yml@refs/heads/main`,
            ),
            ...["", " ", "*", "${aws:x}", "main", "v1", "heads/main", "refs/pull/1/merge", "refs/heads/"].map(
              (ref) => `o/r/.github/workflows/x.yml@${ref}`,
            ),
            ...[commit.slice(1), `${commit}0`, commit.toUpperCase(), `${commit}\n`, `refs/heads/main@${commit}:`].map(
              (ref) => `o/r/.github/workflows/x.yml@${ref}`,
            ),
            ...[...hostile, ...notGit, ...beyond].map((end) => `o/r/.github/workflows/x.yml@refs/heads/${end}`),
            ".github/workflows/a.yml@main",
            5,
            true,
            [".github/workflows/a.yml"],
          ],
        },
        {
          title: `${list}[0] is an object`,
          place: (job) => ({ [list]: [job] }),
          taken: [{ ...publisher, packages: undefined }],
          rejected: ["acme/packages", ["acme/packages"], 5, null],
          says: (shown) => `${list}[0]: ${shown} is not an object. Describe a job: see docs/settings.md`,
        },
      ]);

      for (const [key, wayOut] of [
        ["repository", repositoryWayOut],
        ["repositoryId", idWayOut],
        ["ownerId", idWayOut],
      ] as const) {
        for (const [how, value] of [["left out", undefined] as const, ["left empty", null] as const]) {
          it(`${key} must be given: not ${how}`, () => {
            expect(errorOf(describes({ [key]: value })).message).to.equal(
              message([`${list}[0].${key}: is missing. ${wayOut}`]),
            );
          });
        }
      }
      for (const key of ["name", "environment", "branch"]) {
        it(`${key} left empty is left out, where the list holds one job`, () => {
          expect(settingsOf(describes({ [key]: null }))).to.deep.equal(settingsOf(describes({})));
        });
      }
      testRules([
        {
          title: "names an environment or a branch, not both",
          wrong: describes({ environment: "prod", branch: "main" }),
          says: [`${list}[0].branch: a subject names an environment or a branch, not both. Remove one of the two`],
          right: describes({ branch: "main" }),
        },
        {
          title: "names an environment or a branch where it leaves the other one empty",
          wrong: describes({ environment: "a/b", branch: null }),
          says: [`${list}[0].environment: "a/b" is not the name of one GitHub environment. ${environmentWayOut}`],
          right: describes({ environment: null, branch: "main" }),
        },
        {
          title: "names an environment or a branch: both of them are one error, though the ref is another branch's",
          wrong: describes({ environment: "prod", branch: "develop", ref: "refs/heads/main" }),
          says: [`${list}[0].branch: a subject names an environment or a branch, not both. Remove one of the two`],
          right: describes({ environment: "prod", ref: "refs/heads/main" }),
        },
        {
          title: "on a branch has that branch's ref",
          wrong: describes({ branch: "main", ref: "refs/heads/develop", workflow: "any" }),
          says: [
            `${list}[0].ref: "refs/heads/develop" is never the ref of a job on branch "main". Write refs/heads/main or any`,
          ],
          right: describes({ branch: "main", ref: "refs/heads/main", workflow: "any" }),
        },
        {
          title: "on a branch has no tag's ref",
          wrong: describes({ branch: "main", ref: "refs/tags/main", workflow: "any" }),
          says: [
            `${list}[0].ref: "refs/tags/main" is never the ref of a job on branch "main". Write refs/heads/main or any`,
          ],
          right: describes({ branch: "main", ref: "any", workflow: "any" }),
        },
        {
          title: "in an environment may have any branch's ref",
          wrong: describes({ environment: "prod", ref: "develop", workflow: "any" }),
          says: [`${list}[0].ref: "develop" is not one full ref. ${refWayOut}`],
          right: describes({ environment: "prod", ref: "refs/heads/develop", workflow: "any" }),
        },
        {
          title: "has one error where its ref cannot be read, and none about its workflow",
          wrong: describes({ ref: "main", workflow: ".github/workflows/a.yml" }),
          says: [`${list}[0].ref: "main" is not one full ref. ${refWayOut}`],
          right: describes({ ref: "refs/heads/main", workflow: ".github/workflows/a.yml" }),
        },
        {
          title: "has ids from 0 on, written as numbers too",
          wrong: describes({ repositoryId: -1, ownerId: -1 }),
          says: ["repositoryId", "ownerId"].map(
            (key) => `${list}[0].${key}: "-1" is not a number that GitHub gives. ${idWayOut}`,
          ),
          right: describes({ repositoryId: 0, ownerId: 0 }),
        },
        {
          title: "names a workflow of its own repository at its own ref",
          wrong: describes({ ref: "refs/heads/main", workflow: ".github/workflows/a.yml@refs/heads/main" }),
          says: [
            `${list}[0].workflow: ".github/workflows/a.yml@refs/heads/main" names a ref but no repository. Leave the part from @ out, or write OWNER/NAME/ before it`,
          ],
          right: describes({ ref: "refs/heads/main", workflow: ".github/workflows/a.yml" }),
        },
        {
          title: "names a workflow of its own repository at one ref",
          wrong: describes({ ref: "any", workflow: ".github/workflows/a.yml" }),
          says: [
            `${list}[0].workflow: ".github/workflows/a.yml" is one workflow only at one ref. Give ref as refs/heads/BRANCH, or write any for workflow`,
          ],
          right: describes({ ref: "any", workflow: "any" }),
        },
        {
          title: "names a called workflow with its ref",
          wrong: describes({ ref: "refs/heads/main", workflow: "o/r/.github/workflows/a.yml" }),
          says: [
            `${list}[0].workflow: "o/r/.github/workflows/a.yml" names a repository but no ref. Write @REF behind it, as in @refs/heads/main`,
          ],
          right: describes({ ref: "any", workflow: "o/r/.github/workflows/a.yml@refs/heads/main" }),
        },
      ]);
    });
  }
});

describe("the setting publishers", () => {
  const named = (name: string, more: Changes = {}) => ({ ...publisher, name, packages: ["orb-common"], ...more });

  testForms([
    {
      title: "is a list",
      place: (publishers) => ({ publishers }),
      taken: [[publisher]],
      rejected: ["acme/packages", publisher, 5, null],
      says: (shown) => `publishers: ${shown} is not a list. Add the job that publishes: see docs/settings.md`,
    },
    {
      title: "packages is a list",
      place: (packages) => publishes({ packages }),
      taken: [["orb-common"]],
      rejected: ["orb-common", { a: 1 }, 5, null],
      says: (shown) => `publishers[0].packages: ${shown} is not a list. List the packages this job publishes`,
    },
    {
      title: "packages lists what the setting packages lists",
      place: (name) => publishes({ packages: ["orb-common", name] }),
      taken: ["orb-models", "Orb_Models", "ORB..models"],
      rejected: ["orb", "orb-model", "orb-models2", "orb models", "*", "orb-*", "${aws:x}", "orb-models\n"],
      says: (shown) =>
        `publishers[0].packages[1]: ${shown} is not in the setting packages. Add it there, or remove it here`,
    },
    {
      title: "packages lists names",
      isTextOnly: true,
      place: (name) => publishes({ packages: ["orb-common", name] }),
      taken: ["orb-models"],
      rejected: ["", 5, true, null, ["orb-models"], {}],
      says: (shown) => `publishers[0].packages[1]: ${shown} is not a package's name. Write one of the setting packages`,
    },
  ]);

  testRules([
    {
      title: "must be given",
      wrong: { publishers: undefined },
      says: ["publishers: is missing. Add the job that publishes: see docs/settings.md"],
    },
    {
      title: "holds at least one job",
      wrong: { publishers: [] },
      says: ["publishers: the list is empty. Add the job that publishes: see docs/settings.md"],
    },
    {
      title: "must say on which ref a job runs: any is a choice, and leaving it out is not",
      wrong: publishes({ ref: undefined, workflow: "any" }),
      says: [`publishers[0].ref: is missing. ${refWayOut}`],
      right: publishes({ ref: "any", workflow: "any" }),
    },
    {
      title: "must say on which ref a job runs, and has no error about its workflow until then",
      wrong: publishes({ ref: undefined }),
      says: [`publishers[0].ref: is missing. ${refWayOut}`],
      right: publishes({}),
    },
    {
      title: "must say a ref's value, too",
      wrong: publishes({ ref: null }),
      says: [`publishers[0].ref: is missing. ${refWayOut}`],
      right: publishes({ ref: "refs/heads/main" }),
    },
    {
      title: "must say a workflow's value, too",
      wrong: publishes({ workflow: null }),
      says: [`publishers[0].workflow: is missing. ${workflowWayOut}`],
      right: publishes({ workflow: ".github/workflows/a.yml" }),
    },
    {
      title: "must say which workflow a job is written in: any is a choice, and leaving it out is not",
      wrong: publishes({ workflow: undefined }),
      says: [`publishers[0].workflow: is missing. ${workflowWayOut}`],
      right: publishes({ workflow: "any" }),
    },
    {
      title: "of two jobs each has a name",
      wrong: { publishers: [named("a"), named("b", { name: undefined })] },
      says: [`publishers[1].name: is missing. ${nameWayOut}`],
      right: { publishers: [named("a"), named("b")] },
    },
    {
      title: "of two jobs each has a name that is not left empty",
      wrong: { publishers: [named("a"), named("b", { name: null })] },
      says: [`publishers[1].name: is missing. ${nameWayOut}`],
      right: { publishers: [{ ...publisher, name: null }] },
    },
    {
      title: "keeps each job's place where another cannot be read",
      wrong: { publishers: ["x", named("a"), named("a")] },
      says: [
        'publishers[0]: "x" is not an object. Describe a job: see docs/settings.md',
        'publishers[2].name: "a" is the name of publishers[1] too. Give each its own',
      ],
      right: { publishers: [named("a"), named("b"), named("c")] },
    },
    {
      title: "of two jobs each has its own name",
      wrong: { publishers: [named("a"), named("b"), named("a"), named("b")] },
      says: [
        'publishers[2].name: "a" is the name of publishers[0] too. Give each its own',
        'publishers[3].name: "b" is the name of publishers[1] too. Give each its own',
      ],
      right: { publishers: [named("a"), named("b"), named("c"), named("d")] },
    },
    {
      title: "of two jobs without names neither is said to have the other's",
      wrong: { publishers: [named("a", { name: undefined }), named("b", { name: undefined })] },
      says: [`publishers[0].name: is missing. ${nameWayOut}`, `publishers[1].name: is missing. ${nameWayOut}`],
    },
    {
      title: "of two jobs each lists its packages",
      wrong: { publishers: [named("a"), named("b", { packages: undefined })] },
      says: ["publishers[1].packages: is missing. List the packages this job publishes"],
      right: { publishers: [named("a"), named("b", { packages: ["orb-models"] })] },
    },
    {
      title: "lists no job that publishes nothing",
      wrong: publishes({ packages: [] }),
      says: ["publishers[0].packages: the list is empty. List the packages this job publishes"],
      right: publishes({ packages: undefined }),
    },
    {
      title: "lists each package of a job once, however it is spelt",
      wrong: publishes({ packages: ["orb-common", "orb-models", "Orb.Common", "orb_models"] }),
      says: [
        'publishers[0].packages[2]: "Orb.Common" is listed twice. Remove one of the two',
        'publishers[0].packages[3]: "orb_models" is listed twice. Remove one of the two',
      ],
      right: publishes({ packages: ["orb-common", "orb-models"] }),
    },
    {
      title: "cannot be compared with packages that could not be read, and is not",
      wrong: { ...publishes({ packages: ["orb-common", "orb-models"] }), packages: undefined },
      says: ["packages: is missing. List the private packages, as in: - orb-common"],
    },
    {
      title: "lists names, whether or not the setting packages could be read",
      wrong: { ...publishes({ packages: [5] }), packages: undefined },
      says: [
        "packages: is missing. List the private packages, as in: - orb-common",
        "publishers[0].packages[0]: 5 is a number in YAML, not text. Write what is meant in quotation marks",
      ],
      right: publishes({ packages: ["orb-common"] }),
    },
    {
      title: "names the job that each error is in",
      wrong: {
        publishers: [named("a"), named("b", { repositoryId: "abc", packages: ["orb-models", "orb"] })],
        packages: ["orb-common", "orb-models"],
      },
      says: [
        `publishers[1].repositoryId: "abc" is not a number that GitHub gives. ${idWayOut}`,
        'publishers[1].packages[1]: "orb" is not in the setting packages. Add it there, or remove it here',
      ],
    },
  ]);

  it("lets two jobs publish the same package", () => {
    expect(
      settingsOf({ publishers: [named("a"), named("b")] }).publishers.map(({ packages }) => packages),
    ).to.deep.equal([["orb-common"], ["orb-common"]]);
  });
});

describe("the setting readers", () => {
  testForms([
    {
      title: "is a list",
      place: (readers) => ({ readers }),
      taken: [[], [reader]],
      rejected: ["acme/service", reader, 5, null],
      says: (shown) => `readers: ${shown} is not a list. List the jobs that read, or leave the setting out`,
    },
  ]);

  testRules([
    {
      title: "of two jobs each has a name",
      wrong: { readers: [reader, { ...reader, name: "b" }] },
      says: [`readers[0].name: is missing. ${nameWayOut}`],
      right: { readers: [reader] },
    },
    {
      title: "of two jobs each has its own name",
      wrong: {
        readers: [
          { ...reader, name: "a" },
          { ...reader, name: "a" },
        ],
      },
      says: ['readers[1].name: "a" is the name of readers[0] too. Give each its own'],
      right: {
        readers: [
          { ...reader, name: "a" },
          { ...reader, name: "b" },
        ],
        publishers: [{ ...publisher, name: "a" }],
      },
    },
    {
      title: "may leave out ref and workflow, but a workflow of its own repository needs the ref",
      wrong: reads({ workflow: ".github/workflows/a.yml" }),
      says: [
        'readers[0].workflow: ".github/workflows/a.yml" is one workflow only at one ref. Give ref as refs/heads/BRANCH, or write any for workflow',
      ],
      right: reads({ workflow: "o/r/.github/workflows/a.yml@refs/heads/main" }),
    },
    {
      title: "may leave ref empty as it may leave it out, and no more: a workflow of its own repository needs the ref",
      wrong: reads({ ref: null, workflow: ".github/workflows/a.yml" }),
      says: [
        'readers[0].workflow: ".github/workflows/a.yml" is one workflow only at one ref. Give ref as refs/heads/BRANCH, or write any for workflow',
      ],
      right: reads({ ref: null, workflow: "any" }),
    },
    {
      title: "keeps each job's place where another cannot be read",
      wrong: { readers: ["x", { ...reader, name: "a" }, { ...reader, name: "a" }] },
      says: [
        'readers[0]: "x" is not an object. Describe a job: see docs/settings.md',
        'readers[2].name: "a" is the name of readers[1] too. Give each its own',
      ],
      right: {
        readers: [
          { ...reader, name: "a" },
          { ...reader, name: "b" },
        ],
      },
    },
  ]);

  for (const more of [{}, { workflow: "o/r/.github/workflows/a.yml@refs/heads/main" }]) {
    it(`hold a job to ${"workflow" in more ? "a called workflow" : "no ref"} where its ref is left empty as where it is left out`, () => {
      expect(settingsOf(reads({ ...more, ref: null })).readers).to.deep.equal(settingsOf(reads(more)).readers);
    });
  }

  it("hold a job to no workflow where that is left empty", () => {
    const ref = "refs/heads/main";
    expect(settingsOf(reads({ ref, workflow: null })).readers).to.deep.equal(settingsOf(reads({ ref })).readers);
  });
});
