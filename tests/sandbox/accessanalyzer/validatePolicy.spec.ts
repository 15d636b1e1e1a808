import {
  AccessAnalyzerClient,
  ListAnalyzersCommand,
  ValidatePolicyCommand,
  type ValidatePolicyCommandInput,
} from "@aws-sdk/client-accessanalyzer";
import { expect } from "chai";
import { accessAnalyzerRoutes } from "../../../sandbox/accessanalyzer/routes";
import type { Session } from "../../../sandbox/sts/sts";
import { bareSandbox, type Served } from "../../support/sandbox/identities";

const written = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: statement });
const identity = written({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
const trust = written({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "123456789012" } });
const resource = written({
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "*",
  Principal: { AWS: "123456789012" },
});

describe("IAM Access Analyzer", () => {
  const bare = bareSandbox();
  const { sts } = bare.context;
  let served: Served;

  const clientOf = ({ accessKeyId, secretAccessKey, sessionToken }: Session) =>
    new AccessAnalyzerClient({
      region: "eu-central-1",
      endpoint: served.address,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
  const validate = async (input: ValidatePolicyCommandInput, session = sts.administrator()) =>
    (await clientOf(session).send(new ValidatePolicyCommand(input))).findings ?? [];
  const errorOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => error) as Promise<Error>;

  before(async () => {
    bare.clock.now = new Date();
    served = await bare.serve(accessAnalyzerRoutes(bare.context));
  });

  after(() => served.close());

  for (const [kind, policyDocument, rest] of [
    ["an identity's policy", identity, { policyType: "IDENTITY_POLICY" }],
    [
      "a trust policy",
      trust,
      { policyType: "RESOURCE_POLICY", validatePolicyResourceType: "AWS::IAM::AssumeRolePolicyDocument" },
    ],
    ["a resource's policy", resource, { policyType: "RESOURCE_POLICY" }],
  ] as const) {
    it(`finds nothing in ${kind} that AWS takes, and one error in one that it does not take`, async () => {
      expect(await validate({ policyDocument, ...rest })).to.deep.equal([]);
      const [error, ...others] = await validate({ policyDocument: policyDocument.replace("Allow", "Permit"), ...rest });

      expect(others).to.deep.equal([]);
      expect(error?.findingType).to.equal("ERROR");
      expect(error?.findingDetails).to.include('Invalid effect: "Permit"');
    });
  }

  it("compares a document with the grammar of its own kind", async () => {
    const [asTrust] = await validate({
      policyDocument: resource,
      policyType: "RESOURCE_POLICY",
      validatePolicyResourceType: "AWS::IAM::AssumeRolePolicyDocument",
    });
    const [asIdentity] = await validate({ policyDocument: resource, policyType: "IDENTITY_POLICY" });

    expect(asTrust?.findingDetails).to.include("Has prohibited field Resource");
    expect(asIdentity?.findingDetails).to.include("Policy document should not specify a principal.");
  });

  it("rejects a request that does not fit the model", async () => {
    const error = await errorOf(
      validate({
        policyDocument: identity,
        policyType: "IDENTITY_POLICY",
        validatePolicyResourceType: "AWS::IAM::AssumeRolePolicyDocument",
      }),
    );
    expect([error.name, error.message.includes("is for a RESOURCE_POLICY")]).to.deep.equal([
      "ValidationException",
      true,
    ]);
  });

  it("denies a session without the right, and answers 501 for another operation", async () => {
    const session = sts.administrator();
    const nothing = [{ name: "none", document: written({ Effect: "Deny", Action: "*", Resource: "*" }) }];
    Object.assign(session, { caller: { ...session.caller, permissions: nothing } });
    const denied = await errorOf(validate({ policyDocument: identity, policyType: "IDENTITY_POLICY" }, session));
    const other = await errorOf(clientOf(sts.administrator()).send(new ListAnalyzersCommand({})));

    expect(denied.name).to.equal("AccessDeniedException");
    expect([other.name, other.message]).to.deep.equal([
      "NotImplemented",
      "access-analyzer:ListAnalyzers is not modelled.",
    ]);
  });
});
