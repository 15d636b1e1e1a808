import { expect } from "chai";
import { errorOf, message, publisher, reader, settingsOf, testForms, testRules } from "../support/configuration";

const partSays = (key: string) => (shown: string) =>
  `${key}: ${shown} is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub`;
const parts = {
  taken: ["a", "z", "orb", "a0", "z9", "orb-1", "a-b-c", "o2-3x"],
  rejected: [
    "",
    "Orb",
    "oRb",
    "1orb",
    "-orb",
    "orb-",
    "a--b",
    "orb_x",
    "orb.x",
    "orb x",
    "orb/x",
    "örb",
    "orb\n",
    "\norb",
    "оrb",
    "*",
    "orb*",
    "${aws:PrincipalOrgID}",
  ],
};

describe("settings that make names", () => {
  testForms([
    {
      title: "customerId is a word of a name",
      place: (customerId) => ({ customerId }),
      says: partSays("customerId"),
      ...parts,
    },
    {
      title: "projectId is a word of a name",
      place: (projectId) => ({ projectId }),
      says: partSays("projectId"),
      ...parts,
    },
    {
      title: "environment is a word of a name",
      place: (environment) => ({ environment }),
      taken: ["dev", "staging", "prod", "test", "prod-eu", "qa2", "preview2", "pre-preview", "codeartifacts", "x"],
      rejected: ["", "Dev", "-dev", "dev-", "dev--eu", "2qa", "dev.eu", "dev_eu", "dev\n", "*", "${aws:userid}"],
      says: (shown) =>
        `environment: ${shown} is not an environment's name. Use lower-case letters, digits and single hyphens, as in prod or prod-eu`,
    },
    {
      title: "environment leaves the names of the preview role's jobs and of roles alone",
      place: (environment) => ({ environment }),
      taken: ["previews", "my-codeartifacts"],
      rejected: ["preview", "codeartifact", "dev-codeartifact", "codeartifact-x", "dev-codeartifact-publisher-x"],
      says: (shown) =>
        `environment: ${shown} is taken. Choose another name: the preview role trusts every job of the GitHub environment preview, and roles are named DOMAIN-codeartifact-KIND`,
    },
    {
      title: "githubEnterprise is a slug",
      place: (githubEnterprise) => ({ githubEnterprise }),
      taken: ["a", "Z", "9", "acme-corp", "Acme9", "a-"],
      rejected: [
        "",
        "-acme",
        "acme/x",
        "/acme",
        "acme.x",
        "acme_x",
        "acme:sub",
        "acme\n",
        " acme",
        "*",
        "${aws:userid}",
      ],
      says: (shown) =>
        `githubEnterprise: ${shown} is not an enterprise's slug. Write the last part of its address on GitHub`,
    },
  ]);

  testRules([
    {
      title: "customerId must be given",
      wrong: { customerId: undefined },
      says: ["customerId: is missing. Use lower-case letters, digits and single hyphens, as in integration-hub"],
    },
    {
      title: "projectId must be given",
      wrong: { projectId: undefined },
      says: ["projectId: is missing. Use lower-case letters, digits and single hyphens, as in integration-hub"],
    },
  ]);

  it("a stack whose name is no environment's must say its environment", () => {
    expect(errorOf({}, "Test").message).to.equal(
      message(
        [
          'environment: "Test" is not an environment\'s name. Use lower-case letters, digits and single hyphens, as in prod or prod-eu',
        ],
        "Test",
      ),
    );
    expect(settingsOf({ environment: "dev" }, "Test").environment).to.equal("dev");
    expect(settingsOf({}, "test").environment).to.equal("test");
  });

  describe("the domain's name has at most 50 characters", () => {
    // 50 - "-hub-dev".length
    const longest = "c".repeat(42);
    const role = (domain: string, characters: number) =>
      `customerId, projectId: the role "${domain}-codeartifact-publisher" has ${characters} characters, IAM takes 64. Shorten it by ${characters - 64}`;

    it("51 characters are too long for CodeArtifact, and for the role's name", () => {
      const domain = `c${longest}-hub-dev`;
      expect(domain).to.have.length(51);
      expect(errorOf({ customerId: `c${longest}` }).message).to.equal(
        message([
          `customerId, projectId: the domain "${domain}" has 51 characters, CodeArtifact takes 50. Shorten one of the two`,
          role(domain, 74),
        ]),
      );
    });

    it("50 characters are too long for the role's name alone", () => {
      expect(errorOf({ customerId: longest }).message).to.equal(message([role(`${longest}-hub-dev`, 73)]));
    });
  });

  describe("a role's name has at most 64 characters, and names what to shorten", () => {
    // 64 - "orb-hub-dev-codeartifact-publisher-".length, and the same of a reader
    const longestPublisher = "p".repeat(29);
    const longestReader = "r".repeat(32);

    it("a publisher's", () => {
      expect(settingsOf({ publishers: [{ ...publisher, name: longestPublisher }] }).publishers[0]?.name).to.equal(
        longestPublisher,
      );
      expect(errorOf({ publishers: [{ ...publisher, name: `${longestPublisher}pp` }] }).message).to.equal(
        message([
          `publishers[0].name: the role "orb-hub-dev-codeartifact-publisher-${longestPublisher}pp" has 66 characters, IAM takes 64. Shorten it by 2`,
        ]),
      );
    });

    it("a reader's", () => {
      const readers = (name: string) => [
        { ...reader, name: "first" },
        { ...reader, name },
      ];
      expect(settingsOf({ readers: readers(longestReader) }).readers[1]?.name).to.equal(longestReader);
      expect(errorOf({ readers: readers(`${longestReader}r`) }).message).to.equal(
        message([
          `readers[1].name: the role "orb-hub-dev-codeartifact-reader-${longestReader}r" has 65 characters, IAM takes 64. Shorten it by 1`,
        ]),
      );
    });

    it("an unnamed publisher's, which the domain alone makes up: its 41 characters are taken, 42 are not", () => {
      expect(settingsOf({ customerId: "c".repeat(33) }).domain).to.have.length(41);
      expect(errorOf({ customerId: "c".repeat(34) }).message).to.equal(
        message([
          `customerId, projectId: the role "${"c".repeat(34)}-hub-dev-codeartifact-publisher" has 65 characters, IAM takes 64. Shorten it by 1`,
        ]),
      );
    });

    it("an unnamed reader's: a domain of 44 characters is taken, 45 are not", () => {
      const role = (domain: string, kind: string, characters: number) =>
        `customerId, projectId: the role "${domain}-codeartifact-${kind}" has ${characters} characters, IAM takes 64. Shorten it by ${characters - 64}`;
      const error = (letters: number) => errorOf({ customerId: "c".repeat(letters), readers: [reader] }).message;
      expect(error(36)).to.equal(message([role(`${"c".repeat(36)}-hub-dev`, "publisher", 67)]));
      expect(error(37)).to.equal(
        message([role(`${"c".repeat(37)}-hub-dev`, "publisher", 68), role(`${"c".repeat(37)}-hub-dev`, "reader", 65)]),
      );
    });
  });
});
