import { expect } from "chai";
import { settingsOf, testForms, testRules } from "../support/configuration";

const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, "x"]));
const keySays = (key: string) =>
  `tags.${key}: is not a tag's key. Use 1 to 128 letters, digits, spaces and _ . : / = + - @, and do not begin with aws:`;
const valueSays = (shown: string) =>
  `tags.Team: ${shown} is not a tag's value. Use at most 256 letters, digits, spaces and _ . : / = + - @, in quotation marks`;

describe("the setting tags", () => {
  testForms([
    {
      title: "is an object",
      place: (value) => ({ tags: value }),
      taken: [{}, { Team: "platform" }],
      rejected: ["Team=platform", ["Team"], 5, null],
      says: (shown) => `tags: ${shown} is not an object. Write a line for each tag, as in: CostCentre: platform`,
    },
    {
      title: "gives values of text",
      place: (Team) => ({ tags: { Team } }),
      taken: ["", "a", "Z9", "a b", "_.:/=+-@", "Zürich 東京 ٣", "v".repeat(256)],
      rejected: [
        "v".repeat(257),
        "a*",
        "a,b",
        "a;b",
        "a#b",
        "(a)",
        "${aws:userid}",
        '"a"',
        "a\n",
        "\ta",
        "a\u200b",
        5,
        true,
        null,
        ["a"],
        {},
      ],
      says: valueSays,
    },
  ]);

  for (const key of ["a", "Z9", "a b", "_.:/=+-@", "Zürich", "aws", "xaws:y", "k".repeat(128)]) {
    it(`takes the key ${key.slice(0, 20)} of ${key.length}`, () => {
      expect(settingsOf({ tags: { [key]: "x" } }).tags[key]).to.equal("x");
    });
  }
  testRules([
    ...["k".repeat(129), "a*", "a,b", "a#", "#a", "(a)", "a\n", "${x}", "aws:x", "AWS:x", "aws:", "Aws:x"].map(
      (key) => ({
        title: `rejects the key ${JSON.stringify(key.slice(0, 20))} of ${key.length}`,
        wrong: { tags: { [key]: "x" } },
        says: [keySays(key)],
      }),
    ),
    ...["Environment", "Project", "ManagedBy"].map((key) => ({
      title: `leaves ${key} to the program`,
      wrong: { tags: { [key]: "x" } },
      says: [`tags.${key}: is set by the program. Remove it`],
      right: { tags: { [`${key}s`]: "x" } },
    })),
    ...["environment", "PROJECT", "managedby"].map((key) => ({
      title: `leaves ${key} to the program: IAM takes keys that differ in case alone for one`,
      wrong: { tags: { [key]: "x" } },
      says: [`tags.${key}: is set by the program. Remove it`],
      right: { tags: { [`${key}s`]: "x" } },
    })),
    {
      title: "has no empty key",
      wrong: { tags: { "": "x" } },
      says: [keySays("")],
      right: { tags: { k: "x" } },
    },
    {
      title: "holds each key once, whatever its case",
      wrong: { tags: { Team: "x", team: "y", Cost: "z", TEAM: "x" } },
      says: ["team", "TEAM"].map(
        (key) => `tags.${key}: is the same key as Team but for its case. Remove one of the two`,
      ),
      right: { tags: { Team: "x", teams: "y", Cost: "z" } },
    },
    {
      title: "holds at most 47, since the program sets three of AWS's 50",
      wrong: { tags: tags(48) },
      says: ["tags: there are 48, AWS takes 50 on a resource and 3 are set already. Remove 1"],
      right: { tags: tags(47) },
    },
    {
      title: "says how many are too many",
      wrong: { tags: tags(60) },
      says: ["tags: there are 60, AWS takes 50 on a resource and 3 are set already. Remove 13"],
    },
    {
      title: "says of each tag what is wrong with it, key and value",
      wrong: { tags: { "a*": 5, Environment: 6, Team: "x" } },
      says: [
        keySays("a*"),
        "tags.a*: 5 is not a tag's value. Use at most 256 letters, digits, spaces and _ . : / = + - @, in quotation marks",
        "tags.Environment: is set by the program. Remove it",
        "tags.Environment: 6 is not a tag's value. Use at most 256 letters, digits, spaces and _ . : / = + - @, in quotation marks",
      ],
    },
  ]);
});
