import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  CodeartifactClient,
  DescribeDomainCommand,
  ListDomainsCommand,
  TagResourceCommand,
  UpdatePackageGroupOriginConfigurationCommand,
  UpdateRepositoryCommand,
} from "@aws-sdk/client-codeartifact";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient, ListPoliciesCommand, ListRolesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
// It keeps the SDK from warning of an old Node.
import "../../commands/aws/clients";
import type { AwsClients } from "../../commands/aws/clients";
import type { Variables } from "../../commands/job/identity";

/**
 * What asks the account past Pulumi.
 *
 * @param identity - the variables of a shell that `npm run job` makes
 */
export function accountClients(identity: Variables): AwsClients {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = identity;
  const settings = {
    endpoint: AWS_ENDPOINT_URL,
    region: AWS_REGION,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: AWS_SESSION_TOKEN,
    },
  };
  return {
    codeartifact: new CodeartifactClient(settings),
    iam: new IAMClient(settings),
    cloudTrail: new CloudTrailClient(settings),
    logs: new CloudWatchLogsClient(settings),
    eventBridge: new EventBridgeClient(settings),
  };
}

const domain = "orb-integration-hub-dev";
const repository = "python-packages";

/** What someone changes past Pulumi in the example's stack dev. */
interface Drift {
  readonly what: string;
  readonly change: (clients: AwsClients) => Promise<unknown>;
  /** What a refresh says of it, and how the next update repairs it. */
  readonly step: string;
}

export const drifts: readonly Drift[] = [
  {
    what: "a domain's tag",
    change: async ({ codeartifact }) => {
      const { domain: found } = await codeartifact.send(new DescribeDomainCommand({ domain }));
      const tags = [{ key: "Project", value: "mine" }];
      return codeartifact.send(new TagResourceCommand({ resourceArn: found?.arn, tags }));
    },
    step: "update registry-domain",
  },
  {
    what: "a package group's origins",
    change: ({ codeartifact }) =>
      codeartifact.send(
        new UpdatePackageGroupOriginConfigurationCommand({
          domain,
          packageGroup: "/pypi//orb~",
          restrictions: { EXTERNAL_UPSTREAM: "ALLOW" },
        }),
      ),
    step: "update registry-origins-orb~",
  },
  {
    what: "a role's policy",
    change: ({ iam }) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: `${domain}-codeartifact-publisher`,
          PolicyName: "permissions",
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
          }),
        }),
      ),
    step: "update registry-publisher-permissions",
  },
  {
    what: "a repository's description",
    change: ({ codeartifact }) =>
      codeartifact.send(new UpdateRepositoryCommand({ domain, repository, description: "mine" })),
    step: "update registry-python-packages",
  },
];

/** The domains, roles and managed policies that the account has, as `role NAME`. */
export async function remaining({ codeartifact, iam }: AwsClients): Promise<readonly string[]> {
  const { domains = [] } = await codeartifact.send(new ListDomainsCommand({}));
  const { Roles: roles = [] } = await iam.send(new ListRolesCommand({}));
  const { Policies: policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
  return [
    ...domains.map(({ name = "" }) => `domain ${name}`),
    ...roles.map(({ RoleName: name = "" }) => `role ${name}`),
    ...policies.map(({ PolicyName: name = "" }) => `policy ${name}`),
  ];
}
