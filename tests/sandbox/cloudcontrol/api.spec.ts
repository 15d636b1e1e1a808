import {
  CancelResourceRequestCommand,
  CloudControlClient,
  type CloudControlServiceException,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  type ProgressEvent,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import { CodeartifactClient, CreateDomainCommand } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { cloudControl } from "../../../sandbox/cloudcontrol/api";
import { codeartifactRoutes } from "../../../sandbox/codeartifact/api/routes";
import { jsonRoutes } from "../../../sandbox/core/awsJson";
import type { Session } from "../../../sandbox/sts/sts";
import { assumedSession } from "../../support/sandbox/assumedSession";
import { bareSandbox, type Served } from "../../support/sandbox/identities";

const place = "arn:aws:codeartifact:eu-central-1:123456789012";
const groupType = "AWS::CodeArtifact::PackageGroup";
const domainType = "AWS::CodeArtifact::Domain";
const repositoryType = "AWS::CodeArtifact::Repository";

describe("Cloud Control's API", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const { codeartifact } = context.account;
  let served: Served;
  let client: CloudControlClient;

  const options = ({ accessKeyId, secretAccessKey, sessionToken }: Session) => ({
    region: "eu-central-1",
    endpoint: served.address,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  /** The progress event once the request has ended. */
  const ended = async ({ ProgressEvent: event }: { ProgressEvent?: ProgressEvent }) => {
    expect(event?.OperationStatus).to.equal("IN_PROGRESS");
    const status = new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken });
    return (await client.send(status)).ProgressEvent!;
  };
  const outcome = ({ OperationStatus, ErrorCode, StatusMessage }: ProgressEvent) =>
    [OperationStatus, ErrorCode, StatusMessage].filter((part) => part !== undefined).join(" ");
  const create = async (TypeName: string, desired: object, more: object = {}, by = client) =>
    ended(await by.send(new CreateResourceCommand({ TypeName, DesiredState: JSON.stringify(desired), ...more })));
  const update = async (TypeName: string, Identifier: string, ...operations: readonly object[]) =>
    ended(
      await client.send(new UpdateResourceCommand({ TypeName, Identifier, PatchDocument: JSON.stringify(operations) })),
    );
  const remove = async (TypeName: string, Identifier: string) =>
    ended(await client.send(new DeleteResourceCommand({ TypeName, Identifier })));
  const get = async (TypeName: string, Identifier: string) => {
    const { ResourceDescription: described } = await client.send(new GetResourceCommand({ TypeName, Identifier }));
    return JSON.parse(described?.Properties ?? "") as Record<string, unknown>;
  };
  const rejected = (sent: Promise<unknown>) =>
    sent.then(
      () => "answered",
      (thrown: unknown) => {
        const { name, message, $metadata } = thrown as CloudControlServiceException;
        return `${name} ${$metadata.httpStatusCode}: ${message}`;
      },
    );

  before(async () => {
    clock.now = new Date();
    codeartifact.repositories.create({ domain: "orb-dev", repository: "packages" });
    served = await bare.serve(codeartifactRoutes(context), jsonRoutes(context, [cloudControl]));
    client = new CloudControlClient(options(context.sts.administrator()));
  });
  after(async () => {
    client.destroy();
    await served.close();
  });

  it("makes, reads, changes and deletes a package group, with each of its properties", async () => {
    const restrictions = (mode: string, repositories?: readonly string[]) => ({
      Restrictions: {
        Publish: { RestrictionMode: mode, ...(repositories && { Repositories: repositories }) },
        ExternalUpstream: { RestrictionMode: "BLOCK" },
        InternalUpstream: { RestrictionMode: "INHERIT" },
      },
    });
    const desired = {
      DomainName: "orb-dev",
      Pattern: "/pypi//orb-*",
      Description: "own packages",
      ContactInfo: "team",
      OriginConfiguration: restrictions("ALLOW_SPECIFIC_REPOSITORIES", ["packages"]),
      Tags: [{ Key: "Team", Value: "orb" }],
    };
    const made = await create(groupType, desired);
    const { Identifier: arn = "" } = made;

    expect(outcome(made)).to.equal("SUCCESS");
    expect(arn).to.match(new RegExp(`^${place}:package-group/orb-dev/`));
    expect(await get(groupType, arn)).to.deep.equal({ ...desired, DomainOwner: "123456789012", Arn: arn });

    const changed = await update(
      groupType,
      arn,
      { op: "replace", path: "/Description", value: "changed" },
      { op: "remove", path: "/ContactInfo" },
      { op: "replace", path: "/OriginConfiguration", value: restrictions("ALLOW") },
      { op: "replace", path: "/Tags", value: [{ Key: "Stage", Value: "dev" }] },
    );
    expect(outcome(changed)).to.equal("SUCCESS");
    // The handler sends no ContactInfo, and UpdatePackageGroup leaves what it does not get.
    expect(await get(groupType, arn)).to.deep.equal({
      ...desired,
      Description: "changed",
      OriginConfiguration: restrictions("ALLOW"),
      Tags: [{ Key: "Stage", Value: "dev" }],
      DomainOwner: "123456789012",
      Arn: arn,
    });

    expect(outcome(await remove(groupType, arn))).to.equal("SUCCESS");
    expect(outcome(await remove(groupType, arn))).to.equal(
      `FAILED NotFound Package group not found. ${arn} does not exist.`,
    );
    expect(await rejected(get(groupType, arn))).to.match(
      /^ResourceNotFoundException 400: AWS::CodeArtifact::PackageGroup Handler returned status FAILED: .*NotFound, RequestToken: [\da-f-]{36}\)$/,
    );
  });

  it("takes the root group over, and leaves it when it is deleted", async () => {
    const root = { DomainName: "orb-dev", Pattern: "/*", Description: "all" };
    const { Identifier: arn = "", OperationStatus: status } = await create(groupType, root);

    expect(status).to.equal("SUCCESS");
    expect((await get(groupType, arn)).Description).to.equal("all");
    expect(outcome(await remove(groupType, arn))).to.equal("SUCCESS");
    expect((await get(groupType, arn)).Pattern).to.equal("/*");
  });

  it("makes a domain and its repositories, with policies, upstreams and a connection", async () => {
    const policy = (action: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "210987654321" }, Action: action, Resource: "*" }],
    });
    const domain = await create(domainType, {
      DomainName: "orb-cc",
      PermissionsPolicyDocument: policy("codeartifact:DescribeDomain"),
    });
    const store = { DomainName: "orb-cc", RepositoryName: "store", ExternalConnections: ["public:pypi"] };
    const made = await create(repositoryType, store);
    const own = await create(repositoryType, {
      DomainName: "orb-cc",
      RepositoryName: "own",
      Upstreams: ["store"],
      PermissionsPolicyDocument: policy("codeartifact:ReadFromRepository"),
    });

    expect([domain, made, own].map(outcome)).to.deep.equal(["SUCCESS", "SUCCESS", "SUCCESS"]);
    expect(await get(domainType, domain.Identifier!)).to.deep.include({
      Arn: `${place}:domain/orb-cc`,
      Name: "orb-cc",
      PermissionsPolicyDocument: policy("codeartifact:DescribeDomain"),
    });
    expect(await get(repositoryType, own.Identifier!)).to.deep.include({ Upstreams: ["store"], Name: "own" });
    const moved = await update(
      repositoryType,
      own.Identifier!,
      { op: "remove", path: "/Upstreams" },
      { op: "add", path: "/ExternalConnections", value: ["public:pypi"] },
      { op: "remove", path: "/PermissionsPolicyDocument" },
    );
    expect(outcome(moved)).to.equal("SUCCESS");
    const after = await get(repositoryType, own.Identifier!);
    expect(after).to.deep.include({ ExternalConnections: ["public:pypi"] });
    expect(after).to.not.have.any.keys("Upstreams", "PermissionsPolicyDocument");
    expect(outcome(await remove(domainType, domain.Identifier!))).to.match(
      /^FAILED InvalidRequest Domain 'orb-cc' has 2/,
    );
    await remove(repositoryType, own.Identifier!);
    await remove(repositoryType, made.Identifier!);
    expect(outcome(await remove(domainType, domain.Identifier!))).to.equal("SUCCESS");
  });

  it("fails a second request for the same resource, and answers the same request with the same token once", async () => {
    const desired = { DomainName: "orb-dev", Pattern: "/pypi//twice-*" };
    const first = await create(groupType, desired, { ClientToken: "one" });
    const again = await create(groupType, desired, { ClientToken: "one" });
    const second = await create(groupType, desired, { ClientToken: "two" });

    expect(again.RequestToken).to.equal(first.RequestToken);
    expect(outcome(second)).to.match(/^FAILED AlreadyExists /);
    expect(await rejected(create(groupType, { ...desired, Description: "x" }, { ClientToken: "one" }))).to.equal(
      "ClientTokenConflictException 400: ClientToken one is already associated with an existing operation with " +
        `RequestToken ${first.RequestToken}`,
    );
    const cancel = new CancelResourceRequestCommand({ RequestToken: first.RequestToken });
    expect(await rejected(client.send(cancel))).to.equal(
      `ValidationException 400: Request ${first.RequestToken} is already in status SUCCESS`,
    );
    const failed = { OperationStatuses: ["FAILED" as const], Operations: ["CREATE" as const] };
    const listed = await client.send(new ListResourceRequestsCommand({ ResourceRequestStatusFilter: failed }));
    expect(listed.ResourceRequestStatusSummaries?.[0]?.RequestToken).to.equal(second.RequestToken);
    const unknown = new GetResourceRequestStatusCommand({ RequestToken: "DOESNOTEXIST" });
    expect(await rejected(client.send(unknown))).to.equal(
      "RequestTokenNotFoundException 400: Request with token DOESNOTEXIST was not found",
    );
  });

  it("rejects what the type's schema does not allow, in the words that AWS was recorded with", async () => {
    const desired = { DomainName: "orb-dev", Pattern: "/pypi//schema-*" };
    const { Identifier: arn = "" } = await create(groupType, desired);

    expect(await rejected(create("AWS::LocalStack::DoesNotExist", {}))).to.equal(
      "TypeNotFoundException 400: The type 'AWS::LocalStack::DoesNotExist' cannot be found.",
    );
    expect(await rejected(create(groupType, { ...desired, DOESNOTEXIST: "x" }))).to.equal(
      "ValidationException 400: Model validation failed (#: extraneous key [DOESNOTEXIST] is not permitted)",
    );
    expect(await rejected(create(groupType, { ...desired, Pattern: true }))).to.equal(
      "ValidationException 400: Model validation failed (#/Pattern: expected type: String, found: Boolean)",
    );
    expect(await rejected(update(groupType, arn, { op: "replace", path: "/Pattern", value: "/pypi//x" }))).to.equal(
      "NotUpdatableException 400: Invalid patch update: createOnlyProperties [/properties/Pattern] cannot be updated",
    );
    expect(await rejected(update(groupType, arn, { op: "replace", path: "/None", value: 1 }))).to.match(
      /^ValidationException 400: Invalid patch document/,
    );
    expect(outcome(await create(groupType, { ...desired, Pattern: "/pypi//a", Arn: "arn" }))).to.match(
      /^FAILED InvalidRequest Attempting to set a ReadOnly Property/,
    );
  });

  it("lists the resources of a type, and package groups of a domain alone", async () => {
    const list = (TypeName: string, ResourceModel?: string) =>
      client.send(new ListResourcesCommand({ TypeName, ResourceModel }));
    const arns = async (...args: Parameters<typeof list>) =>
      (await list(...args)).ResourceDescriptions?.map(({ Identifier }) => Identifier);

    expect(await arns(domainType)).to.deep.equal([`${place}:domain/orb-dev`]);
    expect(await arns(repositoryType)).to.deep.equal([`${place}:repository/orb-dev/packages`]);
    expect(await arns(groupType, '{"DomainName":"orb-dev"}')).to.have.length(3);
    expect(await rejected(list(groupType))).to.match(/^InvalidRequestException 400/);
  });

  it("acts at CodeArtifact with the permissions of the caller, who comes by way of a service", async () => {
    const statement = (Action: string, Condition?: object) => ({
      Effect: "Allow",
      Action,
      Resource: "*",
      ...(Condition && { Condition }),
    });
    const as = (name: string, ...statements: readonly object[]) =>
      new CloudControlClient(options(assumedSession(context, name, statements)));
    const onlyCloudControl = as("cloud-control", statement("cloudformation:CreateResource"));
    const byService = as(
      "by-service",
      statement("cloudformation:CreateResource"),
      statement("codeartifact:*PackageGroup", { Bool: { "aws:ViaAWSService": "true" } }),
    );
    const powerless = as("powerless", statement("codeartifact:*"));
    const desired = { DomainName: "orb-dev", Pattern: "/pypi//caller-*" };

    const denied = await create(groupType, desired, {}, onlyCloudControl);
    expect(outcome(denied)).to.match(/^FAILED AccessDenied User: .* codeartifact:CreatePackageGroup on resource: \*/);
    expect(await rejected(create(groupType, desired, {}, powerless))).to.match(
      /^AccessDeniedException 400: .*cloudformation:CreateResource/,
    );
    expect(outcome(await create(groupType, desired, {}, byService))).to.equal("SUCCESS");
    [onlyCloudControl, byService, powerless].forEach((one) => {
      one.destroy();
    });
  });

  it("makes a domain with a key of the account only for a caller that may use the key", async () => {
    const { arn, keyId } = context.account.kms.createKey();
    const allowed = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
    const make = async (domain: string, ...statements: readonly object[]) => {
      const maker = new CodeartifactClient(options(assumedSession(context, "maker", statements)));
      try {
        return await rejected(maker.send(new CreateDomainCommand({ domain, encryptionKey: arn })));
      } finally {
        maker.destroy();
      }
    };
    const onDomain = allowed("codeartifact:CreateDomain", "*");

    expect(await make("orb-keyed", onDomain)).to.match(/^AccessDeniedException 403: .*kms:DescribeKey/);
    expect(await make("orb-keyed", onDomain, allowed("kms:DescribeKey", arn))).to.match(
      /^AccessDeniedException 403: .*kms:CreateGrant/,
    );
    expect(await make("orb-keyed", onDomain, allowed("kms:*", arn))).to.equal("answered");
    context.account.kms.disableKey({ keyId });
    expect(await make("orb-other", onDomain, allowed("kms:*", arn))).to.match(
      /^ValidationException 400: Invalid encryption key .*: its state is Disabled\. Give a key that is enabled\.$/,
    );
  });
});
