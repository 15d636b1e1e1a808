import { AccessAnalyzerClient } from "@aws-sdk/client-accessanalyzer";
import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { arnParts, nameInArn } from "../../iam/arns";
import type { SandboxAccount } from "../../sandbox/account";
import type { Settings } from "../../settings";
import { deployWithOtherStacks } from "../access/otherStacks";
import { accessTable } from "../access/table";
import { ask, clientConfiguration } from "../aws/clients";
import type { Progress } from "../terminal/progress";
import { wrongAccountError } from "../verify/boundaries";
import { modelAccount } from "../verify/declaredRegistry";
import type { CanaryReport } from "./canary";
import { stackDocuments, textsOfPolicies } from "./documents";
import { type NotAsked, tableQuestions } from "./questions";
import { simulate, type SimulationReport } from "./simulation";
import { isSerious, validate, type ValidationReport } from "./validation";

/** What AWS said about one stack. */
export interface SmokeReport {
  readonly stack: string;
  readonly domain: string;
  readonly region: string;
  readonly account: string;
  readonly validation: ValidationReport;
  readonly simulation: SimulationReport & {
    /** Of the access table. */
    readonly rows: number;
    /** Rows, or parts of them, that the API has no form for. */
    readonly notAsked: readonly NotAsked[];
  };
  /** Absent without `--publish`. */
  readonly canary?: CanaryReport;
  readonly warnings: readonly string[];
}

/** What AWS is asked through. */
export interface SmokeClients {
  readonly accessAnalyzer: AccessAnalyzerClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

/** @param profile - the AWS profile to ask with */
export async function smokeClients({ aws }: Settings, profile?: string): Promise<SmokeClients> {
  const at = clientConfiguration(aws, profile);
  // A call that AWS throttles is sent again, later each time.
  const patience = { maxAttempts: 8, retryMode: "adaptive" } as const;
  return {
    accessAnalyzer: new AccessAnalyzerClient({ ...(await at("accessanalyzer")), ...patience }),
    iam: new IAMClient({ ...(await at("iam")), ...patience }),
    sts: new STSClient(await at("sts")),
  };
}

/**
 * Asks AWS about everything that a stack's program declares, whether or not it is deployed. Nothing is changed.
 *
 * @param directory - the folder of Pulumi.yaml
 * @throws CommandError with exit code 2 where AWS does not let ask, or the credentials are of an account not meant
 * @throws SettingsError, EngineError where the stack's program does not say what it declares
 */
export async function smoke(
  directory: string,
  stack: string,
  settings: Settings,
  clients: SmokeClients,
  progress: Progress,
): Promise<SmokeReport> {
  const { domain, aws } = settings;
  const { Account: accountId = "" } = await ask("whose the credentials are", () =>
    clients.sts.send(new GetCallerIdentityCommand({})),
  );
  if (aws.allowedAccountIds?.includes(accountId) === false) {
    throw wrongAccountError(stack, accountId, aws.allowedAccountIds);
  }
  const account = modelAccount(settings, accountId);
  const boundary = await addBoundary(account, settings, clients.iam);
  progress.wait(`running the program of stack ${stack}`);
  const { deployment, otherStacks, missing } = await deployWithOtherStacks(directory, stack, account);
  progress.wait("deciding every attempt");
  const { asked, ...questions } = tableQuestions(accessTable(deployment, otherStacks), textsOfPolicies(account));
  progress.wait("asking AWS about documents");
  const validation = await validate(clients, stackDocuments(deployment, boundary), progress);
  progress.wait("asking AWS for decisions");
  const simulation = await simulate(clients.iam, asked, progress);
  progress.end();
  return {
    stack,
    domain,
    region: aws.region,
    account: accountId,
    validation,
    simulation: { ...questions, ...simulation },
    warnings: [...deployment.warnings, ...missing],
  };
}

/**
 * 0 where AWS and this project agree, 1 where they differ, 2 where AWS did not take a question.
 */
export function exitCodeOf({ validation, simulation, canary }: SmokeReport): number {
  const differs =
    validation.findings.some(isSerious) ||
    validation.keyDifferences.length > 0 ||
    simulation.differences.length > 0 ||
    canary?.steps.some(({ expected, seen }) => expected !== seen) === true;
  return differs ? 1 : simulation.rejected.length > 0 ? 2 : 0;
}

/**
 * Makes the permissions boundary of the settings in the model as it is in the account: what it says is not this program's.
 *
 * @returns its JSON text
 */
async function addBoundary(
  { iam, accountId }: SandboxAccount,
  { permissionsBoundary: arn }: Settings,
  client: IAMClient,
): Promise<string | undefined> {
  if (arn === undefined) {
    return undefined;
  }
  const { Policy: policy } = await ask(`permissions boundary ${arn}`, () =>
    client.send(new GetPolicyCommand({ PolicyArn: arn })),
  );
  const { PolicyVersion: version } = await ask(`the document of permissions boundary ${arn}`, () =>
    client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy?.DefaultVersionId })),
  );
  const document = decodeURIComponent(version?.Document ?? "");
  if (arnParts(arn).account === accountId) {
    const path = arn.slice(arn.indexOf(":policy") + ":policy".length, -nameInArn(arn).length);
    iam.policies.create({ policyName: nameInArn(arn), path, policyDocument: document });
  }
  return document;
}
