import { randomUUID } from "node:crypto";
import { nameInArn } from "../../iam/arns";
import type { AccountInfo } from "../core/identifiers";
import type { RequestOrigin } from "../core/origin";
import type { Session } from "../sts/sts";

/** A request and its outcome, as the account hears of it. */
export interface Call {
  /** The name that requests to the service are signed for: `codeartifact`. */
  readonly service: string;
  /** Such as `CreateDomain`. */
  readonly operation: string;
  /** Who asks: a role's session, or the bearer of an identity token that asks for a session. */
  readonly caller: Session | WebIdentityCaller;
  readonly origin: RequestOrigin;
  /** The decoded request. */
  readonly input?: object;
  /** The answer, where there is one. */
  readonly output?: object;
  /** What the request was rejected with. */
  readonly error?: { readonly code: string; readonly message: string };
  /** ARNs of what it is for; `*` is left out. */
  readonly resources?: readonly string[];
  /** What a package manager's request has beside its parameters. */
  readonly additional?: object;
}

/** The bearer of an identity token, who has no session yet. */
export interface WebIdentityCaller {
  readonly provider: string;
  readonly audience: string;
  readonly subject: string;
}

/**
 * An event of CloudTrail.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface CloudTrailRecord {
  readonly eventVersion: "1.11";
  readonly userIdentity: object;
  /** ISO 8601, to the second. */
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: object | null;
  /** Of calls that change something, and of those that open a session. */
  readonly responseElements: object | null;
  readonly additionalEventData?: object;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources?: readonly { readonly accountId: string; readonly type: string; readonly ARN: string }[];
  readonly eventType: "AwsApiCall";
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly eventCategory: "Management";
}

/** The record of a call. It holds no token, no key and no bytes. */
export function recordOf(account: AccountInfo, call: Call, time: Date): CloudTrailRecord {
  const { service, operation, caller, origin, input, output, error, resources = [], additional } = call;
  const readOnly = isReadOnly(operation);
  const arns = resources.filter((arn) => arn !== "*");
  return {
    eventVersion: "1.11",
    userIdentity: "provider" in caller ? webIdentity(caller) : roleSession(account, caller),
    eventTime: `${time.toISOString().slice(0, 19)}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    awsRegion: account.region,
    sourceIPAddress: origin.sourceIp,
    userAgent: origin.userAgent,
    errorCode: error?.code,
    errorMessage: error?.message,
    requestParameters: input === undefined ? null : parametersOf(input),
    responseElements:
      output === undefined || (readOnly && !operation.startsWith("Assume")) ? null : parametersOf(output),
    additionalEventData: additional,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly,
    resources:
      arns.length === 0 ? undefined : arns.map((ARN) => ({ accountId: account.accountId, type: typeOf(ARN), ARN })),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account.accountId,
    eventCategory: "Management",
  };
}

/**
 * GetAuthorizationToken and the operations of STS give credentials, and CloudTrail has them as reads too.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
function isReadOnly(operation: string): boolean {
  return /^(?:Get|List|Describe|Lookup|Read|Assume|Simulate)/.test(operation);
}

/** Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function roleSession({ accountId }: AccountInfo, session: Session): object {
  const { caller, assumedRoleArn, assumedRoleId, accessKeyId, issuedAt, webIdentity } = session;
  return {
    type: "AssumedRole",
    principalId: assumedRoleId,
    arn: assumedRoleArn,
    accountId,
    accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: assumedRoleId.split(":")[0],
        arn: caller.arn,
        accountId,
        userName: nameInArn(caller.arn),
      },
      ...(webIdentity === undefined
        ? {}
        : { webIdFederationData: { federatedProvider: webIdentity.providerArn, attributes: {} } }),
      attributes: { creationDate: `${issuedAt.toISOString().slice(0, 19)}Z`, mfaAuthenticated: "false" },
    },
  };
}

function webIdentity({ provider, audience, subject }: WebIdentityCaller): object {
  return {
    type: "WebIdentityUser",
    principalId: `${provider}:${audience}:${subject}`,
    userName: subject,
    identityProvider: provider,
  };
}

/** Names begin with a small letter, and what is secret or long is left out. */
function parametersOf(value: object): object {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]: [string, unknown]) =>
      item === undefined || secretMembers.test(name) || item instanceof Uint8Array
        ? []
        : [[name.charAt(0).toLowerCase() + name.slice(1), plain(item)]],
    ),
  );
}

const secretMembers = /^(?:authorizationToken|webIdentityToken|secretAccessKey|sessionToken|samlAssertion)$/i;

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  return typeof value === "object" && value !== null ? parametersOf(value) : value;
}

/** The type of a resource as CloudFormation names it. */
function typeOf(arn: string): string {
  const [, kind = ""] = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([\w-]+)[/:]/.exec(arn) ?? [];
  return resourceTypes[kind] ?? kind;
}

const resourceTypes: Readonly<Record<string, string>> = {
  domain: "AWS::CodeArtifact::Domain",
  repository: "AWS::CodeArtifact::Repository",
  package: "AWS::CodeArtifact::Package",
  "package-group": "AWS::CodeArtifact::PackageGroup",
  role: "AWS::IAM::Role",
  policy: "AWS::IAM::Policy",
  "oidc-provider": "AWS::IAM::OIDCProvider",
  key: "AWS::KMS::Key",
  function: "AWS::Lambda::Function",
  layer: "AWS::Lambda::LayerVersion",
};
