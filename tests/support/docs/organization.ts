import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AccessRequest, type ApplicablePolicies, contextOf, type Decision, evaluate } from "../../../iam/evaluate";
import type { NamedDocument } from "../../../iam/grammar";
import type { Caller } from "../../../iam/matching";

export const accountId = "123456789012";
export const ownerId = "700000002";

const folder = join(__dirname, "../../../docs/organization");

/** A document of docs/organization, as a team fills it in: its account and names are those of the tests already. */
export function organizationDocument(name: string): NamedDocument {
  const text = readFileSync(join(folder, `${name}.json`), "utf8");
  return { name, document: JSON.parse(text.replace(/(repository_owner_id": )"0"/, `$1"${ownerId}"`)) };
}

const fullAccess: NamedDocument = {
  name: "FullAWSAccess",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

/** An organization with the guardrails at its root, as docs/organization.md has them attached. */
export const guardrails = {
  serviceControl: [
    [fullAccess, ...["service-control-registry", "service-control-roles"].map(organizationDocument)],
    [fullAccess],
  ],
  resourceControl: [["resource-control-registry", "resource-control-github"].map(organizationDocument), []],
} as const satisfies ApplicablePolicies;

/** The same organization without them. */
export const noGuardrails = { serviceControl: [[fullAccess], [fullAccess]], resourceControl: [[], []] } as const;

export const role = (name: string, account = accountId) => `arn:aws:iam::${account}:role/${name}`;
export const codeartifact = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;

/** What a role asks for, with the context that AWS adds to every request. */
export interface Asked {
  readonly by: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: AccessRequest["context"];
}

/** Decides what a role asks of the account's resources. */
export function decideAs({ by, action, resource, context = {} }: Asked, policies: ApplicablePolicies): Decision {
  const caller: Caller = { kind: "role", arn: by, sessionName: "job" };
  const principal = { "aws:PrincipalArn": by, "aws:PrincipalAccount": by.split(":")[4] ?? "" };
  return evaluate(
    { caller, action, resource, context: { ...principal, ...contextOf(context) } },
    { resourceAccount: accountId, ...policies },
  );
}

/** A document that allows everything, on a resource to the principals named. */
export function allowEverything(name: string, ...principals: readonly string[]): NamedDocument {
  const statement = { Effect: "Allow", Action: "*", Resource: "*" };
  return {
    name,
    document: {
      Version: "2012-10-17",
      Statement: principals.length === 0 ? statement : { ...statement, Principal: { AWS: principals } },
    },
  };
}
