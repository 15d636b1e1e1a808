import { expect } from "chai";
import { runBoto3 } from "../support/clients/boto3";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment } from "../support/clients/registry";
import type { ClientRun } from "../support/clients/person";
import { pinnedVersion, withVersion } from "../support/clients/tools";

const root = "arn:aws:iam::123456789012";
const trust = (principal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" },
  });
const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "codeartifact:List*", Resource: "*" },
});

describeClient(`the AWS CLI ${pinnedVersion("awscli")}, asking IAM and STS`, (given) => {
  const aws = (options: readonly string[], session = given.registry.context.sts.administrator()) =>
    given.person.run("aws", options, awsEnvironment(given.registry, session));
  const answered = ({ exitCode, text }: ClientRun): unknown => {
    expect(exitCode, text).to.equal(0);
    return text.trim() === "" ? undefined : JSON.parse(text);
  };

  it("makes a role, gives it a policy and becomes it, and the role may do just that", async () => {
    const account = `${root}:root`;
    answered(
      await aws([
        ..."iam create-role --role-name lister --assume-role-policy-document".split(" "),
        trust({ AWS: account }),
      ]),
    );
    answered(
      await aws([
        ..."iam put-role-policy --role-name lister --policy-name lists --policy-document".split(" "),
        permissions,
      ]),
    );
    const { Credentials: keys } = answered(
      await aws(`sts assume-role --role-arn ${root}:role/lister --role-session-name cli`.split(" ")),
    ) as { Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string } };
    const environment = {
      ...awsEnvironment(given.registry, given.registry.publisher.session),
      AWS_ACCESS_KEY_ID: keys.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
      AWS_SESSION_TOKEN: keys.SessionToken,
    };
    const as = (options: string) => given.person.run("aws", options.split(" "), environment);

    expect((answered(await as("codeartifact list-domains")) as { domains: unknown[] }).domains).to.have.length(1);
    expect((await as("iam list-roles")).text).to.include("An error occurred (AccessDenied)");
    answered(await aws("iam delete-role-policy --role-name lister --policy-name lists".split(" ")));
    expect((await as("codeartifact list-domains")).text).to.include("An error occurred (AccessDeniedException)");
    answered(await aws("iam delete-role --role-name lister".split(" ")));
    expect((await aws("iam delete-role --role-name lister".split(" "))).text).to.include(
      "An error occurred (NoSuchEntity) when calling the DeleteRole operation: The role with name lister cannot be found.",
    );
  });

  it("changes nothing as the publisher", async () => {
    const { session, roleArn } = given.registry.publisher;
    const roleName = roleArn.split("/").at(-1) ?? "";
    const attach = `iam attach-role-policy --role-name ${roleName} --policy-arn arn:aws:iam::aws:policy/AdministratorAccess`;

    expect((await aws(attach.split(" "), session)).text).to.include("An error occurred (AccessDenied)");
  });
});

const script = `
iam = boto3.client("iam")
trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}
create = lambda: iam.create_role(RoleName="nodes", AssumeRolePolicyDocument=json.dumps(trust), Tags=[{"Key": "Team", "Value": "data"}])
created = create()["Role"]
found = iam.get_role(RoleName="nodes")["Role"]
attach = lambda: iam.attach_role_policy(RoleName="nodes", PolicyArn="arn:aws:iam::aws:policy/AWSCodeArtifactReadOnlyAccess")
print(json.dumps({
    "trust": created["AssumeRolePolicyDocument"] == trust,
    "lastUsed": found["RoleLastUsed"],
    "tags": found["Tags"],
    "again": outcome(create),
    "attach": [outcome(attach), outcome(attach)],
    "attached": [one["PolicyName"] for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName="nodes") for one in page["AttachedPolicies"]],
    "conflict": outcome(lambda: iam.delete_role(RoleName="nodes")),
    "detach": outcome(lambda: iam.detach_role_policy(RoleName="nodes", PolicyArn="arn:aws:iam::aws:policy/AWSCodeArtifactReadOnlyAccess")),
    "delete": [outcome(lambda: iam.delete_role(RoleName="nodes")), outcome(lambda: iam.delete_role(RoleName="nodes"))],
    "summary": iam.get_account_summary()["SummaryMap"]["VersionsPerPolicyQuota"],
    "roles": sorted(one["RoleName"] for one in iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]) == sorted(one["RoleName"] for one in iam.list_roles()["Roles"]),
    "user": outcome(lambda: iam.get_user()),
    "other": outcome(lambda: iam.create_user(UserName="ada")),
}))
`;

describeClient(`${withVersion("boto3")}, asking IAM`, (given) => {
  it("makes and deletes a role, with AWS's typed errors", async () => {
    expect(await runBoto3(given, given.registry.context.sts.administrator(), script)).to.deep.equal({
      trust: true,
      lastUsed: {},
      tags: [{ Key: "Team", Value: "data" }],
      again: ["EntityAlreadyExistsException", "EntityAlreadyExists", 409],
      attach: ["answered", "answered"],
      attached: ["AWSCodeArtifactReadOnlyAccess"],
      conflict: ["DeleteConflictException", "DeleteConflict", 409],
      detach: "answered",
      delete: ["answered", ["NoSuchEntityException", "NoSuchEntity", 404]],
      summary: 5,
      roles: true,
      user: ["ClientError", "ValidationError", 400],
      other: ["ClientError", "NotImplemented", 501],
    });
  });
});
