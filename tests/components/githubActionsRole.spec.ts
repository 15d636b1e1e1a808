import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { GithubActionsRole, type GithubActionsRoleArgs } from "../../components/githubActionsRole";
import type { PolicyDocument } from "../../iam/documents";
import { dependenciesOf, documentIn, named, ofType, record, valueOf } from "../support/mocks";

const job = {
  repository: "octo/hub",
  repositoryId: "1001",
  ownerId: "2002",
  subjectContext: "environment:dev",
};

const args: GithubActionsRoleArgs = {
  roleName: "orb-dev-codeartifact-publisher",
  job,
  issuer: "iss.example.com",
  oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/iss.example.com",
  sessionDuration: 7200,
  tags: { Team: "platform" },
};

const allow = (Action: string): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "Test", Effect: "Allow", Action, Resource: "*" }],
});

function create(changes: Partial<GithubActionsRoleArgs> = {}) {
  return record(() => new GithubActionsRole("deploy", { ...args, ...changes }));
}

describe("a role for one GitHub Actions job", () => {
  it("is a role alone where it has no permissions", async () => {
    const { resources } = await create();

    expect(resources.map(({ type, name, parent }) => [type, name, parent])).to.deep.equal([
      ["python-registry:index:GithubActionsRole", "deploy", ""],
      ["aws:iam/role:Role", "deploy-role", "deploy"],
    ]);
  });

  it("has the name, the longest session and the tags it is given", async () => {
    const { resources } = await create();
    const { inputs, ...role } = named(resources, "deploy-role");
    const { assumeRolePolicy, ...others } = inputs;

    expect(assumeRolePolicy).to.be.a("string");
    expect(others).to.deep.equal({
      name: "orb-dev-codeartifact-publisher",
      maxSessionDuration: 7200,
      tags: { Team: "platform" },
    });
    expect(role).to.deep.equal({
      type: "aws:iam/role:Role",
      name: "deploy-role",
      parent: "deploy",
      custom: true,
      protect: false,
      retainOnDelete: false,
      dependencies: [],
      provider: "",
    });
  });

  it("can be assumed by this job alone, by exact strings", async () => {
    const { resources } = await create({
      job: {
        ...job,
        ref: "refs/heads/main",
        jobWorkflowRef: "octo/hub/.github/workflows/deploy.yml@refs/heads/main",
      },
      oidcProviderArn: pulumi.output(args.oidcProviderArn),
    });

    expect(documentIn(named(resources, "deploy-role"), "assumeRolePolicy")).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AssumeFromGithubJob",
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/iss.example.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "iss.example.com:aud": "sts.amazonaws.com",
              "iss.example.com:sub": ["repo:octo/hub:environment:dev", "repo:octo@2002/hub@1001:environment:dev"],
              "iss.example.com:repository_id": "1001",
              "iss.example.com:repository_owner_id": "2002",
              "iss.example.com:ref": "refs/heads/main",
              "iss.example.com:job_workflow_ref": "octo/hub/.github/workflows/deploy.yml@refs/heads/main",
            },
          },
        },
      ],
    });
  });

  it("has a boundary where one is given, and none otherwise", async () => {
    const boundary = "arn:aws:iam::111122223333:policy/boundary";
    const bounded = await create({ permissionsBoundary: boundary });
    const unbounded = await create();

    expect(named(bounded.resources, "deploy-role").inputs.permissionsBoundary).to.equal(boundary);
    expect(named(unbounded.resources, "deploy-role").inputs).not.to.have.property("permissionsBoundary");
  });

  it("holds its own permissions in one inline policy", async () => {
    const { resources } = await create({ permissions: pulumi.output(allow("s3:GetObject")) });
    const policy = named(resources, "deploy-permissions");
    const { inputs, ...about } = policy;

    expect(resources).to.have.length(3);
    expect(about).to.deep.equal({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "deploy-permissions",
      parent: "deploy",
      custom: true,
      protect: false,
      retainOnDelete: false,
      dependencies: ["deploy-role"],
      provider: "",
    });
    expect({ ...inputs, policy: documentIn(policy, "policy") }).to.deep.equal({
      name: "permissions",
      role: "orb-dev-codeartifact-publisher",
      policy: allow("s3:GetObject"),
    });
  });

  it("has further permissions in managed policies ROLE-packages-N-HASH, counted from 1 and attached, one at a time where replaced", async () => {
    const { resources } = await create({
      packagePermissions: [allow("s3:GetObject"), pulumi.output(allow("s3:PutObject"))],
    });
    const policies = ofType(resources, "aws:iam/policy:Policy");

    expect(
      policies.map((policy) => ({ ...policy, inputs: { ...policy.inputs, policy: documentIn(policy, "policy") } })),
    ).to.deep.equal(
      [
        ["packages-1-72ae4985", allow("s3:GetObject")] as const,
        ["packages-2-13570f08", allow("s3:PutObject")] as const,
      ].map(([part, policy], index) => ({
        type: "aws:iam/policy:Policy",
        name: `deploy-packages-${index + 1}`,
        parent: "deploy",
        custom: true,
        inputs: {
          name: `orb-dev-codeartifact-publisher-${part}`,
          policy,
          tags: { Team: "platform" },
        },
        protect: false,
        retainOnDelete: false,
        dependencies: [],
        provider: "",
      })),
    );
    expect(ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")).to.deep.equal(
      [
        ["packages-1", "72ae4985"],
        ["packages-2", "13570f08"],
      ].map(([part, hash]) => ({
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        name: `deploy-${part!}-attachment`,
        parent: "deploy",
        custom: true,
        inputs: {
          role: "orb-dev-codeartifact-publisher",
          policyArn: `arn:aws:iam::111122223333:policy/orb-dev-codeartifact-publisher-${part!}-${hash!}`,
        },
        protect: false,
        retainOnDelete: false,
        dependencies: [`deploy-${part!}`, "deploy-role"],
        provider: "",
        deleteBeforeReplace: true,
      })),
    );
    expect(resources).to.have.length(6);
  });

  it("is given the policies that others share, by attachments of their names that are replaced without a gap", async () => {
    const { resources } = await create({
      sharedPolicyArns: {
        read: "arn:aws:iam::111122223333:policy/read",
        audit: pulumi.output("arn:aws:iam::aws:policy/SecurityAudit"),
      },
    });

    expect(
      resources.slice(2).map(({ type, name, parent, inputs, dependencies, deleteBeforeReplace }) => ({
        type,
        name,
        parent,
        inputs,
        dependencies,
        deleteBeforeReplace,
      })),
    ).to.deep.equal(
      [
        ["read", "arn:aws:iam::111122223333:policy/read"],
        ["audit", "arn:aws:iam::aws:policy/SecurityAudit"],
      ].map(([shared, policyArn]) => ({
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        name: `deploy-${shared!}-attachment`,
        parent: "deploy",
        inputs: { role: "orb-dev-codeartifact-publisher", policyArn },
        dependencies: ["deploy-role"],
        deleteBeforeReplace: false,
      })),
    );
  });

  it("gives its ARN only once every policy is on it", async () => {
    const { result, registeredOutputs } = await create({
      permissions: allow("s3:GetObject"),
      packagePermissions: [allow("s3:PutObject")],
      sharedPolicyArns: { read: "arn:aws:iam::111122223333:policy/read" },
    });
    const arn = "arn:aws:iam::111122223333:role/orb-dev-codeartifact-publisher";

    expect(await valueOf(result.arn)).to.equal(arn);
    expect(await dependenciesOf(result.arn)).to.deep.equal([
      "deploy-packages-1-attachment",
      "deploy-permissions",
      "deploy-read-attachment",
      "deploy-role",
    ]);
    expect(registeredOutputs).to.deep.equal(new Map([["deploy", { arn }]]));
  });

  it("is under the parent it is given", async () => {
    const { resources } = await record(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      return new GithubActionsRole("parent-deploy", args, { parent });
    });

    expect(named(resources, "parent-deploy").parent).to.equal("parent");
    expect(named(resources, "parent-deploy-role").parent).to.equal("parent-deploy");
  });

  [
    { unknown: "the repository's id", ids: { repositoryId: "0" } },
    { unknown: "the owner's id", ids: { ownerId: "0" } },
    { unknown: "both ids", ids: { repositoryId: "0", ownerId: "0" } },
  ].forEach(({ unknown, ids }) => {
    it(`warns that it admits no one where ${unknown} is 0`, async () => {
      const { warnings } = await create({ job: { ...job, ...ids } });

      expect(warnings).to.deep.equal([
        "warning: [runtime] orb-dev-codeartifact-publisher admits no one yet: repositoryId or ownerId of octo/hub is 0, " +
          "not known yet. Read both with: gh api repos/octo/hub --jq '.id, .owner.id'",
      ]);
    });
  });

  it("warns of nothing where both ids are known", async () => {
    const { warnings } = await create();

    expect(warnings).to.deep.equal([]);
  });
});
