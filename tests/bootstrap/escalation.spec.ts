import { expect } from "chai";
import { decide, type RoleCaller } from "../../cloud/authorization";
import { deployChanged } from "../support/deployments";
import { accessTable, surprises } from "../../commands/access/table";
import { accountId, type PreparedAccount, prepareAccount, stacks } from "./account";

const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
const publisher = iam("role/orb-integration-hub-prod-codeartifact-publisher");
const publisherPart = iam("policy/orb-integration-hub-prod-codeartifact-publisher-packages-1");

/** A request, as IAM is asked about it. */
type Request = readonly [action: string, resource: string, context?: Readonly<Record<string, string>>];

describe("a deploy role's way to more", () => {
  let account: PreparedAccount;
  let caller: RoleCaller;
  let boundary: Readonly<Record<string, string>>;

  before(async () => {
    account = await prepareAccount();
    caller = account.roles.deploy.prod;
    boundary = { "iam:PermissionsBoundary": account.boundaries.prod };
  });

  const may = ([action, resource, context = {}]: Request) =>
    decide(account.cloud, caller, action, resource, context).allowed;

  /** What is refused, beside the one thing that is allowed. */
  function expectOnly(allowed: Request, refused: readonly Request[]): void {
    expect(may(allowed), `${allowed[0]} on ${allowed[1]}`).to.equal(true);
    expect(refused.filter(may)).to.deep.equal([]);
  }

  it("is closed: it makes no role without the stack's boundary", () => {
    expectOnly(
      ["iam:CreateRole", publisher, boundary],
      [
        ["iam:CreateRole", publisher],
        ["iam:CreateRole", publisher, { "iam:PermissionsBoundary": account.boundaries.dev }],
        [
          "iam:CreateRole",
          publisher,
          { "iam:PermissionsBoundary": iam("policy/orb-integration-hub-prod-codeartifact-reader") },
        ],
        ["iam:CreateRole", publisher, { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" }],
      ],
    );
  });

  it("is closed: it makes no role of another name, with the boundary or without", () => {
    const names = [
      "administrator",
      "orb-integration-hub-prod-deploy-2",
      "orb-integration-hub-prod-codeartifact",
      "orb-integration-hub-prod-codeartifact-admin",
      "orb-integration-hub-dev-codeartifact-publisher",
      "x-orb-integration-hub-prod-codeartifact-publisher",
    ];

    expectOnly(
      ["iam:CreateRole", publisher, boundary],
      names.map((name) => ["iam:CreateRole", iam(`role/${name}`), boundary] as const),
    );
  });

  it("is closed: it gives nothing to a role that stands without the boundary", () => {
    const reader = iam("policy/orb-integration-hub-prod-codeartifact-reader");

    expectOnly(["iam:PutRolePolicy", publisher, boundary], [["iam:PutRolePolicy", publisher]]);
    expectOnly(
      ["iam:AttachRolePolicy", publisher, { ...boundary, "iam:PolicyARN": reader }],
      [["iam:AttachRolePolicy", publisher, { "iam:PolicyARN": reader }]],
    );
  });

  it("is closed: it attaches no policy but the stack's own", () => {
    const others = [
      "arn:aws:iam::aws:policy/AdministratorAccess",
      iam("policy/orb-integration-hub-dev-codeartifact-reader"),
      iam("policy/orb-integration-hub-prod-codeartifact-reader-2"),
      iam("policy/company-admin"),
    ];

    expectOnly(
      ["iam:AttachRolePolicy", publisher, { ...boundary, "iam:PolicyARN": publisherPart }],
      others.map((policy) => ["iam:AttachRolePolicy", publisher, { ...boundary, "iam:PolicyARN": policy }] as const),
    );
  });

  it("is closed: it takes no boundary away, and puts no other in its place", () => {
    expectOnly(
      ["iam:PutRolePermissionsBoundary", publisher, boundary],
      [
        ["iam:DeleteRolePermissionsBoundary", publisher, boundary],
        ["iam:PutRolePermissionsBoundary", publisher, { "iam:PermissionsBoundary": account.boundaries.dev }],
        [
          "iam:PutRolePermissionsBoundary",
          publisher,
          { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
        ],
        ["iam:PutRolePermissionsBoundary", iam("role/orb-integration-hub-prod-deploy"), boundary],
      ],
    );
  });

  it("is closed: it changes neither itself, nor its policies, nor the boundary", () => {
    const own = ["orb-integration-hub-prod-deploy", "orb-integration-hub-dev-deploy", "orb-integration-hub-preview"];
    const changes = [
      "PutRolePolicy",
      "AttachRolePolicy",
      "DetachRolePolicy",
      "DeleteRolePolicy",
      "UpdateAssumeRolePolicy",
    ];
    const documents = [
      "CreatePolicyVersion",
      "SetDefaultPolicyVersion",
      "DeletePolicyVersion",
      "DeletePolicy",
      "TagPolicy",
    ];
    const policies = [
      ...stacks.map((stack) => account.boundaries[stack]),
      ...stacks.map((stack) => iam(`policy/orb-integration-hub-${stack}-inspection`)),
    ];

    expectOnly(
      ["iam:UpdateAssumeRolePolicy", publisher],
      own.flatMap((role) =>
        changes.map(
          (action) => [`iam:${action}`, iam(`role/${role}`), { ...boundary, "iam:PolicyARN": publisherPart }] as const,
        ),
      ),
    );
    expectOnly(
      ["iam:CreatePolicyVersion", publisherPart],
      policies.flatMap((policy) => documents.map((action) => [`iam:${action}`, policy] as const)),
    );
  });

  it("is closed: it hands no role to a service, takes on no other, and makes no user, key or provider", () => {
    const everywhere = ["role/administrator", "role/orb-integration-hub-prod-codeartifact-publisher"].map(iam);
    const providerArn = iam("oidc-provider/token.actions.githubusercontent.com");

    expectOnly(
      ["iam:GetOpenIDConnectProvider", providerArn],
      [
        ...everywhere.flatMap((role): readonly Request[] => [
          ["iam:PassRole", role, boundary],
          ["sts:AssumeRole", role, boundary],
        ]),
        ["iam:CreateUser", iam("user/new"), boundary],
        ["iam:CreateAccessKey", iam("user/new")],
        ["iam:CreateOpenIDConnectProvider", iam("oidc-provider/evil.example")],
        ["iam:AddClientIDToOpenIDConnectProvider", providerArn],
        ["iam:UpdateOpenIDConnectProviderThumbprint", providerArn],
        ["iam:DeleteOpenIDConnectProvider", providerArn],
        ["sts:AssumeRoleWithWebIdentity", iam("role/orb-integration-hub-prod-deploy")],
      ],
    );
  });
});

describe("a role within the boundary", () => {
  const codeartifact = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;

  for (const stack of stacks) {
    it(`of ${stack} does all that its stack's settings mean, and nothing else`, async () => {
      const { cloud, boundaries } = await prepareAccount();
      const deployment = await deployChanged({ stack, settings: { permissionsBoundary: boundaries[stack] }, cloud });
      const table = accessTable(deployment, []);

      expect(
        cloud.iam.getRole({ roleName: `orb-integration-hub-${stack}-codeartifact-publisher` }).permissionsBoundary,
      ).to.equal(boundaries[stack]);
      expect(table.sections.flatMap(({ attempts }) => attempts)).to.have.length.above(60);
      expect(surprises(table)).to.deep.equal([]);
    });
  }

  it("publishes to and reads its stack's repository at most, even where its own documents allow everything", async () => {
    const { cloud, boundaries } = await prepareAccount();
    const roleName = "orb-integration-hub-prod-codeartifact-publisher-wide";
    const { arn } = cloud.iam.createRole({
      roleName,
      assumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { AWS: accountId }, Action: "sts:AssumeRole" },
      }),
      permissionsBoundary: boundaries.prod,
    });
    cloud.iam.putRolePolicy({
      roleName,
      policyName: "everything",
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "*", Resource: "*" },
      }),
    });
    const may = ([action, resource, context = {}]: Request) =>
      decide(cloud, { arn }, action, resource, context).allowed;
    const token = (seconds: number, service = "codeartifact") =>
      [
        "sts:GetServiceBearerToken",
        "*",
        { "sts:AWSServiceName": `${service}.amazonaws.com`, "sts:DurationSeconds": String(seconds) },
      ] as const;
    const allowed: readonly Request[] = [
      [
        "codeartifact:PublishPackageVersion",
        codeartifact("package/orb-integration-hub-prod/python-packages/pypi//any"),
      ],
      ["codeartifact:ReadFromRepository", codeartifact("repository/orb-integration-hub-prod/python-packages")],
      ["codeartifact:GetAuthorizationToken", codeartifact("domain/orb-integration-hub-prod")],
      token(900),
      token(43_200),
    ];
    const refused: readonly Request[] = [
      ["codeartifact:PublishPackageVersion", codeartifact("package/orb-integration-hub-prod/pypi-store/pypi//any")],
      ["codeartifact:PublishPackageVersion", codeartifact("package/orb-integration-hub-prod/python-packages/npm//any")],
      ["codeartifact:PublishPackageVersion", codeartifact("package/orb-integration-hub-dev/python-packages/pypi//any")],
      ["codeartifact:ReadFromRepository", codeartifact("repository/orb-integration-hub-dev/python-packages")],
      [
        "codeartifact:DeletePackageVersions",
        codeartifact("package/orb-integration-hub-prod/python-packages/pypi//any"),
      ],
      [
        "codeartifact:PutRepositoryPermissionsPolicy",
        codeartifact("repository/orb-integration-hub-prod/python-packages"),
      ],
      ["codeartifact:GetAuthorizationToken", codeartifact("domain/orb-integration-hub-dev")],
      token(0),
      token(43_201),
      token(900, "another"),
      ["iam:PutRolePolicy", arn],
      ["iam:CreateRole", iam("role/new")],
      ["kms:Decrypt", `arn:aws:kms:us-east-1:${accountId}:key/state`],
      ["sts:AssumeRole", iam("role/administrator")],
    ];

    expect(allowed.filter((request) => !may(request))).to.deep.equal([]);
    expect(refused.filter(may)).to.deep.equal([]);
  });
});
