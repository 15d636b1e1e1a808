import { isOperatorName } from "./conditions";
import { isObject, listOf, valueText } from "./json";
import type { Principal } from "./matching";
import { withoutVariables } from "./variables";

/**
 * What a policy is attached to: an identity (as permissions or boundary), a role (as its trust policy), another resource, or
 * a root, organizational unit or account of AWS Organizations.
 */
export type PolicyKind = "identity" | "trust" | "resource" | "service-control" | "resource-control";

/** Throws the error of one place of a policy. */
export type Reject = (reason: string) => never;

/** A condition's operator, its key, and its values. */
export type WrittenCondition = readonly [operator: string, key: string, values: readonly string[]];

/**
 * Why AWS rejects an entry of Action or NotAction, if it does. Messages as IAM gives them;
 * https://github.com/garnaat/kappa/issues/111 has the second.
 */
export function actionError(action: unknown, kind: PolicyKind): string | undefined {
  if (kind === "trust") {
    return trustActionError(action);
  }
  if (action === "*" && kind !== "resource-control") {
    return undefined;
  }
  const isIdentity = kind === "identity";
  if (typeof action !== "string" && isIdentity) {
    return syntaxError(kind, `an action is a string, not ${valueText(action)}`);
  }
  const [vendor = "", name, ...rest] = typeof action === "string" ? action.split(":") : [];
  if (name === undefined) {
    return `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${valueText(action)}`;
  }
  if (rest.length > 0) {
    return `Actions/Condition can contain only one colon: ${valueText(action)}`;
  }
  if (isIdentity) {
    // IAM stores any name, such as one that begins with a space, and no request has it.
    return !/^[\w.-]+$/.test(vendor)
      ? `Vendor ${vendor} is not valid: ${valueText(action)}`
      : name === ""
        ? `Invalid Action: ${valueText(action)}`
        : undefined;
  }
  if (!/^[\w-]+$/.test(vendor) || !/^[\w*?-]+$/.test(name)) {
    return `Invalid Action: ${valueText(action)}`;
  }
  return kind === "resource-control" && !guardedServices.has(vendor.toLowerCase())
    ? `Action ${valueText(action)} names a service that does not support resource control policies`
    : undefined;
}

/** Why AWS rejects an entry of Resource or NotResource, if it does. */
export function resourceError(resource: unknown, kind: PolicyKind): string | undefined {
  if (resource === "*") {
    return undefined;
  }
  const isIdentity = kind === "identity";
  if (typeof resource !== "string") {
    return isIdentity
      ? syntaxError(kind, `a resource is a string, not ${valueText(resource)}`)
      : `Resource ${valueText(resource)} must be in ARN format or "*".`;
  }
  // A default value of a policy variable may have spaces.
  const text = withoutVariables(resource);
  if (isIdentity && /^arn:[^:]+$/.test(text)) {
    return withWildcardVendor(resource);
  }
  if (isIdentity && /^arn:[^:]+:(?:[^:]*:){1,2}[^:]*$|^arn:[^:]+::/.test(text)) {
    return `The policy failed legacy parsing: resource ${valueText(resource)} is not an ARN of six parts`;
  }
  // IAM stores three parts too, which no resource has.
  const form = isIdentity ? /^arn:[^:]+:[^:\s]+(?::[^:]*:[^:]*:\S+)?$/ : /^arn:[^:]+:[^:]+:[^:]*:[^:]*:\S+$/;
  if (!form.test(text)) {
    return `Resource ${isIdentity ? resource : valueText(resource)} must be in ARN format or "*".`;
  }
  return /^arn:[^:]+:[^:]*[*?]/.test(resource) ? withWildcardVendor(resource) : undefined;
}

function withWildcardVendor(resource: string): string {
  return `Resource vendor must be fully qualified and cannot contain regexes: ${valueText(resource)}`;
}

/** IAM says of the documents of an identity no more than that they have errors of syntax. */
export function syntaxError(kind: PolicyKind, reason: string): string {
  return kind === "identity" ? `Syntax errors in policy: ${reason}` : reason;
}

/** Reads Principal or NotPrincipal; undefined where statements of this kind name none. */
export function parsePrincipals(value: unknown, kind: PolicyKind, reject: Reject): readonly Principal[] | undefined {
  if (kind === "identity" || kind === "service-control") {
    return undefined;
  }
  if (value === "*") {
    return [{ type: "AWS", value }];
  }
  if (!isObject(value) || Object.keys(value).length === 0) {
    return reject(`Invalid principal in policy: ${valueText(value)}`);
  }
  return Object.entries(value).flatMap(([type, names]) => {
    const values = listOf(names);
    const wrong = values.length === 0 ? [names] : values.filter((name) => !isPrincipal(type, name));
    return wrong.length === 0
      ? values.map((name) => ({ type, value: String(name) }))
      : reject(principalError(type, wrong[0]));
  });
}

/** Why no request can be compared with a principal that AWS accepts, if so. */
export function whyPrincipalNotEvaluated({ type, value }: Principal): string | undefined {
  return type === "CanonicalUser" || uniqueId.test(value)
    ? `Principal ${type} ${valueText(value)} is not evaluated: give accounts, roles, users, sessions, providers or services`
    : undefined;
}

/** Reads Condition, with the operators that are not evaluated. */
export function parseConditions(condition: unknown, kind: PolicyKind, reject: Reject): readonly WrittenCondition[] {
  if (condition === undefined) {
    return [];
  }
  if (!isObject(condition)) {
    return reject("Syntax errors in policy: Condition is an object.");
  }
  // IAM stores an identity's operator of any name where it has no key, and a key without a vendor.
  const isIdentity = kind === "identity";
  return Object.entries(condition).flatMap(([operator, tests]) => {
    if (!isOperatorName(operator) && !(isIdentity && isObject(tests) && Object.keys(tests).length === 0)) {
      return reject(syntaxError(kind, `Invalid Condition type : ${operator}`));
    }
    if (!isObject(tests)) {
      return reject(`Syntax errors in policy: ${operator} is an object of condition keys.`);
    }
    return Object.entries(tests).map(([key, values]): WrittenCondition => {
      if (!isIdentity && !key.includes(":")) {
        reject(`Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${valueText(key)}`);
      }
      // "Quotation marks are optional for numeric and Boolean values" (the grammar's page).
      if (!listOf(values).every((value) => ["string", "number", "boolean"].includes(typeof value))) {
        reject(`Syntax errors in policy: the values of ${key} are strings.`);
      }
      return [operator, key, listOf(values).map(String)];
    });
  });
}

/** `sts:*` is too much, `sts:AssumeRole*` is not. */
function trustActionError(action: unknown): string | undefined {
  const name = typeof action === "string" ? /^sts:([\w*?-]+)$/i.exec(action)?.[1]?.toLowerCase() : undefined;
  return name !== undefined &&
    (name.startsWith("assumerole") || ["tagsession", "setsourceidentity", "setcontext"].includes(name))
    ? undefined
    : `AssumeRole policy may only specify STS AssumeRole actions: ${valueText(action)}`;
}

function isPrincipal(type: string, name: unknown): boolean {
  return typeof name === "string" && principalForms.get(type)?.some((form) => form.test(name)) === true;
}

function principalError(type: string, name: unknown): string {
  return type === "Federated"
    ? `Federated principals must be valid domain names or SAML metadata ARNs: ${valueText(name)} is neither, ` +
        "nor the ARN of an OIDC provider"
    : `Invalid principal in policy: "${type.toUpperCase()}":${valueText(name)}`;
}

/** Identity providers that every account has. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const builtInProviders =
  /^(?:accounts\.google\.com|cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com)$/;

const uniqueId = /^A[A-Z0-9]{15,}$/;

/** Forms alone, on the same page: no wildcard is part of a name, and whether a principal exists is not checked. */
const principalForms: ReadonlyMap<string, readonly RegExp[]> = new Map([
  [
    "AWS",
    [
      /^\*$/,
      /^\d{12}$/,
      uniqueId,
      /^arn:[\w-]+:iam::\d{12}:root$/,
      /^arn:[\w-]+:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/,
      /^arn:[\w-]+:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/,
      /^arn:[\w-]+:sts::\d{12}:federated-user\/[\w+=,.@-]+$/,
    ],
  ],
  ["Federated", [builtInProviders, /^arn:[\w-]+:iam::\d{12}:(?:oidc|saml)-provider\/[^\s*?]+$/]],
  ["Service", [/^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/]],
  ["CanonicalUser", [/^[0-9a-f]{64}$/]],
]);

/**
 * Services whose resources a resource control policy restricts, by the prefix of their actions. IAM is not among them.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services,
 * read in November 2026; AWS adds to the list.
 */
const guardedServices: ReadonlySet<string> = new Set(
  (
    "aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch " +
    "cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend " +
    "comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis " +
    "fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications opensearch " +
    "pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery " +
    "signin sqs sts support swf textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray"
  ).split(" "),
);
