import { expect } from "chai";
import { type Changes, settingsOf, testForms, testRules } from "../support/configuration";

const nameSays = (path: string) => (shown: string) =>
  `${path}: ${shown} is not a package's name. Use at most 255 letters, digits, and between them . _ -`;
const notNames = [
  "",
  "-",
  "orb-",
  "_orb",
  "orb.",
  ".orb",
  "orb common",
  "orb/common",
  "@orb/common",
  "orb==1.0",
  "orb[x]",
  "orb~",
  "orb$",
  "orb*",
  "orb?",
  "*",
  "${aws:x}",
  "orb-common\n",
  "\norb",
  "örb",
  "orb\u212a",
  "orb-соmmon",
  "orb\u200b",
  "o".repeat(256),
  5,
  null,
  true,
  ["orb"],
  { name: "orb" },
];
const origins = (more: Changes) => ({ origins: { private: ["orb~"], ...more } });

describe("the setting packages", () => {
  testForms([
    {
      title: "lists names of Python packages",
      isTextOnly: true,
      place: (name) => ({ packages: [name] }),
      taken: ["orb", "Orb_Common", "ORB.common--x", "orb-0", `orb-${"x".repeat(251)}`],
      rejected: notNames,
      says: nameSays("packages[0]"),
    },
    {
      title: "lists one-letter names as well",
      place: (name) => ({ packages: [name], origins: { private: [`${String(name)}~`] } }),
      taken: ["a", "Z", "0"],
      rejected: [],
      says: nameSays("packages[0]"),
    },
    {
      title: "is a list",
      place: (packages) => ({ packages }),
      taken: [["orb"]],
      rejected: ["orb-common", "orb-common, orb-models", { a: 1 }, 5, true, null],
      says: (shown) => `packages: ${shown} is not a list. List the private packages, as in: - orb-common`,
    },
  ]);

  testRules([
    {
      title: "must be given",
      wrong: { packages: undefined },
      says: ["packages: is missing. List the private packages, as in: - orb-common"],
    },
    {
      title: "names at least one package",
      wrong: { packages: [] },
      says: ["packages: the list is empty. List the private packages, as in: - orb-common"],
      right: { packages: ["orb"] },
    },
    {
      title: "holds each package once, however it is spelt",
      wrong: { packages: ["orb-common", "orb", "Orb_Common", "orb.-common"] },
      says: [
        'packages[2]: "Orb_Common" is the same package as packages[0], "orb-common". Remove one of the two',
        'packages[3]: "orb.-common" is the same package as packages[0], "orb-common". Remove one of the two',
      ],
      right: {
        packages: ["orb-common", "orb", "orb-commons", "orbcommon"],
        origins: { private: ["orb~", "orbcommon$"] },
      },
    },
    {
      title: "holds only packages under origins.private, or the error gives the line to add there",
      wrong: { packages: ["orb", "Orbit.Tools", "orbit"] },
      says: [
        'packages[1]: "Orbit.Tools" falls under no entry of origins.private. Add the line there: - "orbit-tools$"',
        'packages[2]: "orbit" falls under no entry of origins.private. Add the line there: - "orbit$"',
      ],
      right: { packages: ["orb", "Orbit.Tools", "orbit"], origins: { private: ["orb~", "orbit-tools$", "orbit$"] } },
    },
    {
      title: "holds no package that an exact entry of origins.private merely begins",
      wrong: { packages: ["orb-common"], origins: { private: ["orb$"] } },
      says: ['packages[0]: "orb-common" falls under no entry of origins.private. Add the line there: - "orb-common$"'],
      right: { packages: ["orb-common"], origins: { private: ["orb$", "orb-common$"] } },
    },
    {
      title: "holds no package that is to come from public PyPI",
      wrong: { packages: ["orb-common", "Orb_Models"], ...origins({ public: ["orb-models"] }) },
      says: ['packages[1]: "Orb_Models" is to come from public PyPI by origins.public. Remove one of the two'],
      right: { packages: ["orb-common"], ...origins({ public: ["orb-models"] }) },
    },
    {
      title: "holds no package that is to come from nowhere",
      wrong: { packages: ["orb-common", "Orb_Models"], ...origins({ blocked: ["orb.models"] }) },
      says: ['packages[1]: "Orb_Models" is to come from nowhere by origins.blocked. Remove one of the two'],
      right: { packages: ["orb-common"], ...origins({ blocked: ["orb.models"] }) },
    },
  ]);

  it("is read into normalised names, in its own order", () => {
    expect(settingsOf({ packages: ["Orb.Models", "orb__common", "ORB"] }).packages).to.deep.equal([
      "orb-models",
      "orb-common",
      "orb",
    ]);
  });
});

describe("the setting origins", () => {
  testForms([
    {
      title: "is an object",
      place: (value) => ({ origins: value }),
      taken: [{ private: ["orb~"] }],
      rejected: ["orb~", ["orb~"], 5, null],
      says: (shown) => `origins: ${shown} is not an object. Say which names are private, as in: {private: ["orb~"]}`,
    },
    {
      title: "private is a list",
      place: (value) => ({ origins: { private: value } }),
      taken: [["orb~"]],
      rejected: ["orb~", { orb: "~" }, 5, null],
      says: (shown) => `origins.private: ${shown} is not a list. List the private names, as in: - "orb~"`,
    },
    {
      title: "private lists patterns, which end in ~ or $",
      place: (value) => ({ origins: { private: [value] } }),
      taken: ["orb~", "Orb~"],
      rejected: [
        "",
        "~",
        "$",
        "orb",
        "orb*",
        "orb-*",
        "orb?",
        "orb~~",
        "orb$$",
        "orb-~",
        "_orb~",
        "orb ~",
        "~orb",
        "$orb",
        "orb~\n",
        "orb\n~",
        "${aws:x}$",
        "*~",
        "/pypi//orb~",
        "orb\u0131~",
        "о~",
        5,
        null,
        ["orb~"],
      ],
      says: (shown) =>
        `origins.private[0]: ${shown} is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)`,
    },
    ...["public", "blocked"].flatMap((key) => [
      {
        title: `${key} is a list`,
        place: (value: unknown) => origins({ [key]: value }),
        taken: [["orb"], []],
        rejected: ["orb", { orb: 1 }, 5, null],
        says: (shown: string) => `origins.${key}: ${shown} is not a list. List exact names, or leave it out`,
      },
      {
        title: `${key} lists exact names`,
        isTextOnly: true,
        place: (value: unknown) => origins({ [key]: [value] }),
        taken: ["orb", "Orb.X", `orb-${"x".repeat(251)}`],
        rejected: notNames,
        says: nameSays(`origins.${key}[0]`),
      },
    ]),
  ]);

  testRules([
    {
      title: "must be given, and is missed once: not for each package too",
      wrong: { origins: undefined },
      says: ['origins: is missing. Say which names are private, as in: {private: ["orb~"]}'],
    },
    {
      title: "says what is private",
      wrong: { origins: {} },
      says: ['origins.private: is missing. List the private names, as in: - "orb~"'],
    },
    {
      title: "says of at least one name that it is private",
      wrong: { origins: { private: [] } },
      says: ['origins.private: the list is empty. List the private names, as in: - "orb~"'],
    },
    {
      title: "private holds each pattern once, however it is spelt",
      wrong: { origins: { private: ["orb~", "legacy$", "ORB~", "Legacy$"] } },
      says: [
        'origins.private[2]: "ORB~" is the same as origins.private[0]. Remove one of the two',
        'origins.private[3]: "Legacy$" is the same as origins.private[1]. Remove one of the two',
      ],
      right: { origins: { private: ["orb~", "legacy$", "orb$", "legacy~"] } },
    },
    {
      title: "public holds each name once",
      wrong: origins({ public: ["orb-a", "orb-b", "Orb.A"] }),
      says: ['origins.public[2]: "Orb.A" is the same package as origins.public[0], "orb-a". Remove one of the two'],
      right: origins({ public: ["orb-a", "orb-b"] }),
    },
    {
      title: "blocked holds each name once",
      wrong: origins({ blocked: ["orb-a", "Orb_A"] }),
      says: ['origins.blocked[1]: "Orb_A" is the same package as origins.blocked[0], "orb-a". Remove one of the two'],
      right: origins({ blocked: ["orb-a"] }),
    },
    {
      title: "public holds no blocked name",
      wrong: origins({ public: ["orb-b", "Orb.A"], blocked: ["orb-a"] }),
      says: ['origins.public[1]: "Orb.A" is listed in origins.blocked too. Remove one of the two'],
      right: origins({ public: ["orb-b"], blocked: ["orb-a"] }),
    },
    {
      title: "public is empty where nothing comes from public PyPI",
      wrong: { ...origins({ public: ["orb-a"] }), publicPackages: false },
      says: ['origins.public[0]: "orb-a" cannot come from public PyPI while publicPackages is false. Remove it'],
      right: { ...origins({ public: [] }), publicPackages: false },
    },
    {
      title: "public opens only names that are private otherwise",
      wrong: origins({ public: ["orb-a", "Requests"] }),
      says: [
        'origins.public[1]: "Requests" falls under no entry of origins.private, so it is public already. Remove it',
      ],
      right: origins({ public: ["orb-a"] }),
    },
    {
      title: "public holds no name that private holds exactly",
      wrong: { origins: { private: ["orb~", "orb-a$"], public: ["Orb.A"] } },
      says: ['origins.public[0]: "Orb.A" is listed in origins.private too, as "orb-a$". Remove one of the two'],
      right: { origins: { private: ["orb~", "orb-a~"], public: ["orb-a"] } },
    },
    {
      title: "blocked holds no name that private holds exactly",
      wrong: { origins: { private: ["orb~", "orb-a$"], blocked: ["Orb.A"] } },
      says: ['origins.blocked[0]: "Orb.A" is listed in origins.private too, as "orb-a$". Remove one of the two'],
      right: { origins: { private: ["orb~", "orb-a~"], blocked: ["orb-a", "never-private"] } },
    },
    {
      title: "a pattern that cannot be read is the only error: neither packages nor public names follow it",
      wrong: { origins: { private: ["orb*"], public: ["orb-a"] } },
      says: [
        'origins.private[0]: "orb*" is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)',
      ],
    },
    {
      title: "nor do they follow it beside one that can be read: they may fall under either",
      wrong: { origins: { private: ["orb*", "legacy$"], public: ["orb-a"] } },
      says: [
        'origins.private[0]: "orb*" is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)',
      ],
      right: { origins: { private: ["orb~", "legacy$"], public: ["orb-a"] } },
    },
    ...["~", "$"].map((mark) => ({
      title: `a pattern's name has at most 255 characters, the ${mark} behind it not counted`,
      wrong: { origins: { private: ["orb~", `${"o".repeat(256)}${mark}`] } },
      says: [
        `origins.private[1]: "${"o".repeat(256)}${mark}" is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)`,
      ],
      right: { origins: { private: ["orb~", `${"o".repeat(255)}${mark}`] } },
    })),
  ]);

  it("is read into normalised names and patterns, in their own order", () => {
    expect(
      settingsOf({
        origins: {
          private: ["Orb~", "Legacy_Tool$"],
          public: ["Orb.Requests", "orb-a"],
          blocked: ["ORB_Evil", "requestss"],
        },
      }).origins,
    ).to.deep.equal({
      private: [
        { name: "orb", match: "prefix" },
        { name: "legacy-tool", match: "exact" },
      ],
      public: ["orb-requests", "orb-a"],
      blocked: ["orb-evil", "requestss"],
    });
  });

  it("opens and blocks nothing unless it says so", () => {
    const nothing = { private: [{ name: "orb", match: "prefix" }], public: [], blocked: [] };
    expect(settingsOf().origins).to.deep.equal(nothing);
    expect(settingsOf(origins({ public: [], blocked: [] })).origins).to.deep.equal(nothing);
  });
});
