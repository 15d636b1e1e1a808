import {
  GetContextKeysForCustomPolicyCommand,
  IAMClient,
  paginateSimulateCustomPolicy,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { iam as iamService } from "../../../sandbox/iam/api/iam";
import { sts } from "../../../sandbox/sts/api";
import { bareSandbox, type Served } from "../../support/sandbox/identities";

const owner = "123456789012";
const repository = `arn:aws:codeartifact:eu-central-1:${owner}:repository/orb-dev/app`;
const statement = (given: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "codeartifact:Read*", ...given } });
const reads = statement({ Resource: repository });
const everything = statement({ Action: "*", Resource: "*" });

describe("SimulateCustomPolicy", () => {
  const bare = bareSandbox();
  let served: Served;
  let client: IAMClient;

  before(async () => {
    bare.clock.now = new Date();
    served = await bare.serve(queryRoutes(bare.context, [sts, iamService]));
    const { accessKeyId, secretAccessKey, sessionToken } = bare.context.sts.administrator();
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    client = new IAMClient({ region: "us-east-1", endpoint: served.address, credentials, maxAttempts: 1 });
  });

  after(() => served.close());

  const simulate = async (given: Partial<SimulateCustomPolicyCommandInput>) => {
    const { EvaluationResults: results = [] } = await client.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [reads],
        ActionNames: ["codeartifact:ReadFromRepository"],
        ResourceArns: [repository],
        ...given,
      }),
    );
    return results;
  };
  const verdict = async (given: Partial<SimulateCustomPolicyCommandInput>) =>
    (await simulate(given)).map(({ EvalDecision }) => EvalDecision);
  const rejected = async (given: Partial<SimulateCustomPolicyCommandInput>) => {
    const error = await simulate(given).catch((reason: unknown) => reason);
    return `${(error as Error).name}: ${(error as Error).message}`;
  };

  it("answers for every action on every resource, with the statement's document", async () => {
    const results = await simulate({
      ActionNames: ["codeartifact:ReadFromRepository", "codeartifact:DeleteRepository"],
      ResourceArns: [repository, `${repository}-other`],
    });

    expect(
      results.map(({ EvalActionName, EvalResourceName, EvalDecision, MatchedStatements = [] }) => [
        EvalActionName,
        EvalResourceName === repository ? "app" : "other",
        EvalDecision,
        MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId).join(" "),
      ]),
    ).to.deep.equal([
      ["codeartifact:ReadFromRepository", "app", "allowed", "PolicyInputList.1"],
      ["codeartifact:ReadFromRepository", "other", "implicitDeny", ""],
      ["codeartifact:DeleteRepository", "app", "implicitDeny", ""],
      ["codeartifact:DeleteRepository", "other", "implicitDeny", ""],
    ]);
  });

  it("tells an explicit denial from a missing right", async () => {
    const deny = statement({ Effect: "Deny", Resource: repository });
    expect(await verdict({ PolicyInputList: [everything, deny] })).to.deep.equal(["explicitDeny"]);
    expect(await verdict({ PolicyInputList: [everything] })).to.deep.equal(["allowed"]);
  });

  it("compares the given context, and says which keys of the documents are missing in it", async () => {
    const condition = { StringEquals: { "aws:PrincipalAccount": owner } };
    const policies = [statement({ Resource: repository, Condition: condition })];
    const [given] = await simulate({
      PolicyInputList: policies,
      ContextEntries: [{ ContextKeyName: "aws:principalaccount", ContextKeyType: "string", ContextKeyValues: [owner] }],
    });
    const [missing] = await simulate({ PolicyInputList: policies });

    expect([given?.EvalDecision, given?.MissingContextValues]).to.deep.equal(["allowed", []]);
    expect([missing?.EvalDecision, missing?.MissingContextValues]).to.deep.equal([
      "implicitDeny",
      ["aws:PrincipalAccount"],
    ]);
  });

  it("applies a boundary, and says whether it allows the request", async () => {
    const boundary = statement({ Action: "codeartifact:DescribeRepository", Resource: "*" });
    const [stopped] = await simulate({ PermissionsBoundaryPolicyInputList: [boundary] });
    const [passed] = await simulate({ PermissionsBoundaryPolicyInputList: [everything] });

    expect([stopped?.EvalDecision, stopped?.PermissionsBoundaryDecisionDetail]).to.deep.equal([
      "implicitDeny",
      { AllowedByPermissionsBoundary: false },
    ]);
    expect([passed?.EvalDecision, passed?.PermissionsBoundaryDecisionDetail]).to.deep.equal([
      "allowed",
      { AllowedByPermissionsBoundary: true },
    ]);
  });

  it("takes a resource policy with a user as its caller, within an account and across two", async () => {
    const opens = statement({ Resource: repository, Principal: { AWS: "arn:aws:iam::444455556666:root" } });
    const across = { PolicyInputList: [everything], CallerArn: "arn:aws:iam::444455556666:user/a" };
    const closed = opens.replace("444455556666", "777788889999");

    expect(await verdict({ ...across, ResourcePolicy: opens })).to.deep.equal(["allowed"]);
    expect(await verdict({ ...across, ResourcePolicy: closed })).to.deep.equal(["implicitDeny"]);
    const caller = `arn:aws:iam::${owner}:user/a`;
    expect(await verdict({ ResourcePolicy: opens, CallerArn: caller })).to.deep.equal(["allowed"]);
    expect(await rejected({ ResourcePolicy: opens })).to.include("InvalidInputException: CallerArn is required");
    const role = `arn:aws:iam::${owner}:role/a`;
    expect(await rejected({ ResourcePolicy: opens, CallerArn: role })).to.include("is not the ARN of an IAM user");
  });

  it("rejects a document that IAM rejects, and says of one that is not evaluated that it cannot decide", async () => {
    expect(await rejected({ PolicyInputList: ["{}"] })).to.match(/^InvalidInputException: PolicyInputList\.1: /);
    const date = { DateEquals: {} };
    expect(await rejected({ PolicyInputList: [statement({ Resource: "*", Condition: date })] })).to.match(
      /^PolicyEvaluationException: The sandbox cannot decide this/,
    );
    expect(await verdict({})).to.deep.equal(["allowed"]);
  });

  it("answers in pages", async () => {
    const pages: number[] = [];
    const input = {
      PolicyInputList: [reads],
      ActionNames: ["codeartifact:ReadFromRepository", "codeartifact:DeleteRepository"],
      ResourceArns: [repository, `${repository}-other`],
    };
    for await (const { EvaluationResults = [] } of paginateSimulateCustomPolicy({ client, pageSize: 3 }, input)) {
      pages.push(EvaluationResults.length);
    }
    expect(pages).to.deep.equal([3, 1]);
  });

  it("lists the condition keys of documents by GetContextKeysForCustomPolicy", async () => {
    const PolicyInputList = [
      reads,
      statement({ Resource: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ];
    const { ContextKeyNames } = await client.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }));
    expect(ContextKeyNames).to.deep.equal(["aws:SecureTransport"]);
  });
});
