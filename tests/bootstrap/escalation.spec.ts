import { expect } from "chai";
import { decide, type RoleCaller } from "../../sandbox/authorization";
import { deployChanged } from "../support/deployments";
import { accessTable, tableMismatches } from "../../commands/access/table";
import { accountId, type PreparedAccount, prepareAccount, stacks } from "../support/bootstrap/account";

const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
const publisher = iam("role/orb-integration-hub-prod-codeartifact-publisher");
const publisherPart = iam("policy/orb-integration-hub-prod-codeartifact-publisher-packages-1-1a2b3c4d");
const reader = iam("policy/orb-integration-hub-prod-codeartifact-reader-1a2b3c4d");

/** A request, as IAM is asked about it. */
type Request = readonly [action: string, resource: string, context?: Readonly<Record<string, string>>];

describe("a deploy role's way to more", () => {
  let prepared: PreparedAccount;
  let caller: RoleCaller;
  let boundary: Readonly<Record<string, string>>;

  before(async () => {
    prepared = await prepareAccount();
    caller = prepared.roles.deploy.prod;
    boundary = { "iam:PermissionsBoundary": prepared.boundaries.prod };
  });

  const may = ([action, resource, context = {}]: Request) =>
    decide(prepared.account, caller, action, resource, context).outcome === "allowed";

  /** What is rejected, beside the one thing that is allowed. */
  function expectOnly(allowed: Request, rejected: readonly Request[]): void {
    expect(may(allowed), `${allowed[0]} on ${allowed[1]}`).to.equal(true);
    expect(rejected.filter(may)).to.deep.equal([]);
  }

  it("is closed: it makes no role without the stack's boundary", () => {
    expectOnly(
      ["iam:CreateRole", publisher, boundary],
      [
        ["iam:CreateRole", publisher],
        ["iam:CreateRole", publisher, { "iam:PermissionsBoundary": prepared.boundaries.dev }],
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
      "orb-integration-hub-prod-codeartifact-inspector",
      "orb-integration-hub-prod-codeartifact-maintainer",
      "orb-integration-hub-prod-codeartifact-maintainer-cleanup",
    ];

    expectOnly(
      ["iam:CreateRole", publisher, boundary],
      names.map((name) => ["iam:CreateRole", iam(`role/${name}`), boundary] as const),
    );
  });

  it("leaves a record: it reads the audit trail's resources, and neither stops, empties nor removes them", () => {
    const logs = `arn:aws:logs:us-east-1:${accountId}`;
    const group = `${logs}:log-group:/aws/events/orb-integration-hub-prod-codeartifact-audit`;
    const rule = `arn:aws:events:us-east-1:${accountId}:rule/orb-integration-hub-prod-codeartifact-versions`;
    const onGroup = [
      ...["DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy", "AssociateKmsKey", "DisassociateKmsKey"],
      ...["PutLogEvents", "CreateLogStream", "PutDataProtectionPolicy"],
    ];
    const onRule = ["DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"];

    expectOnly(
      ["events:DescribeRule", rule],
      [
        ...onRule.map((action) => [`events:${action}`, rule] as const),
        ...[group, `${group}:*`].flatMap((arn) => onGroup.map((action) => [`logs:${action}`, arn] as const)),
        ["logs:PutResourcePolicy", "*"],
        ["logs:DeleteResourcePolicy", "*"],
        ["cloudtrail:StopLogging", "*"],
      ],
    );
  });

  it("is closed: it changes and deletes no role without the stack's boundary, and gives it nothing", () => {
    const writes = [
      "AttachRolePolicy",
      "DeleteRole",
      "DeleteRolePolicy",
      "DetachRolePolicy",
      "PutRolePolicy",
      "UpdateAssumeRolePolicy",
      "UpdateRole",
      "UpdateRoleDescription",
    ];
    const attached = { "iam:PolicyARN": reader };

    for (const action of writes) {
      expectOnly(
        [`iam:${action}`, publisher, { ...boundary, ...attached }],
        [
          [`iam:${action}`, publisher, attached],
          [`iam:${action}`, publisher, { ...attached, "iam:PermissionsBoundary": prepared.boundaries.dev }],
        ],
      );
    }
  });

  it("is closed: any policy that it attaches is on a role with the stack's boundary, which is the most that it comes to", () => {
    const policies = [
      publisherPart,
      reader,
      iam("policy/company-admin"),
      "arn:aws:iam::aws:policy/AdministratorAccess",
    ];

    for (const policy of policies) {
      expectOnly(
        ["iam:AttachRolePolicy", publisher, { ...boundary, "iam:PolicyARN": policy }],
        [
          ["iam:AttachRolePolicy", publisher, { "iam:PolicyARN": policy }],
          ["iam:AttachRolePolicy", iam("role/lambda-layers"), { ...boundary, "iam:PolicyARN": policy }],
          ["iam:AttachRolePolicy", iam("role/lambda-layers"), { "iam:PolicyARN": policy }],
        ],
      );
    }
  });

  it("is closed: it makes and deletes policies of the stack's names, and writes no other document into any policy", () => {
    const own = [publisherPart, reader];
    const others = [
      ...["dev", "staging"].map((stack) => `policy/orb-integration-hub-${stack}-codeartifact-reader-1a2b3c4d`),
      "policy/orb-integration-hub-prod-codeartifact-reader-2",
      "policy/company-admin",
    ].map(iam);

    for (const policy of own) {
      for (const action of ["iam:CreatePolicy", "iam:DeletePolicy"]) {
        expectOnly(
          [action, policy],
          others.map((other) => [action, other]),
        );
      }
    }
    expect(
      [...own, ...others]
        .flatMap((policy): Request[] => [
          ["iam:CreatePolicyVersion", policy],
          ["iam:SetDefaultPolicyVersion", policy],
        ])
        .filter(may),
    ).to.deep.equal([]);
  });

  it("is closed: it takes no boundary away, and puts no other in its place", () => {
    expectOnly(
      ["iam:PutRolePermissionsBoundary", publisher, boundary],
      [
        ["iam:DeleteRolePermissionsBoundary", publisher, boundary],
        ["iam:PutRolePermissionsBoundary", publisher, { "iam:PermissionsBoundary": prepared.boundaries.dev }],
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
      "UpdateRole",
      "UpdateRoleDescription",
      "DeleteRole",
      "PutRolePermissionsBoundary",
    ];
    const documents = [
      "CreatePolicy",
      "CreatePolicyVersion",
      "SetDefaultPolicyVersion",
      "DeletePolicyVersion",
      "DeletePolicy",
      "TagPolicy",
    ];
    const policies = [
      ...stacks.map((stack) => prepared.boundaries[stack]),
      ...stacks.map((stack) => iam(`policy/orb-integration-hub-${stack}-inspection`)),
    ];

    expectOnly(
      ["iam:UpdateAssumeRolePolicy", publisher, boundary],
      own.flatMap((role) =>
        changes.map(
          (action) => [`iam:${action}`, iam(`role/${role}`), { ...boundary, "iam:PolicyARN": publisherPart }] as const,
        ),
      ),
    );
    expectOnly(
      ["iam:DeletePolicy", publisherPart],
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

  it("is closed: it makes no domain, repository or key, however it is tagged", () => {
    const tags = (stack: string) => ({
      "aws:RequestTag/Environment": stack,
      "aws:RequestTag/Project": "integration-hub",
      "aws:RequestTag/ManagedBy": "pulumi",
    });

    expectOnly(
      ["codeartifact:CreatePackageGroup", "*", tags("prod")],
      [
        ["codeartifact:CreatePackageGroup", "*", tags("dev")],
        ["codeartifact:CreatePackageGroup", "*"],
        ...[...stacks.map(tags), {}].flatMap((context): readonly Request[] => [
          ["codeartifact:CreateDomain", "*", context],
          ["codeartifact:CreateRepository", "*", context],
          ["kms:CreateKey", "*", context],
        ]),
      ],
    );
  });
});

/** A policy of a domain or repository that allows principals everything. */
function admitting(...principals: readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: principals }, Action: "codeartifact:*", Resource: "*" },
  });
}

const codeartifact = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;
const sessionName = "GitHubActions";
const sessionOf = (arn: string) =>
  `${arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${sessionName}`;

/** Has the policies of a stack's domain and repository allow a role and its session everything. */
function admit({ account }: PreparedAccount, stack: string, arn: string): void {
  const domain = `orb-integration-hub-${stack}`;
  const policyDocument = admitting(arn, sessionOf(arn));
  account.codeartifact.domains.putPermissionsPolicy({ domain, policyDocument });
  account.codeartifact.repositories.putPermissionsPolicy({ domain, repository: "python-packages", policyDocument });
}

const ofRepository = (stack: string) => codeartifact(`repository/orb-integration-hub-${stack}/python-packages`);
const ofPackage = (stack: string) =>
  codeartifact(`package/orb-integration-hub-${stack}/python-packages/pypi//orb-common`);
const ofDomain = (stack: string) => codeartifact(`domain/orb-integration-hub-${stack}`);
const ofGroup = (stack: string) => codeartifact(`package-group/orb-integration-hub-${stack}/pypi//orb~`);

const packageWrites = [
  "DeletePackage",
  "DeletePackageVersions",
  "DisposePackageVersions",
  "PublishPackageVersion",
  "PutPackageMetadata",
  "PutPackageOriginConfiguration",
  "UpdatePackageVersionsStatus",
];

describe("a deploy role that the policies of domain and repository allow everything", () => {
  for (const stack of stacks) {
    for (const shares of [true, false]) {
      it(`changes, fetches and deletes no package, and neither domain nor repository: ${stack}, ${shares ? "shared" : "not shared"} with other accounts`, async () => {
        const prepared = await prepareAccount(shares ? { sharedEnvironments: [stack] } : {});
        const caller = { ...prepared.roles.deploy[stack], sessionName };
        const may = ([action, resource]: Request) =>
          decide(prepared.account, caller, action, resource).outcome === "allowed";
        await deployChanged({ stack, account: prepared.account });
        const seen: Request = ["codeartifact:ListPackageVersionAssets", ofPackage(stack)];
        const sharing: readonly Request[] = ["Put", "Delete"].flatMap((verb): readonly Request[] => [
          [`codeartifact:${verb}DomainPermissionsPolicy`, ofDomain(stack)],
          [`codeartifact:${verb}RepositoryPermissionsPolicy`, ofRepository(stack)],
        ]);
        const never: readonly Request[] = [
          ...packageWrites.map((action) => [`codeartifact:${action}`, ofPackage(stack)] as const),
          ["codeartifact:CopyPackageVersions", ofRepository(stack)],
          ["codeartifact:GetPackageVersionAsset", ofPackage(stack)],
          ["codeartifact:ReadFromRepository", ofRepository(stack)],
          ["codeartifact:GetAuthorizationToken", ofDomain(stack)],
          ["codeartifact:DeleteDomain", ofDomain(stack)],
          ["codeartifact:DeleteRepository", ofRepository(stack)],
        ];
        const deleteGroup: Request = ["codeartifact:DeletePackageGroup", ofGroup(stack)];

        expect(may(seen)).to.equal(false);
        admit(prepared, stack, caller.arn);

        // The policies count: what no document of the role denies, they give.
        expect(may(seen)).to.equal(true);
        expect(never.filter(may)).to.deep.equal([]);
        expect(sharing.filter(may)).to.deep.equal(shares ? sharing : []);
        expect(may(deleteGroup)).to.equal(stack === "dev");
      });
    }
  }
});

describe("a role within the boundary", () => {
  for (const stack of stacks) {
    it(`of ${stack} does all that its stack's settings mean, and nothing else`, async () => {
      const { account, boundaries } = await prepareAccount();
      const deployment = await deployChanged({ stack, settings: { permissionsBoundary: boundaries[stack] }, account });
      const table = accessTable(deployment, []);

      expect(
        account.iam.roles.get({ roleName: `orb-integration-hub-${stack}-codeartifact-publisher` }).permissionsBoundary,
      ).to.equal(boundaries[stack]);
      expect(table.sections.flatMap(({ attempts }) => attempts)).to.have.length.above(60);
      expect(tableMismatches(table)).to.deep.equal([]);
    });
  }

  it("publishes to and reads its stack's repository at most, even where its own documents allow everything", async () => {
    const { account, boundaries } = await prepareAccount();
    const roleName = "orb-integration-hub-prod-codeartifact-publisher-wide";
    const { arn } = account.iam.roles.create({
      roleName,
      assumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { AWS: accountId }, Action: "sts:AssumeRole" },
      }),
      permissionsBoundary: boundaries.prod,
    });
    account.iam.roles.putPolicy({
      roleName,
      policyName: "everything",
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "*", Resource: "*" },
      }),
    });
    const may = ([action, resource, context = {}]: Request) =>
      decide(account, { arn }, action, resource, context).outcome === "allowed";
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
    const rejected: readonly Request[] = [
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
    expect(rejected.filter(may)).to.deep.equal([]);
  });

  it("publishes to and reads its stack's repository at most, even where the policies of domain and repository allow its session everything", async () => {
    const prepared = await prepareAccount();
    const { account } = prepared;
    await deployChanged({ stack: "dev", settings: { permissionsBoundary: prepared.boundaries.dev }, account });
    await deployChanged({ stack: "prod", settings: { permissionsBoundary: prepared.boundaries.prod }, account });
    const { arn } = account.iam.roles.get({ roleName: "orb-integration-hub-prod-codeartifact-publisher" });
    for (const stack of ["dev", "prod"]) {
      admit(prepared, stack, arn);
    }
    const may = ([action, resource]: Request) =>
      decide(account, { arn, sessionName }, action, resource).outcome === "allowed";
    const undeclared = ofPackage("prod").replace("orb-common", "undeclared");
    const allowed: readonly Request[] = [
      ["codeartifact:ReadFromRepository", ofRepository("prod")],
      // Its own documents do not name this package: the policies count.
      ["codeartifact:PublishPackageVersion", undeclared],
    ];
    const rejected: readonly Request[] = [
      ...packageWrites
        .filter((action) => action !== "PublishPackageVersion")
        .map((action) => [`codeartifact:${action}`, ofPackage("prod")] as const),
      ["codeartifact:PublishPackageVersion", ofPackage("dev")],
      ["codeartifact:PublishPackageVersion", ofPackage("prod").replace("python-packages", "pypi-store")],
      ["codeartifact:ReadFromRepository", ofRepository("dev")],
      ["codeartifact:ReadFromRepository", ofRepository("prod").replace("python-packages", "pypi-store")],
      ["codeartifact:DeleteRepository", ofRepository("prod")],
      ["codeartifact:DeleteDomain", ofDomain("prod")],
      ["codeartifact:PutRepositoryPermissionsPolicy", ofRepository("prod")],
      ["codeartifact:PutDomainPermissionsPolicy", ofDomain("prod")],
      ["codeartifact:UpdatePackageGroupOriginConfiguration", ofGroup("prod")],
    ];

    expect(allowed.filter((request) => !may(request))).to.deep.equal([]);
    expect(rejected.filter(may)).to.deep.equal([]);
  });
});
