import { expect } from "chai";
import { deployJob } from "../../bootstrap/accountRoles";
import { intendedRuns } from "../../commands/access/impostors";
import { audience } from "../../iam/trust";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { identityClaims } from "../../sandbox/github/issuer";
import { type AccountSandbox, openSandbox } from "../../sandbox/sandbox";
import { accountId, prepareAccount, stacks } from "../support/bootstrap/account";
import { callsOf } from "../support/bootstrap/providerCalls";
import { phases, type RecordedCall, type Recording, recordings, Replay } from "../support/recordedCalls";
import { createSigner } from "../support/sandbox/identityTokens";
import { errorOf } from "../support/sandbox/sdkErrors";

/**
 * What a deploy role may not do, by recording. An administrator makes domains, repositories, keys and OIDC providers, and makes and
 * changes the audit trail.
 */
const administratorOnly: Readonly<Record<string, readonly string[]>> = {
  domain: ["create codeartifact:CreateDomain", "delete codeartifact:DeleteDomain"],
  eventRule: [
    "create events:PutRule",
    "update events:TagResource",
    "update events:PutRule",
    "update events:UntagResource",
    "update events:PutRule",
    "delete events:DeleteRule",
  ],
  eventTarget: ["create events:PutTargets", "delete events:RemoveTargets"],
  key: ["create kms:CreateKey", "delete kms:ScheduleKeyDeletion"],
  logGroup: [
    "create logs:CreateLogGroup",
    "create logs:PutRetentionPolicy",
    "update logs:TagResource",
    "update logs:PutRetentionPolicy",
    "update logs:UntagResource",
    "update logs:PutRetentionPolicy",
    "delete logs:DeleteLogGroup",
  ],
  logResourcePolicy: [
    "create logs:PutResourcePolicy",
    "update logs:PutResourcePolicy",
    "delete logs:DeleteResourcePolicy",
  ],
  oidcProvider: [
    "create iam:CreateOpenIDConnectProvider",
    "create iam:GetOpenIDConnectProvider",
    "read iam:GetOpenIDConnectProvider",
    "update iam:UpdateOpenIDConnectProviderThumbprint",
    "update iam:TagOpenIDConnectProvider",
    "update iam:GetOpenIDConnectProvider",
    "update iam:UntagOpenIDConnectProvider",
    "update iam:GetOpenIDConnectProvider",
    "delete iam:DeleteOpenIDConnectProvider",
  ],
  repository: ["create codeartifact:CreateRepository", "delete codeartifact:DeleteRepository"],
  store: ["create codeartifact:CreateRepository", "delete codeartifact:DeleteRepository"],
};

/** What AWS answers to the first read after a deletion. A key is there until its waiting period is over. */
const afterDeletion: Readonly<Record<string, string>> = {
  domain: "ResourceNotFoundException 404",
  domainPermissions: "ResourceNotFoundException 404",
  eventRule: "ResourceNotFoundException 400",
  eventTarget: "answered",
  key: "answered",
  logGroup: "ResourceNotFoundException 400",
  logResourcePolicy: "answered",
  oidcProvider: "NoSuchEntityException 404",
  packageGroup: "ResourceNotFoundException 400",
  policy: "NoSuchEntityException 404",
  repository: "ResourceNotFoundException 404",
  repositoryPermissionsPolicy: "ResourceNotFoundException 404",
  role: "NoSuchEntityException 404",
  rolePolicy: "NoSuchEntityException 404",
  rolePolicyAttachment: "answered",
  roleWithPolicies: "NoSuchEntityException 404",
  store: "ResourceNotFoundException 404",
};

/** No stack of the registry has an OIDC provider, and the calls for a role with policies are those of three resources. */
const undecided = ["oidcProvider", "roleWithPolicies"];

const unprotected = { protect: false, retainOnDelete: false, dependencies: [] } as const;

/** How a call ends. Cloud Control answers before its handler has ended, which the call for its progress tells. */
async function outcomeOf(replay: Replay, call: RecordedCall): Promise<string> {
  let status: unknown;
  const error = await errorOf(
    replay.send(call).then(({ ProgressEvent }) => {
      status = (ProgressEvent as { readonly OperationStatus?: string } | undefined)?.OperationStatus;
    }),
  );
  return call.operation === "cloudcontrol:GetResourceRequestStatus" && error === "answered" ? String(status) : error;
}

describe("what a real provider asked of AWS over the life of a resource", () => {
  let sandbox: AccountSandbox;
  let administrator: Replay;
  let deployer: Replay;

  beforeEach(async () => {
    const { account, settings, roles } = await prepareAccount({ sharedEnvironments: stacks });
    sandbox = await openSandbox({ account, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
    const { sts } = sandbox.context;
    const signer = await createSigner("deployer");
    sts.trustKeys(`https://${settings.issuer}`, signer.keys);
    const [run] = intendedRuns(
      deployJob(
        settings.source,
        settings.environments.find(({ name }) => name === "dev")!,
      ),
    );
    const session = await sts.assumeRoleWithWebIdentity({
      roleArn: roles.deploy.dev.arn,
      roleSessionName: "deploy",
      webIdentityToken: await signer.sign({
        iss: `https://${settings.issuer}`,
        ...identityClaims({ run, workflowRef: run.jobWorkflowRef }, audience, account.now()),
      }),
    });
    const given = new Map<string, string>();
    administrator = new Replay(sandbox.address, sts.administrator(), given);
    deployer = new Replay(sandbox.address, session, given);
  });

  afterEach(() => sandbox.close());

  const prepare = async ({ before }: Recording) => {
    for (const call of before) {
      expect(await outcomeOf(administrator, call), call.operation).to.equal("answered");
    }
  };
  const everyCall = (recording: Recording) =>
    phases.flatMap((phase) => recording[phase].map((call) => [phase, call] as const));
  const succeeded = (outcome: string) => outcome === "answered" || outcome === "SUCCESS";

  for (const recording of recordings) {
    const { name, type, recordedFrom } = recording;

    describe(`${name}, by ${recordedFrom}`, () => {
      it("is answered to an administrator, call by call", async () => {
        await prepare(recording);
        for (const [phase, call] of everyCall(recording)) {
          expect(await outcomeOf(administrator, call), `${phase} ${call.operation}`).to.satisfy(succeeded);
        }
        expect((await outcomeOf(administrator, recording.read.at(-1)!)).split(":")[0]).to.equal(afterDeletion[name]);
      });

      it("is answered to a deploy role, but for what an administrator does", async () => {
        const denied: string[] = [];
        await prepare(recording);
        for (const [phase, call] of everyCall(recording)) {
          const outcome = await outcomeOf(deployer, call);
          if (!succeeded(outcome)) {
            expect(outcome, `${phase} ${call.operation}`).to.match(/^AccessDenied(?:Exception)? 40[03]: /);
            expect(await outcomeOf(administrator, call)).to.satisfy(succeeded);
            denied.push(`${phase} ${call.operation}`);
          }
        }
        expect(denied).to.deep.equal(administratorOnly[name] ?? []);
      });

      if (!undecided.includes(name)) {
        it("is among the calls that the tests of the deploy role decide", () => {
          const inputs = name === "repository" ? { upstreams: [{ repositoryName: "pypi-store" }] } : {};
          const resource = { ...{ urn: "", type, name, parent: "", id: "", inputs }, ...unprotected };
          const decided = callsOf(resource, { account: accountId, region: "us-east-1" }, "boundary");
          const read = decided.read.map(({ action }) => action);
          for (const [phase, { operation }] of everyCall(recording)) {
            const known = [...read, ...decided[phase].map(({ action }) => action)];
            expect(known, phase).to.include(operation.replace("cloudcontrol:", "cloudformation:"));
          }
        });
      }
    });
  }
});
