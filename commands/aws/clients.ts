import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import type { AwsPlace } from "../../settings/awsProvider";
import { CommandError } from "../cli";
import { configuredEndpoint } from "./endpoint";

// The SDK would say on every run that its next versions need a newer Node. Its version is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Exit code of a command that could not look. */
export const couldNotLook = 2;

/** What AWS is asked through. */
export interface AwsClients {
  readonly codeartifact: CodeartifactClient;
  readonly iam: IAMClient;
  readonly cloudTrail: CloudTrailClient;
  readonly logs: CloudWatchLogsClient;
  readonly eventBridge: EventBridgeClient;
}

/** An option that names an AWS profile. @param purpose - such as `to ask with` */
export function profileOption(purpose: string) {
  return {
    type: "text",
    value: "NAME",
    help: `the AWS profile ${purpose} (default: aws:profile of the stack, or the usual credentials)`,
  } as const;
}

/**
 * How a client of the SDK asks a service: where, and with which credentials.
 *
 * @param profile - the AWS profile to ask with; by default the usual credentials
 * @returns takes the service as config files name it, such as `codeartifact`
 */
export function clientConfiguration({ region, profile: ofStack }: AwsPlace, profile = ofStack) {
  return async (service: string) => ({
    region,
    profile,
    ignoreConfiguredEndpointUrls: true,
    endpoint: await configuredEndpoint(service, profile),
  });
}

/** @param profile - the AWS profile to ask with; by default the usual credentials */
export async function awsClients(place: AwsPlace, profile?: string): Promise<AwsClients> {
  const at = clientConfiguration(place, profile);
  return {
    codeartifact: new CodeartifactClient(await at("codeartifact")),
    iam: new IAMClient(await at("iam")),
    // LookupEvents takes two requests a second of an account and region.
    cloudTrail: new CloudTrailClient({ ...(await at("cloudtrail")), maxAttempts: 10 }),
    logs: new CloudWatchLogsClient(await at("cloudwatch_logs")),
    eventBridge: new EventBridgeClient(await at("eventbridge")),
  };
}

/**
 * Watches where requests are sent, which the environment or a profile may have changed.
 *
 * @returns tells the last one: `https://HOST:PORT`
 */
export function watchAddress({ middlewareStack }: CodeartifactClient): () => string {
  let address = "";
  middlewareStack.add(
    (next) => (args) => {
      const { protocol, hostname, port } = args.request as Addressed;
      address = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
      return next(args);
    },
    { step: "build", name: "watchAddress", override: true },
  );
  return () => address;
}

/** A request of the SDK's, which does not say so. */
interface Addressed {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/** @throws CommandError with exit code 2 that says what was asked and what AWS answered, or how to get credentials */
export async function ask<Answer>(what: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    const { name, message } = error as Error;
    throw new CommandError(`Could not look: ${what}: ${name}: ${message}${wayOut(name)}`, couldNotLook);
  }
}

/** What is there, or nothing where AWS has no such thing. @throws CommandError as `ask` does */
export function find<Answer>(what: string, request: () => Promise<Answer>): Promise<Answer | undefined> {
  return ask(what, async () => {
    try {
      return await request();
    } catch (error) {
      if (["ResourceNotFoundException", "NoSuchEntityException"].includes((error as Error).name)) {
        return undefined;
      }
      throw error;
    }
  });
}

/** Every item of all pages. @throws CommandError as `ask` does */
export function list<Page, Item>(
  what: string,
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  return ask(what, () => collect(pages, items));
}

/** Every item of all pages. @throws what the SDK throws */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const page of pages) {
    found.push(...(items(page) ?? []));
  }
  return found;
}

/** Errors of the SDK's that come before any request: there are no credentials, or they have expired. */
function wayOut(errorName: string): string {
  return ["CredentialsProviderError", "TokenProviderError"].includes(errorName)
    ? ". Log in, such as with aws sso login, or name a profile that has credentials, by an option (see --help) or in " +
        "aws:profile of the stack. aws configure list-profiles shows those of this machine, and aws sts " +
        "get-caller-identity --profile NAME why one has none."
    : "";
}

/** Every action that `verify` asks AWS for; those of events and logs where the stack has an audit trail. */
export const verifyActions = [
  "codeartifact:DescribeDomain",
  "codeartifact:DescribeRepository",
  "codeartifact:GetAssociatedPackageGroup",
  "codeartifact:GetDomainPermissionsPolicy",
  "codeartifact:GetRepositoryEndpoint",
  "codeartifact:GetRepositoryPermissionsPolicy",
  "codeartifact:ListAllowedRepositoriesForGroup",
  "codeartifact:ListPackageGroups",
  "codeartifact:ListPackages",
  "codeartifact:ListPackageVersions",
  "codeartifact:ListRepositoriesInDomain",
  "codeartifact:ListTagsForResource",
  "events:DescribeRule",
  "events:ListTagsForResource",
  "events:ListTargetsByRule",
  "iam:GetOpenIDConnectProvider",
  "iam:GetPolicy",
  "iam:GetPolicyVersion",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListEntitiesForPolicy",
  "iam:ListPolicies",
  "iam:ListRolePolicies",
  "iam:ListRoles",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:ListTagsForResource",
];
