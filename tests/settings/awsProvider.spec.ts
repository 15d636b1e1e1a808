import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { awsProviderKeys, readAwsProvider } from "../../settings/awsProvider";
import { SettingErrors } from "../../settings/errors";
import { projectDirectory } from "../support/deployments";
import { type Changes, settingsOf, testForms, testRules } from "../support/configuration";

const account = "123456789012";

/** The settings of the installed AWS provider, and the type of each. */
const declared = [
  ...readFileSync(join(projectDirectory, "node_modules/@pulumi/aws/provider.d.ts"), "utf8")
    .split("export interface ProviderArgs {")[1]!
    .matchAll(/^ {4}([A-Za-z0-9]+)\?: pulumi\.Input<(.+) \| undefined>;$/gm),
].map(([, key, type]) => [key!, type!] as const);

/** The form that a type takes in a stack file. */
function formOf(type: string): keyof typeof awsProviderKeys {
  return type.endsWith("[]")
    ? "list"
    : type.startsWith("inputs.")
      ? "object"
      : type === "string"
        ? "text"
        : (type as "number" | "boolean");
}

describe("settings of the AWS provider", () => {
  it("are the installed provider's own, each with its form", () => {
    const known = Object.entries(awsProviderKeys).flatMap(([form, keys]) => keys.map((key) => [key, form] as const));

    expect(declared.length).to.be.greaterThan(30);
    expect(Object.fromEntries(known)).to.deep.equal(
      Object.fromEntries(declared.map(([key, type]) => [key, formOf(type)])),
    );
  });

  testForms([
    {
      title: "aws:region is a region",
      place: (region): Changes => ({ "aws:region": region }),
      taken: ["us-east-1", "ap-southeast-2", "eu-central-1", "us-gov-west-1", "us-iso-east-1"],
      rejected: [
        "",
        "us-east",
        "US-EAST-1",
        "us-east-1a",
        "us-east-12",
        "us-east1",
        "useast-1",
        "us--1",
        "us-1",
        "u-east-1",
        "usa-east-1",
        "us-east-x",
        " us-east-1",
        "us-east-1\n",
        "us-e4st-1",
        "*",
        "${aws:RequestedRegion}",
      ],
      says: (shown) =>
        `aws:region: ${shown} is not a region. Write this line below config: in the stack file: aws:region: us-east-1`,
    },
    ...["aws:insecure", "aws:skipMetadataApiCheck"].map((key) => ({
      title: `${key} is true or false`,
      place: (value: unknown): Changes => ({ [key]: value }),
      taken: [true, false, "true"],
      rejected: ["", "yes", "1", "[]"],
      says: (shown: string) =>
        `${key}: ${shown.replace(/^"(1|\[\])"$/, "$1")} is neither true nor false. Write one of the two`,
    })),
    {
      title: "aws:maxRetries is a whole number",
      place: (value): Changes => ({ "aws:maxRetries": value }),
      taken: [0, 25, "25"],
      rejected: ["", "many", "-1", "1.5"],
      says: (shown) =>
        `aws:maxRetries: ${shown.replace(/^"([-\d.]+)"$/, "$1")} is not a whole number. Write it in digits, as in 5`,
    },
    {
      title: "aws:endpoints is a list",
      place: (value): Changes => ({ "aws:endpoints": value }),
      taken: [[], [{ sts: "http://127.0.0.1:1" }], '[{"sts":"http://127.0.0.1:1"}]'],
      rejected: ["", "http://127.0.0.1:1", { sts: "x" }, true],
      says: (shown) =>
        `aws:endpoints: ${shown} is not a list. Write a list in the stack file, with - before each entry`,
    },
    {
      title: "aws:defaultTags is an object",
      place: (value): Changes => ({ "aws:defaultTags": value }),
      taken: [{}, { tags: { Team: "x" } }],
      rejected: ["", "Team=x", ["Team"], null],
      says: (shown) =>
        `aws:defaultTags: ${shown} is not an object. Write a line for each of its keys in the stack file, as in KEY: value`,
    },
    {
      title: "aws:profile is text",
      place: (value): Changes => ({ "aws:profile": value }),
      taken: ["work", "default", "7", "null"],
      rejected: ["", '["work"]', '{"name":"work"}'],
      says: (shown) =>
        `aws:profile: ${shown} is not a text of at least one character. Write its value, or remove the line`,
    },
  ]);

  testRules([
    {
      title: "aws:region must be given",
      wrong: { "aws:region": undefined },
      says: ["aws:region: is missing. Write this line below config: in the stack file: aws:region: us-east-1"],
    },
    ...["allowedAccountId", "allowedAccounts", "Region", "config:region"].map((key) => ({
      title: `aws:${key} is no setting of the provider`,
      wrong: { [`aws:${key}`]: [account] },
      says: [
        `aws:${key}: the AWS provider has no such setting. Correct its name, or remove it: ` +
          "https://www.pulumi.com/registry/packages/aws/installation-configuration/",
      ],
      right: { "aws:allowedAccountIds": [account] },
    })),
    {
      title: "accounts are either allowed or forbidden",
      wrong: { "aws:allowedAccountIds": [account], "aws:forbiddenAccountIds": ["210987654321"] },
      says: [
        "aws:forbiddenAccountIds: the provider takes either this list or aws:allowedAccountIds. Remove one of the two",
      ],
      right: { "aws:allowedAccountIds": [account], "aws:forbiddenAccountIds": [] },
    },
  ]);

  const credentials = [
    "accessKey",
    "secretKey",
    "token",
    "assumeRole",
    "assumeRoles",
    "assumeRoleWithWebIdentity",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
  ];
  const credentialsSay = (key: string) =>
    `aws:${key}: does not reach the provider that makes the package groups. Put it into an AWS profile and name that in aws:profile`;
  testRules([
    ...credentials.map((key) => ({
      title: `aws:${key} is rejected, since the second provider would not use it; the error does not show its value`,
      wrong: { [`aws:${key}`]: "hidden" },
      says: [credentialsSay(key)],
      right: { "aws:profile": "work", [`aws-native:${key}`]: "x" },
    })),
    {
      title: "all of them are rejected at once, before the region",
      wrong: {
        "aws:region": undefined,
        ...Object.fromEntries([...credentials].reverse().map((key) => [`aws:${key}`, ""])),
      },
      says: [
        ...credentials.map(credentialsSay),
        "aws:region: is missing. Write this line below config: in the stack file: aws:region: us-east-1",
      ],
    },
  ]);
  it("that hold credentials are rejected without their values, where no second provider is made", () => {
    const errors = new SettingErrors();
    const region = { "aws:region": "us-east-1" };
    const wayOut = "is not a text of at least one character. Write its value, or remove the line";

    readAwsProvider(errors, { ...region, "aws:secretKey": '["s3cret"]', "aws:token": "s3cret" });
    expect(errors.lines).to.deep.equal([`aws:secretKey: its value ${wayOut}`]);
    readAwsProvider(errors, { ...region, "aws:profile": '["work"]' });
    expect(errors.lines.slice(1)).to.deep.equal([`aws:profile: "[\\"work\\"]" ${wayOut}`]);
  });

  describe("reach the second provider, for the package groups", () => {
    const region = "us-east-1";
    const place = (more: Changes) => settingsOf(more).aws;

    it("the region alone where nothing else is set", () => {
      expect(place({})).to.deep.equal({ region });
    });

    it("the profile", () => {
      expect(place({ "aws:profile": "work" })).to.deep.equal({ region, profile: "work" });
    });

    it("the forbidden accounts, as text", () => {
      expect(place({ "aws:forbiddenAccountIds": [account, 210987654321] })).to.deep.equal({
        region,
        forbiddenAccountIds: [account, "210987654321"],
      });
    });

    it("the allowed accounts, as text", () => {
      expect(place({ "aws:allowedAccountIds": [account, 210987654321] })).to.deep.equal({
        region,
        allowedAccountIds: [account, "210987654321"],
      });
    });

    for (const key of ["aws:allowedAccountIds", "aws:forbiddenAccountIds"]) {
      const quoted = "is not an account's id. Write its 12 digits in quotation marks";
      const list = `is not a list. Write a list in the stack file: ${key}: ["123456789012"]`;
      for (const [why, value, says] of [
        ["an id whose zero YAML dropped", [12345678901], `${key}[0]: 12345678901 ${quoted}`],
        ["an id with hyphens", ["1234-5678-9012"], `${key}[0]: "1234-5678-9012" ${quoted}`],
        ["one text, as pulumi config set writes it", account, `${key}: ${account} ${list}`],
        ["one word", "x", `${key}: "x" ${list}`],
        ["true", true, `${key}: true ${list}`],
        ["an object", { a: account }, `${key}: {"a":"${account}"} ${list}`],
        [
          "the same id twice",
          [account, Number(account)],
          `${key}[1]: "${account}" is listed twice. Remove one of the two`,
        ],
        ["an empty value", "", `${key}: "" ${list}`],
      ] as const) {
        it(`${key} takes no ${why}`, () => {
          expect(() => place({ [key]: value })).to.throw(says);
        });
      }

      it(`${key} takes a list of ids`, () => {
        expect(() => place({ [key]: ["012345678901"] })).not.to.throw();
      });
    }

    it("aws:allowedAccountIds takes no empty list, which would allow every account", () => {
      expect(() => place({ "aws:allowedAccountIds": [] })).to.throw(
        "aws:allowedAccountIds: the list is empty, which allows every account. List the stack's account, or remove the line",
      );
      expect(place({ "aws:forbiddenAccountIds": [] })).to.deep.equal({ region });
    });
  });
});
