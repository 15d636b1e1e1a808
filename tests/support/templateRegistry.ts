import { Cloud } from "../../cloud/cloud";
import { MemoryPackageStore } from "../../cloud/codeartifact/packages/packageStore";
import { Packages } from "../../cloud/codeartifact/packages/packages";
import { TestIndex, wheel } from "../cloud/packages/registry";

/** A registry as the plan's CloudFormation template made it, before this program has seen it, with packages in it. */
export interface TemplateRegistry {
  readonly cloud: Cloud;
  readonly store: MemoryPackageStore;
  readonly index: TestIndex;
  readonly packages: Packages;
  /** What the repository holds, as `NAME VERSION ORIGIN`, sorted. */
  readonly held: () => readonly string[];
}

export const domain = "orb-integration-hub-dev";
export const repository = "python-packages";
/** The template's role, whose name all environments of an account share. */
export const roleName = "orb-integration-hub-codeartifact-publisher";
export const connection = "public:pypi";

const place = { domain, repository };

/** @param retained - versions that somebody has installed from public PyPI through the repository, as `NAME VERSION` */
export async function templateRegistry(retained: readonly string[]): Promise<TemplateRegistry> {
  const cloud = new Cloud();
  cloud.iam.createOpenIDConnectProvider({
    url: "https://token.actions.githubusercontent.com",
    clientIDList: ["sts.amazonaws.com"],
  });
  cloud.codeartifact.createDomain({ domain });
  cloud.codeartifact.createRepository({ ...place, description: "Private Python packages for ORB Integration Hub" });
  cloud.codeartifact.associateExternalConnection({ ...place, externalConnection: connection });
  cloud.iam.createRole({ roleName, assumeRolePolicyDocument: JSON.stringify(trust(cloud.accountId)) });
  cloud.iam.putRolePolicy({
    roleName,
    policyName: "CodeArtifactPublishPolicy",
    policyDocument: JSON.stringify(permissions),
  });

  const [index, store] = [new TestIndex(), new MemoryPackageStore()];
  const packages = new Packages(cloud, cloud.codeartifact, store, index);
  for (const version of ["1.0.0", "1.1.0"]) {
    await packages.publish(place, "orb-common", wheel("orb-common", version));
  }
  for (const [name = "", version = ""] of retained.map((one) => one.split(" "))) {
    await packages.download(place, name, index.add(name, version).filename);
  }
  const held = () =>
    store
      .list(place)
      .flatMap(({ name, versions }) =>
        Object.values(versions).map(({ version, origin }) => `${name} ${version} ${origin.originType}`),
      )
      .sort();
  return { cloud, store, index, packages, held };
}

function trust(accountId: string): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
          StringLike: { "token.actions.githubusercontent.com:sub": "repo:orb-integration-hub/*:*" },
        },
      },
    ],
  };
}

const permissions = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: [
        "codeartifact:PublishPackageVersion",
        "codeartifact:PutPackageMetadata",
        "codeartifact:GetAuthorizationToken",
        "codeartifact:GetRepositoryEndpoint",
        "codeartifact:ReadFromRepository",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["sts:GetServiceBearerToken"],
      Resource: "*",
      Condition: { StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" } },
    },
  ],
};
