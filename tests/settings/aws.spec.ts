import { expect } from "chai";
import { Mistakes } from "../../settings/mistakes";
import { readOidcProviderArn } from "../../settings/aws";
import { type Changes, settingsOf, testForms, testRules } from "../support/configuration";

const host = "token.actions.githubusercontent.com";
const account = "123456789012";

const accountSays = (index: number) => (shown: string) =>
  `readerAccountIds[${index}]: ${shown} is not an account's id. Write its 12 digits in quotation marks`;
const organizationId = (characters: string) => `o-${characters}`;

describe("settings about AWS", () => {
  testForms([
    {
      title: "aws:region is a region",
      place: (region): Changes => ({ "aws:region": region }),
      taken: ["us-east-1", "ap-southeast-2", "eu-central-1", "us-gov-west-1", "us-iso-east-1"],
      refused: [
        ...[
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
        ],
        ...["usa-east-1", "us-east-x", " us-east-1", "us-east-1\n", "us-e4st-1", "*", "${aws:RequestedRegion}"],
      ],
      says: (shown) => `aws:region: ${shown} is not a region. Write this line in the stack file: aws:region: us-east-1`,
    },
    {
      title: "encryption is AWS's own key, one to make, or one that exists",
      place: (encryption) => ({ encryption }),
      taken: [
        ...["aws-managed", "create", `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
        `arn:aws-us-gov:kms:us-gov-west-1:${account}:key/mrk-0aZ9`,
      ],
      refused: [
        ...["", "AWS-managed", "aws-managedx", "xaws-managed", "created", "xcreate", "alias/registry", "1234abcd"],
        ...[`arn:aws:kms:us-east-1:${account}:alias/registry`, `arn:aws:kms:us-east-1:${account}:key/`],
        ...[
          `arn:aws:kms:us-east-1:${account}1:key/a`,
          "arn:aws:kms:us-east-1:12345678901:key/a",
          "arn:aws:kms:::key/a",
        ],
        ...[
          `arn:aws:kms::${account}:key/a`,
          `arn::kms:us-east-1:${account}:key/a`,
          `arn:aws:s3:us-east-1:${account}:key/a`,
        ],
        ...[`arn:aws:kms:us-east-1:${account}:key/*`, `arn:aws:kms:us-east-1:${account}:key/a/b`],
        ...[`arn:aws:kms:us-east-1:${account}:key/a\n`, `xarn:aws:kms:us-east-1:${account}:key/a`],
        ...[`arn:AWS:kms:us-east-1:${account}:key/a`, `arn:aws:kms:US-EAST-1:${account}:key/a`],
        `arn:aws:kms:us-east-1:${account}:key/\${aws:userid}`,
      ],
      says: (shown) =>
        `encryption: ${shown} is not a choice of key. Write aws-managed, create, or the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID`,
    },
    {
      title: "permissionsBoundary is a managed policy's ARN",
      place: (permissionsBoundary) => ({ permissionsBoundary }),
      taken: [
        ...[`arn:aws:iam::${account}:policy/Boundary`, "arn:aws:iam::aws:policy/PowerUserAccess"],
        `arn:aws-cn:iam::${account}:policy/a/path/A_b+c=d,e.f@g-9`,
      ],
      refused: [
        ...["", "Boundary", `arn:aws:iam::${account}:role/Boundary`, `arn:aws:iam::${account}:policy/`],
        ...["arn:aws:iam::12345678901:policy/B", `arn:aws:iam::${account}3:policy/B`, "arn:aws:iam::amazon:policy/B"],
        ...["arn:aws:iam:::policy/B", `arn:aws:iam:us-east-1:${account}:policy/B`, `arn::iam::${account}:policy/B`],
        ...[
          `xarn:aws:iam::${account}:policy/B`,
          `arn:aws:iam::${account}:policy/*`,
          `arn:aws:iam::${account}:policy/a b`,
        ],
        ...[`arn:aws:iam::${account}:policy/B\n`, `arn:AWS:iam::${account}:policy/B`],
        `arn:aws:iam::${account}:policy/\${aws:username}`,
      ],
      says: (shown) => `permissionsBoundary: ${shown} is not a policy's ARN. Write arn:aws:iam::ACCOUNT:policy/NAME`,
    },
    {
      title: "readerOrganizationId is an organization's id",
      place: (id) => ({ readerOrganizationId: id }),
      taken: [organizationId("a1b2c3d4e5"), organizationId("a".repeat(32)), organizationId("0123456789z")],
      refused: [
        ...["", organizationId("a".repeat(9)), organizationId("a".repeat(33)), organizationId("A".repeat(10))],
        ...["a1b2c3d4e5", "xo-a1b2c3d4e5", "r-a1b2c3d4e5", "o_a1b2c3d4e5", "o-a1b2c3d4e5/*", "o-a1b2c3d4e_"],
        ...["o-a1b2c3d4e5\n", "o-*", "*", "${aws:PrincipalOrgID}"],
      ],
      says: (shown) =>
        `readerOrganizationId: ${shown} is not an organization's id. Read it with: aws organizations describe-organization --query Organization.Id`,
    },
    {
      title: "readerAccountIds is a list",
      place: (readerAccountIds) => ({ readerAccountIds }),
      taken: [[], [account]],
      refused: [account, { a: account }, 5, null],
      says: (shown) =>
        `readerAccountIds: ${shown === `"${account}"` ? account : shown} is not a list. List account ids, as in: - "123456789012"`,
    },
    {
      title: "readerAccountIds lists ids of 12 digits, as text: a number loses its leading zeros",
      place: (id) => ({ readerAccountIds: ["000000000001", id] }),
      taken: [account, "000000000000"],
      refused: [
        ...["", "12345678901", "1234567890123", "12345678901x", "1234-5678-9012", " 123456789012", `${account}\n`],
        ...["１２３４５６７８９０１２", "*", "${aws:PrincipalAccount}", `arn:aws:iam::${account}:root`],
        ...[123456789012, true, [account], {}],
      ],
      says: accountSays(1),
    },
    {
      title: "oidcProviderArn is the ARN of the provider of GitHub's issuer",
      place: (oidcProviderArn) => ({ oidcProviderArn }),
      taken: [`arn:aws:iam::${account}:oidc-provider/${host}`, `arn:aws-us-gov:iam::${account}:oidc-provider/${host}`],
      refused: [
        ...[
          "",
          host,
          `https://${host}`,
          `arn:aws:iam::${account}:oidc-provider/`,
          `arn:aws:iam::${account}:role/${host}`,
        ],
        ...[`arn:aws:iam::12345678901:oidc-provider/${host}`, `arn:aws:iam::${account}3:oidc-provider/${host}`],
        ...[`arn:aws:iam:us-east-1:${account}:oidc-provider/${host}`, `arn::iam::${account}:oidc-provider/${host}`],
        ...[`arn:aws:iam::${account}:oidc-provider/gitlab.com`, `arn:aws:iam::${account}:oidc-provider/x${host}`],
        ...[`arn:aws:iam::${account}:oidc-provider/${host}/acme`, `arn:aws:iam::${account}:oidc-provider/${host}\n`],
        ...[`xarn:aws:iam::${account}:oidc-provider/${host}`, `arn:AWS:iam::${account}:oidc-provider/${host}`],
        ...[`arn:aws:iam::${account}:saml-provider/${host}`, `arn:aws:iam::${account}:oidc-provider/x.example/${host}`],
        `arn:aws:iam::${account}:oidc-provider/${host}/${host}`,
      ],
      says: (shown) =>
        `oidcProviderArn: ${shown} is not the provider of ${host}. Write arn:aws:iam::ACCOUNT:oidc-provider/${host}, or leave it out to have it looked up`,
    },
    {
      title: "oidcProviderArn is the ARN of the provider of the enterprise's own issuer",
      place: (oidcProviderArn) => ({ githubEnterprise: "acme", oidcProviderArn }),
      taken: [`arn:aws:iam::${account}:oidc-provider/${host}/acme`],
      refused: [
        ...[`arn:aws:iam::${account}:oidc-provider/${host}`, `arn:aws:iam::${account}:oidc-provider/${host}/acme2`],
        ...[`arn:aws:iam::${account}:oidc-provider/${host}/Acme`, `arn:aws:iam::${account}:oidc-provider/acme`],
        `arn:aws:iam::${account}:oidc-provider/x.example/${host}/acme`,
      ],
      says: (shown) =>
        `oidcProviderArn: ${shown} is not the provider of ${host}/acme. Write arn:aws:iam::ACCOUNT:oidc-provider/${host}/acme, or leave it out to have it looked up`,
    },
  ]);

  testRules([
    {
      title: "aws:region must be given",
      wrong: { "aws:region": undefined },
      says: ["aws:region: is missing. Write this line in the stack file: aws:region: us-east-1"],
    },
    {
      title: "readerAccountIds holds each account once",
      wrong: { readerAccountIds: [account, "000000000000", account] },
      says: [`readerAccountIds[2]: "${account}" is listed twice. Remove one of the two`],
      right: { readerAccountIds: [account, "000000000000"] },
    },
    {
      title: "readerAccountIds holds ids: of what is none it is not said, too, that it is listed twice",
      wrong: { readerAccountIds: [123456789012, 123456789012] },
      says: [accountSays(0)("123456789012"), accountSays(1)("123456789012")],
      right: { readerAccountIds: [account] },
    },
    ...["a/b", ""].map((slug) => ({
      title: `oidcProviderArn is compared with no issuer where githubEnterprise is ${JSON.stringify(slug)}, which cannot be read`,
      wrong: { githubEnterprise: slug, oidcProviderArn: `arn:aws:iam::${account}:oidc-provider/${host}/ab` },
      says: [
        `githubEnterprise: ${JSON.stringify(slug)} is not an enterprise's slug. Write the last part of its address on GitHub`,
      ],
      right: { githubEnterprise: "ab", oidcProviderArn: `arn:aws:iam::${account}:oidc-provider/${host}/ab` },
    })),
    {
      title: "readerAccountIds holds no empty entry",
      wrong: { readerAccountIds: [null] },
      says: ["readerAccountIds[0]: is missing. Write its 12 digits in quotation marks"],
    },
  ]);

  const credentials = [
    ...["accessKey", "secretKey", "token", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity"],
    ...["sharedConfigFiles", "sharedCredentialsFiles"],
  ];
  const credentialsSay = (key: string) =>
    `aws:${key}: does not reach the provider that makes the package groups. Put it into an AWS profile and name that in aws:profile`;
  testRules([
    ...credentials.map((key) => ({
      title: `aws:${key} is refused, since the second provider would not act by it; its value stays unsaid`,
      wrong: { [`aws:${key}`]: "hidden" },
      says: [credentialsSay(key)],
      right: { "aws:profile": "work", [`aws-native:${key}`]: "x" },
    })),
    {
      title: "all of them are refused at once, before the region",
      wrong: {
        "aws:region": undefined,
        ...Object.fromEntries([...credentials].reverse().map((key) => [`aws:${key}`, ""])),
      },
      says: [
        ...credentials.map(credentialsSay),
        "aws:region: is missing. Write this line in the stack file: aws:region: us-east-1",
      ],
    },
  ]);

  it("oidcProviderArn is text, whatever else reads the same as text", () => {
    const mistakes = new Mistakes();
    const arn = `arn:aws:iam::${account}:oidc-provider/${host}`;
    expect(readOidcProviderArn(mistakes, [arn], host)).to.equal(undefined);
    expect(mistakes.lines).to.deep.equal([
      `oidcProviderArn: ["${arn}"] is not the provider of ${host}. Write arn:aws:iam::ACCOUNT:oidc-provider/${host}, or leave it out to have it looked up`,
    ]);
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
        ["an empty value", "", `${key}: "" ${list}`],
      ] as const) {
        it(`${key} takes no ${why}`, () => {
          expect(() => place({ [key]: value })).to.throw(says);
        });
      }

      it(`${key} takes a list of ids, and an empty one`, () => {
        expect(() => place({ [key]: ["012345678901"] })).not.to.throw();
        expect(() => place({ [key]: [] })).not.to.throw();
      });
    }
  });
});
