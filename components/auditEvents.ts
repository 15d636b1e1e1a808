import type { PackagePattern } from "../naming/packagePatterns";

/** One registry, as its events name it. */
export interface AuditedRegistry {
  readonly partition: string;
  /** The account of the domain, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly domain: string;
  /** Name of the repository that is connected to public PyPI. */
  readonly store: string;
  readonly privateNames: readonly PackagePattern[];
  /** Names under a private prefix that do come from public PyPI. */
  readonly publicNames: readonly string[];
}

/**
 * A pattern that events are matched with.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export type EventPattern = Readonly<Record<string, unknown>>;

/** What a rule listens to. */
export interface AuditRule {
  /** What the rule's name ends in. */
  readonly name: string;
  /** For the console, and for the message of an alarm. */
  readonly description: string;
  readonly pattern: EventPattern;
  /**
   * Whether events of calls that only read are among them, such as a denied AssumeRoleWithWebIdentity: a rule gets these only where
   * its state asks for them.
   * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
   */
  readonly readsToo: boolean;
}

const stateChange = "CodeArtifact Package Version State Change";
const call = "AWS API Call via CloudTrail";
const denied = [{ exists: true }];

/** What the audit trail keeps: each change of a version, and calls about the registry that write, open a session or are rejected. */
export function trailRules(registry: AuditedRegistry): readonly AuditRule[] {
  const { domain } = registry;
  return [
    {
      name: "versions",
      description: `Package versions of ${domain} that were published, brought in, changed or removed.`,
      pattern: versionEvents(registry, {}),
      readsToo: false,
    },
    {
      name: "calls",
      description: `Calls about ${domain} that change something or are rejected.`,
      pattern: {
        source: ["aws.codeartifact"],
        "detail-type": [call],
        detail: {
          $or: aboutDomain(registry).flatMap((about) => [
            { ...about, readOnly: [false] },
            { ...about, errorCode: denied },
          ]),
        },
      },
      readsToo: true,
    },
    {
      name: "access",
      description: `Sessions of the roles of ${domain}, and changes of these roles and their policies.`,
      pattern: {
        source: ["aws.iam", "aws.sts"],
        "detail-type": [call],
        detail: {
          $or: [
            { eventName: ["AssumeRoleWithWebIdentity"], requestParameters: { roleArn: rolesOf(registry) } },
            { readOnly: [false], requestParameters: { roleName: namesOf(registry) } },
            { readOnly: [false], requestParameters: { policyName: namesOf(registry) } },
            { readOnly: [false], requestParameters: { policyArn: policiesOf(registry) } },
          ],
        },
      },
      readsToo: true,
    },
  ];
}

/** What someone is to hear of at once. */
export function alarmRules(registry: AuditedRegistry): readonly AuditRule[] {
  const { domain, store } = registry;
  return [
    {
      name: "removals",
      description: `A package version of ${domain} was deleted or disposed of.`,
      pattern: versionEvents(registry, {
        $or: [{ operationType: ["Deleted"] }, { packageVersionState: ["Disposed"] }],
      }),
      readsToo: false,
    },
    {
      name: "public",
      description: `A public version has come into ${store} of ${domain} under a private name.`,
      pattern: {
        ...versionEvents(registry, {
          repositoryName: [store],
          packageName: registry.privateNames.flatMap(({ name, match }) =>
            match === "exact" ? [name] : [name, { prefix: `${name}-` }],
          ),
        }),
        // Two conditions on one name need two fields: the package's ARN ends in it.
        ...(registry.publicNames.length === 0
          ? {}
          : { resources: [{ "anything-but": registry.publicNames.map((name) => packageInStore(registry, name)) }] }),
      },
      readsToo: false,
    },
    {
      name: "policies",
      description: `A policy of ${domain}, or of its roles, was changed past a deployment.`,
      pattern: {
        source: ["aws.codeartifact", "aws.iam"],
        "detail-type": [call],
        detail: {
          $or: [
            ...["domain", "domainName"].map((key) => ({
              eventName: ["PutDomainPermissionsPolicy", "PutRepositoryPermissionsPolicy"],
              requestParameters: { [key]: [domain] },
            })),
            { eventName: ["UpdateAssumeRolePolicy"], requestParameters: { roleName: namesOf(registry) } },
            { eventName: ["CreatePolicyVersion"], requestParameters: { policyArn: policiesOf(registry) } },
          ],
        },
      },
      readsToo: false,
    },
    {
      name: "denials",
      description: `A GitHub job was denied a role of ${domain}.`,
      pattern: {
        source: ["aws.sts"],
        "detail-type": [call],
        detail: {
          eventName: ["AssumeRoleWithWebIdentity"],
          errorCode: denied,
          requestParameters: { roleArn: rolesOf(registry) },
        },
      },
      readsToo: true,
    },
  ];
}

function versionEvents({ account, domain }: AuditedRegistry, detail: EventPattern): EventPattern {
  return {
    source: ["aws.codeartifact"],
    "detail-type": [stateChange],
    detail: { domainOwner: [account], domainName: [domain], ...detail },
  };
}

/** CloudTrail has a domain as the API names it, in the requests of package managers as `domainName`, and in those on tags as an ARN. */
function aboutDomain(registry: AuditedRegistry): readonly EventPattern[] {
  const { domain } = registry;
  const arns = [
    { prefix: codeartifactArn(registry, `repository/${domain}/`) },
    { prefix: codeartifactArn(registry, `package-group/${domain}/`) },
    codeartifactArn(registry, `domain/${domain}`),
  ];
  return [
    { requestParameters: { domain: [domain] } },
    { requestParameters: { domainName: [domain] } },
    { requestParameters: { resourceArn: arns } },
  ];
}

function codeartifactArn({ partition, region, account }: AuditedRegistry, resource: string): string {
  return `arn:${partition}:codeartifact:${region}:${account}:${resource}`;
}

function packageInStore(registry: AuditedRegistry, name: string): string {
  return codeartifactArn(registry, `package/${registry.domain}/${registry.store}/pypi//${name}`);
}

function namesOf({ domain }: AuditedRegistry): readonly EventPattern[] {
  return [{ prefix: `${domain}-codeartifact-` }];
}

function rolesOf({ partition, account, domain }: AuditedRegistry): readonly EventPattern[] {
  return [{ prefix: `arn:${partition}:iam::${account}:role/${domain}-codeartifact-` }];
}

function policiesOf({ partition, account, domain }: AuditedRegistry): readonly EventPattern[] {
  return [{ prefix: `arn:${partition}:iam::${account}:policy/${domain}-codeartifact-` }];
}
