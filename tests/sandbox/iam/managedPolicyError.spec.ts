import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const statement = { Sid: "Read", Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::example_bucket" };
const valid = { Version: "2012-10-17", Id: "policy", Statement: [statement] };
const withResource = (Resource: string) => ({ ...valid, Statement: [{ ...statement, Resource }] });

function create(document: object): void {
  const { policies } = new SandboxAccount().iam;
  policies.create({ policyName: "read", policyDocument: JSON.stringify(document) });
}

describe("the document of a managed policy", () => {
  it("is of version 2012-10-17, while a role's own policy may be older", () => {
    const { Id, Statement } = valid;
    for (const older of [
      { Id, Statement },
      { Version: "2008-10-17", Id, Statement },
    ]) {
      expect(
        awsErrorOf(() => {
          create(older);
        }),
      ).to.equal("MalformedPolicyDocument 400: Policy document must be version 2012-10-17 or greater.");
    }
    create(valid);

    const { roles } = new SandboxAccount().iam;
    const trust = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" };
    roles.create({ roleName: "reader", assumeRolePolicyDocument: JSON.stringify({ Statement: [trust] }) });
    roles.putPolicy({ roleName: "reader", policyName: "read", policyDocument: JSON.stringify({ Statement }) });
  });

  it("has a text as its Id, and as the Sid of a statement", () => {
    for (const Id of [["a"], {}]) {
      expect(
        awsErrorOf(() => {
          create({ ...valid, Id });
        }),
      ).to.match(/^MalformedPolicyDocument 400: Syntax errors in policy/);
    }
    expect(
      awsErrorOf(() => {
        create({ ...valid, Statement: [{ ...statement, Sid: [] }] });
      }),
    ).to.match(/^MalformedPolicyDocument 400: Syntax errors in policy/);
  });

  it("names no region of S3 and IAM, and paths of IAM that exist", () => {
    const errors = {
      "arn:aws:s3:us-east-1::example_bucket":
        "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.",
      "arn:aws:iam:us-east-1::example_bucket":
        "IAM resource arn:aws:iam:us-east-1::example_bucket cannot contain region information.",
      "arn:aws:iam:::example_bucket":
        'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, ' +
        "mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.",
    };
    for (const [resource, error] of Object.entries(errors)) {
      expect(
        awsErrorOf(() => {
          create(withResource(resource));
        }),
      ).to.equal(`MalformedPolicyDocument 400: ${error}`);
    }
    for (const resource of [
      "arn:aws:iam::123456789012:role/reader",
      "arn:aws:iam::123456789012:*",
      "arn:aws:iam::123456789012:root",
      "arn:aws:s3:us-east-1:123456789012:accesspoint/reports",
      "*",
    ]) {
      create(withResource(resource));
    }
  });

  it("names a partition of AWS", () => {
    for (const partition of ["aws", "aws-cn", "aws-us-gov", "*"]) {
      create(withResource(`arn:${partition}:s3:::example_bucket`));
    }
    const errors = {
      "arn:amazon:s3:::example_bucket":
        'Partition "amazon" is not valid for resource "arn:amazon:s3:::example_bucket".',
      "arn:amazon:s3": 'Partition "amazon" is not valid for resource "arn:amazon:s3:*:*:*".',
    };
    for (const [resource, error] of Object.entries(errors)) {
      expect(
        awsErrorOf(() => {
          create(withResource(resource));
        }),
      ).to.equal(`MalformedPolicyDocument 400: ${error}`);
    }
  });

  it("has dates where a condition compares dates", () => {
    const until = (date: string | number) => ({
      ...valid,
      Statement: [{ ...statement, Condition: { DateLessThan: { "aws:CurrentTime": date } } }],
    });
    for (const date of ["2026-11-29", "2026-11-29T10:00:00Z", "2026-11-29T10:00+01:00", "1764410400", 1764410400]) {
      create(until(date));
    }
    for (const date of ["tomorrow", "29.11.2026", "2026-13-01", "2026-11-29 10:00", "2026-11-29T10:00:00 UTC", ""]) {
      expect(
        awsErrorOf(() => {
          create(until(date));
        }),
      ).to.equal(
        "MalformedPolicyDocument 400: The policy failed legacy parsing: " +
          `DateLessThan aws:CurrentTime "${date}" is not a date of ISO 8601, or seconds since 1970`,
      );
    }
  });
});
