import * as grpc from "@grpc/grpc-js";
import { PluginAttach, type PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { SandboxAccount } from "../../../sandbox/account";
import { AwsError } from "../../../sandbox/core/awsError";
import { type ServedProvider, serveProvider } from "../../../sandbox/pulumi/serveProvider";
import { shipped } from "../../support/deployments";
import { FailingAccount } from "../../support/failingAccount";
import { type ProviderHooks, proxiedProvider, type ResourceCall } from "../../support/providerProxy";

type Properties = Record<string, JavaScriptValue>;

/** How Pulumi marks a secret among properties. */
const secret = (value: JavaScriptValue) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const struct = (properties: Properties) => Struct.fromJavaScript(properties);
const urn = (type: string) => `urn:pulumi:dev::package-registry::python-registry:index:PackageRegistry$${type}::thing`;
const domainUrn = urn("aws:codeartifact/domain:Domain");
const roleUrn = urn("aws:iam/role:Role");
const groupUrn = urn("aws-native:codeartifact:PackageGroup");
const domainArn = "arn:aws:codeartifact:us-east-1:123456789012:domain/orb";
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }],
});

interface Calls {
  readonly getPluginInfo: [Empty, PluginInfo];
  readonly attach: [PluginAttach, Empty];
  readonly cancel: [Empty, Empty];
  readonly handshake: [messages.ProviderHandshakeRequest, messages.ProviderHandshakeResponse];
  readonly getSchema: [messages.GetSchemaRequest, messages.GetSchemaResponse];
  readonly parameterize: [messages.ParameterizeRequest, messages.ParameterizeResponse];
  readonly configure: [messages.ConfigureRequest, messages.ConfigureResponse];
  readonly check: [messages.CheckRequest, messages.CheckResponse];
  readonly diff: [messages.DiffRequest, messages.DiffResponse];
  readonly create: [messages.CreateRequest, messages.CreateResponse];
  readonly read: [messages.ReadRequest, messages.ReadResponse];
  readonly update: [messages.UpdateRequest, messages.UpdateResponse];
  readonly invoke: [messages.InvokeRequest, messages.InvokeResponse];
}

type UnaryCall<Request, Response> = (
  request: Request,
  done: (error: grpc.ServiceError | null, response: Response) => void,
) => unknown;

describe("the provider as Pulumi's engine calls it", () => {
  let failing: FailingAccount;
  let account: SandboxAccount;
  let hooks: ProviderHooks;
  let served: ServedProvider;
  let clients: Readonly<Record<string, ResourceProviderClient>>;

  beforeEach(async () => {
    failing = new FailingAccount(new SandboxAccount());
    ({ account } = failing);
    hooks = {};
    served = await proxiedProvider(await serveProvider(account), () => hooks);
    clients = Object.fromEntries(
      served.environment.split(",").map((entry) => {
        const [name = "", port = ""] = entry.split(":");
        return [name, new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure())];
      }),
    );
  });

  afterEach(() => {
    Object.values(clients).forEach((client) => {
      client.close();
    });
    served.close();
  });

  /** Calls the provider `aws` unless another is named. */
  function call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name][0],
    provider = "aws",
  ): Promise<Calls[Name][1]> {
    return new Promise((resolve, reject) => {
      const client = clients[provider] as unknown as Record<keyof Calls, UnaryCall<Calls[Name][0], Calls[Name][1]>>;
      client[name](request, (error, response) => {
        if (error === null) {
          resolve(response);
        } else {
          reject(error);
        }
      });
    });
  }

  async function failureOf(answer: Promise<unknown>): Promise<grpc.ServiceError> {
    const failure = await answer.then(
      () => undefined,
      (error: unknown) => error as grpc.ServiceError,
    );
    return failure ?? expect.fail("nothing was rejected");
  }

  const creation = (of: string, properties: Properties, preview = false) =>
    new messages.CreateRequest().setUrn(of).setName("thing").setProperties(struct(properties)).setPreview(preview);
  const reading = (of: string, id: string, state: Properties = {}, inputs: Properties = {}) =>
    new messages.ReadRequest().setUrn(of).setId(id).setProperties(struct(state)).setInputs(struct(inputs));

  it("is two providers, each of the version that the program's classes are made for", async () => {
    const versions = ["aws", "aws-native"].map(async (name) =>
      (await call("getPluginInfo", new Empty(), name)).getVersion(),
    );

    expect(Object.keys(clients)).to.deep.equal(["aws", "aws-native"]);
    const { dependencies } = JSON.parse(shipped("package.json")) as { readonly dependencies: Record<string, string> };
    expect(await Promise.all(versions)).to.deep.equal([
      dependencies["@pulumi/aws"],
      dependencies["@pulumi/aws-native"],
    ]);
  });

  it("accepts an attach and a cancel, and answers that the optional calls are not implemented", async () => {
    await call("attach", new PluginAttach());
    await call("cancel", new Empty());
    const calls = [
      call("handshake", new messages.ProviderHandshakeRequest()),
      call("getSchema", new messages.GetSchemaRequest()),
      call("parameterize", new messages.ParameterizeRequest()),
    ];

    for (const call of calls) {
      expect((await failureOf(call)).code).to.equal(grpc.status.UNIMPLEMENTED);
    }
  });

  it("takes secrets, and answers previews itself", async () => {
    const response = await call("configure", new messages.ConfigureRequest().setArgs(struct({ region: "us-east-1" })));

    expect([response.getAcceptsecrets(), response.getSupportspreview()]).to.deep.equal([true, true]);
  });

  it("represents one account in one region, and for no other", async () => {
    const configured = (args: Properties) => call("configure", new messages.ConfigureRequest().setArgs(struct(args)));

    await configured({ region: "us-east-1", profile: "orb", allowedAccountIds: '["123456789012"]' });
    await configured({ allowedAccountIds: ["123456789012"] });
    await configured({ allowedAccountIds: "[123456789012]", forbiddenAccountIds: '["444455556666"]' });
    expect((await failureOf(configured({ region: "eu-west-1" }))).details).to.equal(
      'aws:region is "eu-west-1", and the sandbox is in us-east-1. Deploy the stack that it ' +
        "was started for, or start the sandbox again for this one.",
    );
    expect((await failureOf(configured({ allowedAccountIds: '["444455556666"]' }))).details).to.equal(
      "AWS account ID not allowed: 123456789012",
    );
    expect((await failureOf(configured({ forbiddenAccountIds: "[123456789012]" }))).details).to.equal(
      "AWS account ID forbidden: 123456789012",
    );
  });

  it("hands checked inputs back as they came, or says what is wrong with them", async () => {
    const checked = (news: Properties) =>
      call("check", new messages.CheckRequest().setUrn(domainUrn).setNews(struct(news)));
    const news = { domain: secret("orb") };

    expect((await checked(news)).getInputs()?.toJavaScript()).to.deep.equal(news);
    expect((await checked({})).getFailuresList().map((failure) => failure.toObject())).to.deep.equal([
      { property: "domain", reason: 'Missing required argument. The argument "domain" is required' },
    ]);
  });

  it("tells what has changed, and what of it takes another resource", async () => {
    const request = new messages.DiffRequest()
      .setUrn(domainUrn)
      .setOlds(struct({ domain: "orb", arn: domainArn, tags: { Team: "platform" }, tagsAll: {} }))
      .setNews(struct({ domain: unknownValue, tags: { Team: "data" } }));
    const response = await call("diff", request);
    const kinds = ["domain", "tags"].map((property) => response.getDetaileddiffMap().get(property)?.getKind());

    expect(response.getChanges()).to.equal(messages.DiffResponse.DiffChanges.DIFF_SOME);
    expect(response.getReplacesList()).to.deep.equal(["domain"]);
    expect(response.getDiffsList()).to.deep.equal(["domain", "tags"]);
    expect(kinds).to.deep.equal([messages.PropertyDiff.Kind.UPDATE_REPLACE, messages.PropertyDiff.Kind.UPDATE]);
    const same = await call("diff", request.setNews(struct({ domain: "orb", tags: { Team: "platform" } })));
    expect(same.getChanges()).to.equal(messages.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("leaves a package group's difference to the engine", async () => {
    const response = await call("diff", new messages.DiffRequest().setUrn(groupUrn), "aws-native");

    expect(response.getChanges()).to.equal(messages.DiffResponse.DiffChanges.DIFF_UNKNOWN);
    expect(response.getDeletebeforereplace()).to.equal(true);
  });

  it("asks AWS nothing for a preview, whose outputs are unknown", async () => {
    const calls: ResourceCall[] = [];
    hooks = { before: (seen) => void calls.push(seen) };
    const response = await call("create", creation(domainUrn, { domain: "orb", encryptionKey: unknownValue }, true));
    const planned = await call(
      "update",
      new messages.UpdateRequest()
        .setUrn(roleUrn)
        .setId("deploy")
        .setOlds(struct({ name: "deploy", arn: "arn:aws:iam::123456789012:role/deploy", description: "Deploys." }))
        .setOldInputs(struct({ name: "deploy", description: "Deploys." }))
        .setNews(struct({ name: "deploy", assumeRolePolicy: unknownValue }))
        .setPreview(true),
    );

    expect(response.getId()).to.equal("");
    expect(response.getProperties()?.toJavaScript()).to.deep.include({
      domain: "orb",
      arn: unknownValue,
      encryptionKey: unknownValue,
    });
    expect(planned.getProperties()?.toJavaScript()).to.deep.equal({
      name: "deploy",
      arn: "arn:aws:iam::123456789012:role/deploy",
      assumeRolePolicy: unknownValue,
    });
    expect(calls).to.deep.equal([]);
    expect(account.codeartifact.domains.list()).to.deep.equal([]);
  });

  it("gives AWS a secret's value, and keeps it secret in the state", async () => {
    const response = await call("create", creation(domainUrn, { domain: "orb", tags: { Team: secret("platform") } }));
    const found = await call(
      "read",
      reading(domainUrn, domainArn, response.getProperties()?.toJavaScript() as Properties, {
        domain: "orb",
        tags: secret({ Team: "platform" }),
      }),
    );

    expect(account.codeartifact.domains.describe({ domain: "orb" }).tags).to.deep.equal({ Team: "platform" });
    for (const properties of [response.getProperties(), found.getProperties(), found.getInputs()]) {
      expect(properties?.toJavaScript()).to.deep.include({ domain: "orb", tags: secret({ Team: "platform" }) });
    }
  });

  it("imports by id, and says so where there is nothing", async () => {
    account.codeartifact.domains.create({ domain: "orb", tags: { Team: "platform" } });
    const found = await call("read", reading(domainUrn, domainArn));
    const none = await call("read", reading(domainUrn, `${domainArn}-none`));

    expect(found.getId()).to.equal(domainArn);
    expect(found.getInputs()?.toJavaScript()).to.deep.include({ domain: "orb", tags: { Team: "platform" } });
    expect(found.getProperties()?.toJavaScript()).to.deep.include({ arn: domainArn, owner: "123456789012" });
    expect(none.getId()).to.equal("");
  });

  it("answers functions", async () => {
    const { arn } = account.kms.createKey();
    const request = new messages.InvokeRequest().setTok("aws:kms/getKey:getKey").setArgs(struct({ keyId: arn }));

    expect((await call("invoke", request)).getReturn()?.toJavaScript()).to.deep.include({
      arn,
      keyManager: "CUSTOMER",
    });
    expect((await failureOf(call("invoke", request.setArgs(struct({ keyId: "none" }))))).details).to.equal(
      "Key 'arn:aws:kms:us-east-1:123456789012:key/none' does not exist",
    );
  });

  it("passes AWS's error on in the provider's words", async () => {
    const role = creation(roleUrn, { name: "deploy", assumeRolePolicy: trust });
    await call("create", role);
    const failure = await failureOf(call("create", role));

    expect(failure.code).to.equal(grpc.status.UNKNOWN);
    expect(failure.details).to.equal(
      "creating IAM Role (deploy): EntityAlreadyExists: Role with name deploy already exists.",
    );
    expect(failure.metadata.get("grpc-status-details-bin")).to.deep.equal([]);
  });

  it("hands on what exists of a resource that AWS made and then rejected to complete", async () => {
    account.codeartifact.domains.create({ domain: "orb" });
    failing.failOnce(
      "codeartifact.packageGroups.updateOriginConfiguration",
      new AwsError("ThrottlingException", "Rate exceeded"),
    );
    const request = creation(groupUrn, {
      domainName: "orb",
      pattern: "/pypi/*",
      originConfiguration: { restrictions: { publish: { restrictionMode: "BLOCK" } } },
    });
    const failure = await failureOf(call("create", request, "aws-native"));
    const [details] = failure.metadata.get("grpc-status-details-bin");
    const [packed] = Status.deserializeBinary(details as Buffer).getDetailsList();
    const made = messages.ErrorResourceInitFailed.deserializeBinary(packed!.getValue_asU8());

    expect(failure.details).to.equal('operation CREATE failed with "GeneralServiceException": Rate exceeded');
    expect(packed!.getTypeName()).to.equal("pulumirpc.ErrorResourceInitFailed");
    expect(made.getId()).to.equal("arn:aws:codeartifact:us-east-1:123456789012:package-group/orb/pypi/%2a");
    expect(made.getReasonsList()).to.deep.equal([failure.details]);
    expect(made.getProperties()?.toJavaScript()).to.deep.include({ domainName: "orb", pattern: "/pypi/*" });
  });

  it("rejects a type that is not modelled", async () => {
    const failure = await failureOf(call("create", creation(urn("aws:s3/bucket:Bucket"), {})));

    expect(failure.details).to.match(/^aws:s3\/bucket:Bucket is not modelled\. Known: /);
  });

  it("lets a test wait around a call", async () => {
    const seen: string[] = [];
    hooks = {
      before: ({ operation }) =>
        void seen.push(`before ${operation}, ${account.codeartifact.domains.list().length} there`),
      after: ({ operation }) =>
        void seen.push(`after ${operation}, ${account.codeartifact.domains.list().length} there`),
    };
    await call("create", creation(domainUrn, { domain: "orb" }));

    expect(seen).to.deep.equal(["before create, 0 there", "after create, 1 there"]);
  });
});
