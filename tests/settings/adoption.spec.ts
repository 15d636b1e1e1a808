import { expect } from "chai";
import { settingsOf, testForms, testRules } from "../support/configuration";

const account = "123456789012";
const here = { "aws:allowedAccountIds": [account] };

describe("settings that take over a registry", () => {
  it("name domain and repository as AWS does, in the stack's region and its one account", () => {
    expect(settingsOf({ ...here, adopt: true, "aws:region": "eu-west-1" }, "prod").adopt).to.deep.equal({
      domain: `arn:aws:codeartifact:eu-west-1:${account}:domain/orb-hub-prod`,
      repository: `arn:aws:codeartifact:eu-west-1:${account}:repository/orb-hub-prod/python-packages`,
    });
    expect(settingsOf({ ...here, adopt: false }).adopt).to.equal(undefined);
    expect(settingsOf(here).adopt).to.equal(undefined);
  });

  testForms([
    {
      title: "adopt is true or false",
      place: (value) => ({ ...here, adopt: value }),
      taken: [true, false, "true", "false"],
      rejected: ["", "yes", "True", "domain", "1", "null", "true\n"],
      says: (shown) => `adopt: ${shown} is neither true nor false. Write one of the two`,
    },
  ]);

  const wrongAccount = (shown: string) =>
    `adopt: takes over what one account has, and aws:allowedAccountIds is ${shown}. Write that account there, ` +
    `as in: aws:allowedAccountIds: ["123456789012"]`;

  testRules([
    {
      title: "adopt takes the account's id, which is looked for nowhere else",
      wrong: { adopt: true },
      says: [wrongAccount("[]")],
      right: { adopt: true, ...here },
    },
    {
      title: "adopt takes one account, not a choice of two",
      wrong: { adopt: true, "aws:allowedAccountIds": [account, "210987654321"] },
      says: [wrongAccount('["123456789012","210987654321"]')],
      right: { adopt: false, "aws:allowedAccountIds": [account, "210987654321"] },
    },
    {
      title: "adopt takes an account's 12 digits",
      wrong: { adopt: true, "aws:allowedAccountIds": ["12345678901"] },
      says: ['aws:allowedAccountIds[0]: "12345678901" is not an account\'s id. Write its 12 digits in quotation marks'],
      right: { adopt: true, "aws:allowedAccountIds": ["012345678901"] },
    },
    {
      title: "adopt and a key of the stack's own exclude each other, because the domain keeps the key it has",
      wrong: { adopt: true, ...here, encryption: "create" },
      says: [
        "adopt: the domain that is taken over keeps its key, and encryption: create would make another. Write aws-managed, " +
          "or the key's ARN; read it with: aws codeartifact describe-domain --domain orb-hub-dev --query domain.encryptionKey",
      ],
      right: { adopt: true, ...here, encryption: `arn:aws:kms:us-east-1:${account}:key/1234abcd` },
    },
  ]);
});
