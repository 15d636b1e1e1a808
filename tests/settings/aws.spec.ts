import { expect } from "chai";
import { SettingErrors } from "../../settings/errors";
import { readOidcProviderArn } from "../../settings/aws";
import { testForms, testRules } from "../support/configuration";

const host = "token.actions.githubusercontent.com";
const account = "123456789012";

const accountSays = (index: number) => (shown: string) =>
  `readerAccountIds[${index}]: ${shown} is not an account's id. Write its 12 digits in quotation marks`;
const organizationId = (characters: string) => `o-${characters}`;

describe("settings about AWS", () => {
  testForms([
    {
      title: "encryption is AWS's own key, one to make, or one that exists",
      place: (encryption) => ({ encryption }),
      taken: [
        "aws-managed",
        "create",
        `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
        `arn:aws-us-gov:kms:us-gov-west-1:${account}:key/mrk-0aZ9`,
      ],
      rejected: [
        "",
        "AWS-managed",
        "aws-managedx",
        "xaws-managed",
        "created",
        "xcreate",
        "alias/registry",
        "1234abcd",
        `arn:aws:kms:us-east-1:${account}:alias/registry`,
        `arn:aws:kms:us-east-1:${account}:key/`,
        `arn:aws:kms:us-east-1:${account}1:key/a`,
        "arn:aws:kms:us-east-1:12345678901:key/a",
        "arn:aws:kms:::key/a",
        `arn:aws:kms::${account}:key/a`,
        `arn::kms:us-east-1:${account}:key/a`,
        `arn:aws:s3:us-east-1:${account}:key/a`,
        `arn:aws:kms:us-east-1:${account}:key/*`,
        `arn:aws:kms:us-east-1:${account}:key/a/b`,
        `arn:aws:kms:us-east-1:${account}:key/a\n`,
        `xarn:aws:kms:us-east-1:${account}:key/a`,
        `arn:AWS:kms:us-east-1:${account}:key/a`,
        `arn:aws:kms:US-EAST-1:${account}:key/a`,
        `arn:aws:kms:us-east-1:${account}:key/\${aws:userid}`,
      ],
      says: (shown) =>
        `encryption: ${shown} is not a choice of key. Write aws-managed, create, or the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID`,
    },
    {
      title: "permissionsBoundary is a managed policy's ARN",
      place: (permissionsBoundary) => ({ permissionsBoundary }),
      taken: [
        `arn:aws:iam::${account}:policy/Boundary`,
        "arn:aws:iam::aws:policy/PowerUserAccess",
        `arn:aws-cn:iam::${account}:policy/a/path/A_b+c=d,e.f@g-9`,
      ],
      rejected: [
        "",
        "Boundary",
        `arn:aws:iam::${account}:role/Boundary`,
        `arn:aws:iam::${account}:policy/`,
        "arn:aws:iam::12345678901:policy/B",
        `arn:aws:iam::${account}3:policy/B`,
        "arn:aws:iam::amazon:policy/B",
        "arn:aws:iam:::policy/B",
        `arn:aws:iam:us-east-1:${account}:policy/B`,
        `arn::iam::${account}:policy/B`,
        `xarn:aws:iam::${account}:policy/B`,
        `arn:aws:iam::${account}:policy/*`,
        `arn:aws:iam::${account}:policy/a b`,
        `arn:aws:iam::${account}:policy/B\n`,
        `arn:AWS:iam::${account}:policy/B`,
        `arn:aws:iam::${account}:policy/\${aws:username}`,
      ],
      says: (shown) => `permissionsBoundary: ${shown} is not a policy's ARN. Write arn:aws:iam::ACCOUNT:policy/NAME`,
    },
    {
      title: "readerOrganizationId is an organization's id",
      place: (id) => ({ readerOrganizationId: id }),
      taken: [organizationId("a1b2c3d4e5"), organizationId("a".repeat(32)), organizationId("0123456789z")],
      rejected: [
        "",
        organizationId("a".repeat(9)),
        organizationId("a".repeat(33)),
        organizationId("A".repeat(10)),
        "a1b2c3d4e5",
        "xo-a1b2c3d4e5",
        "r-a1b2c3d4e5",
        "o_a1b2c3d4e5",
        "o-a1b2c3d4e5/*",
        "o-a1b2c3d4e_",
        "o-a1b2c3d4e5\n",
        "o-*",
        "*",
        "${aws:PrincipalOrgID}",
      ],
      says: (shown) =>
        `readerOrganizationId: ${shown} is not an organization's id. Read it with: aws organizations describe-organization --query Organization.Id`,
    },
    {
      title: "readerAccountIds is a list",
      place: (readerAccountIds) => ({ readerAccountIds }),
      taken: [[], [account]],
      rejected: [account, { a: account }, 5, null],
      says: (shown) =>
        `readerAccountIds: ${shown === `"${account}"` ? account : shown} is not a list. List account ids, as in: - "123456789012"`,
    },
    {
      title: "readerAccountIds lists ids of 12 digits; a number with fewer has lost its leading zeros",
      place: (id) => ({ readerAccountIds: ["000000000001", id] }),
      taken: [account, "000000000000", 123456789012, 100000000000],
      rejected: [
        "",
        "12345678901",
        "1234567890123",
        "12345678901x",
        "1234-5678-9012",
        " 123456789012",
        `${account}\n`,
        "１２３４５６７８９０１２",
        "*",
        "${aws:PrincipalAccount}",
        `arn:aws:iam::${account}:root`,
        99999999999,
        12345678901,
        1234567890123,
        123456789012.5,
        true,
        [account],
        {},
      ],
      says: accountSays(1),
    },
    {
      title: "oidcProviderArn is the ARN of the provider of GitHub's issuer",
      place: (oidcProviderArn) => ({ oidcProviderArn }),
      taken: [`arn:aws:iam::${account}:oidc-provider/${host}`, `arn:aws-us-gov:iam::${account}:oidc-provider/${host}`],
      rejected: [
        "",
        host,
        `https://${host}`,
        `arn:aws:iam::${account}:oidc-provider/`,
        `arn:aws:iam::${account}:role/${host}`,
        `arn:aws:iam::12345678901:oidc-provider/${host}`,
        `arn:aws:iam::${account}3:oidc-provider/${host}`,
        `arn:aws:iam:us-east-1:${account}:oidc-provider/${host}`,
        `arn::iam::${account}:oidc-provider/${host}`,
        `arn:aws:iam::${account}:oidc-provider/gitlab.com`,
        `arn:aws:iam::${account}:oidc-provider/x${host}`,
        `arn:aws:iam::${account}:oidc-provider/${host}/acme`,
        `arn:aws:iam::${account}:oidc-provider/${host}\n`,
        `xarn:aws:iam::${account}:oidc-provider/${host}`,
        `arn:AWS:iam::${account}:oidc-provider/${host}`,
        `arn:aws:iam::${account}:saml-provider/${host}`,
        `arn:aws:iam::${account}:oidc-provider/x.example/${host}`,
        `arn:aws:iam::${account}:oidc-provider/${host}/${host}`,
      ],
      says: (shown) =>
        `oidcProviderArn: ${shown} is not the provider of ${host}. Write arn:aws:iam::ACCOUNT:oidc-provider/${host}, or leave it out to have it looked up`,
    },
    {
      title: "oidcProviderArn is the ARN of the provider of the enterprise's own issuer",
      place: (oidcProviderArn) => ({ githubEnterprise: "acme", oidcProviderArn }),
      taken: [`arn:aws:iam::${account}:oidc-provider/${host}/acme`],
      rejected: [
        `arn:aws:iam::${account}:oidc-provider/${host}`,
        `arn:aws:iam::${account}:oidc-provider/${host}/acme2`,
        `arn:aws:iam::${account}:oidc-provider/${host}/Acme`,
        `arn:aws:iam::${account}:oidc-provider/acme`,
        `arn:aws:iam::${account}:oidc-provider/x.example/${host}/acme`,
      ],
      says: (shown) =>
        `oidcProviderArn: ${shown} is not the provider of ${host}/acme. Write arn:aws:iam::ACCOUNT:oidc-provider/${host}/acme, or leave it out to have it looked up`,
    },
  ]);

  testRules([
    {
      title: "readerAccountIds holds each account once",
      wrong: { readerAccountIds: [account, "000000000000", account] },
      says: [`readerAccountIds[2]: "${account}" is listed twice. Remove one of the two`],
      right: { readerAccountIds: [account, "000000000000"] },
    },
    {
      title: "readerAccountIds holds each account once, be it a number or text",
      wrong: { readerAccountIds: [123456789012, account] },
      says: [`readerAccountIds[1]: "${account}" is listed twice. Remove one of the two`],
      right: { readerAccountIds: [123456789012] },
    },
    {
      title: "readerAccountIds lists ids: an entry that is not an id is not also reported as listed twice",
      wrong: { readerAccountIds: [12345678901, 12345678901] },
      says: [accountSays(0)("12345678901"), accountSays(1)("12345678901")],
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

  it("oidcProviderArn is text, whatever else reads the same as text", () => {
    const errors = new SettingErrors();
    const arn = `arn:aws:iam::${account}:oidc-provider/${host}`;
    expect(readOidcProviderArn(errors, [arn], host)).to.equal(undefined);
    expect(errors.lines).to.deep.equal([
      `oidcProviderArn: ["${arn}"] is not the provider of ${host}. Write arn:aws:iam::ACCOUNT:oidc-provider/${host}, or leave it out to have it looked up`,
    ]);
  });
});
