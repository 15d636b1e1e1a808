import { type LambdaTargets, lambdaDeployPolicy } from "../../../bootstrap/permissions/lambda";
import { accountOf } from "../../../bootstrap/targets";
import { environmentContext } from "../../../github/jobs";
import { githubIssuer, trustPolicy } from "../../../iam/trust";
import type { SandboxAccount } from "../../../sandbox/account";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import { readCode } from "../../../sandbox/lambda/code";
import { functionReference } from "../../../sandbox/lambda/names";
import type { Session } from "../../../sandbox/sts/sts";
import { awsEnvironment, type ClientRegistry, openRegistry, type Party } from "../clients/registry";
import { zip } from "./archives";

/** A function before its first deployment by the deployer. */
export interface TeamFunction {
  readonly name: string;
  /** @default python3.12 */
  readonly runtime?: "python3.12" | "python3.13" | "python3.14";
  /** @default x86_64 */
  readonly architecture?: "x86_64" | "arm64";
}

/** A stack that is served to real clients, with what a team has in Lambda before its first deployment. */
export interface LambdaSandbox extends ClientRegistry {
  readonly deployer: Omit<Party, "token">;
  readonly administrator: Session;
  /** What the AWS CLI takes to be the deployer, or another session. */
  readonly environment: (session?: Session) => Readonly<Record<string, string>>;
}

/** ARN of the role that a team's functions run as. */
export const functionRole = "arn:aws:iam::123456789012:role/orb-functions";

/**
 * Serves stack dev, with the functions and the bucket, and the role that bootstrap makes for the team's deployments.
 *
 * @param names - that the deployer may change; the account has `functions` and the bucket, and no layer
 * @param functions - that the account has @default - those that the deployer may change
 */
export async function openLambdaSandbox(
  names: LambdaTargets,
  functions: readonly TeamFunction[] = names.functions.map((name) => ({ name })),
): Promise<LambdaSandbox> {
  const registry = await openRegistry();
  const { account, sts, domain } = registry.context;
  await addFunctions(account, functions);
  if (names.bucket !== undefined) {
    account.s3.createBucket(names.bucket);
  }
  const job = registry.reader.job;
  const roleArn = addDeployer(registry, `${domain}-lambda-deployer`, names);
  const credentials = await assumeRoleAsJob(registry.address, job, roleArn);
  const session = "accessKeyId" in credentials ? sts.find(credentials.accessKeyId) : undefined;
  if (session === undefined) {
    throw new Error(`${roleArn} rejects its job: ${JSON.stringify(credentials)}`);
  }
  return {
    ...registry,
    deployer: { job, roleArn, session },
    administrator: sts.administrator(),
    environment: (as = session) => awsEnvironment(registry, as),
  };
}

/** Makes functions as an administrator does, with code that returns its event. */
export async function addFunctions(account: SandboxAccount, functions: readonly TeamFunction[]): Promise<void> {
  const code = await readCode(await zip(["app.py", "def handler(event, context):\n    return event\n"]));
  for (const { name, runtime = "python3.12", architecture = "x86_64" } of functions) {
    const reference = functionReference(account, name);
    account.lambda.functions.create(
      reference,
      {
        ...{ runtime, architecture, role: functionRole, handler: "app.handler", description: "", layers: [] },
        ...{ timeout: 3, memorySize: 128, environment: undefined },
      },
      code,
    );
    // It is read once, so that it is ready.
    account.lambda.functions.get(reference);
  }
}

/** Makes the role, for the job in which the stack's reader builds layers. @returns its ARN */
export function addDeployer({ context, reader }: ClientRegistry, roleName: string, names: LambdaTargets): string {
  const { account } = context;
  const provider = account.iam.oidcProviders.list()[0]!;
  const { repository, environment = "", ref, workflow = "" } = reader.job;
  const { repositoryId, ownerId } = { repositoryId: "700000001", ownerId: "700000002" };
  const job = {
    ...{ repository, repositoryId, ownerId, ref, subjectContext: environmentContext(environment) },
    jobWorkflowRef: `${repository}/${workflow}@${ref ?? ""}`,
  };
  const { arn } = account.iam.roles.create({
    roleName,
    assumeRolePolicyDocument: JSON.stringify(trustPolicy(job, githubIssuer(), provider.arn)),
  });
  const permissions = lambdaDeployPolicy(accountOf(provider.arn, account.region), names);
  account.iam.roles.putPolicy({ roleName, policyName: "permissions", policyDocument: JSON.stringify(permissions) });
  return arn;
}
