import { nameInArn } from "../../iam/arns";
import type { EventRecord } from "../aws/cloudTrail";

/** The members of a call's request, by the names that CloudTrail gives to them. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The text under the first of these names that has one. */
export function textOf(parameters: Parameters | null | undefined, ...names: readonly string[]): string | undefined {
  return names.map((name) => parameters?.[name]).find((value) => typeof value === "string" && value !== "") as
    string | undefined;
}

/**
 * Whether a call is about a stack: about its domain and what is in it, or about a role or managed policy that is named as its
 * own are. Of another domain of the same name, in another account, CloudTrail has this account's calls too: they are not.
 */
export function isOfStack(record: EventRecord, domain: string): boolean {
  switch (record.eventSource) {
    case "codeartifact.amazonaws.com":
      return isOfDomain(record, domain);
    case "sts.amazonaws.com":
    case "iam.amazonaws.com":
      return roleOrPolicyNames(record).some((name) => isOwnName(name, domain));
    default:
      return false;
  }
}

/** A role or policy of IAM is named without regard to case. */
function isOwnName(name: string, domain: string): boolean {
  return name.toLowerCase().startsWith(`${domain}-codeartifact-`);
}

function isOfDomain({ requestParameters, resources, recipientAccountId }: EventRecord, domain: string): boolean {
  const owner = textOf(requestParameters, "domainOwner");
  const named = textOf(requestParameters, "domainName", "domain");
  if (named !== undefined) {
    return (
      named === domain && (owner === undefined || recipientAccountId === undefined || owner === recipientAccountId)
    );
  }
  const arns = [textOf(requestParameters, "resourceArn"), ...(resources ?? []).map(({ ARN }) => ARN)];
  return arns.some((arn = "") => {
    const [, account, ofArn] = /^arn:[\w-]+:codeartifact:[\w-]*:(\d*):[\w-]+\/([^/]+)/.exec(arn) ?? [];
    return ofArn === domain && (recipientAccountId === undefined || account === recipientAccountId);
  });
}

function roleOrPolicyNames({ requestParameters }: EventRecord): readonly string[] {
  return [
    textOf(requestParameters, "roleName"),
    textOf(requestParameters, "roleArn"),
    textOf(requestParameters, "policyArn"),
    textOf(requestParameters, "policyName"),
    textOf(requestParameters, "permissionsBoundary"),
  ].flatMap((name) => (name === undefined ? [] : [nameInArn(name)]));
}
