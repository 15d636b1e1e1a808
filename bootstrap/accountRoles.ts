import { Policy, type PolicyArgs } from "@pulumi/aws/iam/policy";
import * as pulumi from "@pulumi/pulumi";
import { GithubActionsRole } from "../components/githubActionsRole";
import { environmentContext, type GithubJob } from "../github/jobs";
import type { PolicyDocument } from "../iam/documents";
import { documentText } from "../iam/limits";
import { deployRoleName } from "../naming/registryNames";
import { boundaryPolicy } from "./permissions/boundary";
import { deployPolicy } from "./permissions/deploying";
import { functionParts, functionPolicy, lambdaDeployPolicy, layerPolicy } from "./permissions/lambda";
import { inspectionPolicy, type StackPermissions } from "./permissions/reading";
import { readStateStatements, writeStateStatements } from "./permissions/state";
import { type BootstrapSettings, boundaryName, deployWorkflow, type Environment, inspectionName } from "./settings";
import { accountOf, registryTargets } from "./targets";

/** The GitHub environment that previews run in. */
export const previewEnvironment = "preview";

/** By environment. */
type ByEnvironment = pulumi.Output<Readonly<Record<string, string>>>;

/** What an administrator hands to GitHub and to the stack files. */
export interface AccountRoles {
  readonly previewRoleArn: pulumi.Output<string>;
  readonly deployRoleArns: ByEnvironment;
  readonly permissionsBoundaryArns: ByEnvironment;
  /** Of the environments that deploy Lambda layers and functions. */
  readonly lambdaDeployerRoleArns: ByEnvironment;
}

/** Makes the role that previews, and for each environment the role that deploys and the policy that bounds what it makes. */
export function createAccountRoles(settings: BootstrapSettings, oidcProviderArn: pulumi.Output<string>): AccountRoles {
  const { source, environments, issuer, projectId, region, state } = settings;
  const tags = { Project: projectId, ManagedBy: "pulumi" };
  const role = { issuer, oidcProviderArn, sessionDuration: 3600, tags };
  const permissionsFor = (environment: Environment) =>
    oidcProviderArn.apply((arn): StackPermissions => {
      const account = accountOf(arn, region);
      return { account, registry: registryTargets(account, environment), projectId };
    });
  const policy = (
    name: string,
    args: Pick<PolicyArgs, "name" | "description">,
    document: pulumi.Output<PolicyDocument>,
  ) => new Policy(name, { ...args, policy: document.apply(documentText), tags }).arn;

  const made = environments.map((environment) => {
    const { name, domain } = environment;
    const permissions = permissionsFor(environment);
    const boundary = policy(
      `${name}-boundary`,
      { name: boundaryName(domain), description: `Bounds every role of ${domain}.` },
      permissions.apply(({ registry }) => boundaryPolicy(registry)),
    );
    const inspection = policy(
      `${name}-inspection`,
      { name: inspectionName(domain), description: `Looks at ${domain}, and fetches no package of it.` },
      permissions.apply((known) => inspectionPolicy(known, readStateStatements(known.account, state, name))),
    );
    const deploy = new GithubActionsRole(`${name}-deploy`, {
      ...role,
      roleName: deployRoleName(domain),
      job: deployJob(source, environment),
      permissions: permissions.apply((known) =>
        deployPolicy(
          known,
          { deletes: environment.deletes, shares: environment.shares },
          writeStateStatements(known.account, state, name),
        ),
      ),
      sharedPolicyArns: { inspection },
    });
    return { name, boundary, inspection, deploy: deploy.arn };
  });
  const byName = (pick: (one: (typeof made)[number]) => pulumi.Output<string>) =>
    Object.fromEntries(made.map((one) => [one.name, pick(one)]));

  const lambda = (settings.lambda?.deployers ?? []).map(({ environment, ...deployer }) => {
    const { targets, ...identity } = deployer;
    const parts = functionParts(targets);
    const account = oidcProviderArn.apply((arn) => accountOf(arn, region));
    const permissions = parts.length === 0 ? lambdaDeployPolicy : layerPolicy;
    const functions = parts.map((names, index) => {
      const part = `functions-${index + 1}`;
      const arn = policy(
        `${environment}-lambda-${part}`,
        { name: `${deployer.roleName}-${part}`, description: `Deploys some of the functions of ${environment}.` },
        account.apply((known) => functionPolicy(known, targets, names)),
      );
      return [part, arn] as const;
    });
    const { arn } = new GithubActionsRole(`${environment}-lambda-deployer`, {
      ...role,
      ...identity,
      permissions: account.apply((known) => permissions(known, targets)),
      sharedPolicyArns: Object.fromEntries(functions),
    });
    return [environment, arn] as const;
  });

  const preview = new GithubActionsRole("preview", {
    ...role,
    roleName: settings.previewRoleName,
    job: previewJob(settings),
    sharedPolicyArns: byName(({ inspection }) => inspection),
  });
  return {
    previewRoleArn: preview.arn,
    deployRoleArns: pulumi.output(byName(({ deploy }) => deploy)),
    permissionsBoundaryArns: pulumi.output(byName(({ boundary }) => boundary)),
    lambdaDeployerRoleArns: pulumi.output(Object.fromEntries(lambda)),
  };
}

/** A preview runs for any branch's pull request, so neither ref nor workflow can be named: the role may only read. */
export function previewJob({ source }: BootstrapSettings): GithubJob {
  return { ...source, subjectContext: environmentContext(previewEnvironment) };
}

/** The one job that deploys an environment. */
export function deployJob(source: BootstrapSettings["source"], { name, ref }: Environment): GithubJob {
  return {
    ...source,
    subjectContext: environmentContext(name),
    ref,
    jobWorkflowRef: `${source.repository}/${deployWorkflow}@${ref}`,
  };
}
