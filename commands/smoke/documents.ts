import type { PolicyKind } from "../../iam/elements";
import { parsePolicy, type ParsedPolicy } from "../../iam/grammar";
import type { SandboxAccount } from "../../sandbox/account";
import { repositoryName, storeName } from "../../naming/registryNames";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { registeredDocuments } from "../access/registered";

/** A policy document that AWS is asked about. */
export interface StackDocument {
  /** Such as `trust policy of ROLE`. */
  readonly name: string;
  readonly kind: Extract<PolicyKind, "identity" | "trust" | "resource">;
  /** JSON text. */
  readonly text: string;
}

const kinds = { trust: "trust", permissions: "identity", resource: "resource" } as const;

/**
 * Every document that a stack's program registers, each text once, and the permissions boundary of its roles. The program gives its
 * key no policy: AWS makes the default one.
 *
 * @param boundary - JSON text of the boundary that the settings name
 */
export function stackDocuments(deployment: Deployment, boundary?: string): readonly StackDocument[] {
  const ofRegistry = registeredDocuments(deployment).map(({ party, kind, name, document }): StackDocument => ({
    name: kind === "resource" ? `policy of ${party === "domain" ? "the domain" : party}` : `${name} of ${party}`,
    kind: kinds[kind],
    text: JSON.stringify(document),
  }));
  const ofAuditTrail = deployment.resources
    .filter(({ type }) => type === "aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    .map(({ inputs }): StackDocument => ({
      name: "policy of the audit trail",
      kind: "resource",
      text: String(inputs.policyDocument),
    }));
  const bounds =
    boundary === undefined ? [] : [{ name: "permissions boundary", kind: "identity", text: boundary } as const];
  const all = new Map<string, StackDocument>();
  for (const document of [...ofRegistry, ...ofAuditTrail, ...bounds]) {
    const key = `${document.kind} ${document.text}`;
    const known = all.get(key);
    all.set(key, known === undefined ? document : { ...known, name: `${known.name} and ${document.name}` });
  }
  return [...all.values()];
}

/** The JSON text of each document that decides requests in an account, by how it was read. */
export function textsOfPolicies({ iam, codeartifact }: SandboxAccount): ReadonlyMap<unknown, string> {
  const roles = iam.roles.states().flatMap(({ role, trust, inlinePolicies, attachedPolicies }) => [
    [trust, role.assumeRolePolicyDocument] as const,
    ...[...inlinePolicies.values()].map(({ policy, document }) => [policy, document] as const),
    ...[...attachedPolicies, role.permissionsBoundary ?? ""].flatMap((arn) => {
      const stored = iam.policies.find(arn);
      return stored === undefined ? [] : [[stored.policy, stored.document] as const];
    }),
  ]);
  const domains = codeartifact.domains
    .list()
    .flatMap(({ name: domain }) => [
      codeartifact.domains.findPermissionsPolicy({ domain }),
      ...[repositoryName, storeName].map((repository) =>
        codeartifact.repositories.findPermissionsPolicy({ domain, repository }),
      ),
    ]);
  return new Map<ParsedPolicy, string>([
    ...roles,
    ...domains.flatMap((found) => (found === undefined ? [] : [[found.policy, found.document] as const])),
  ]);
}

/** Reads a document as the evaluator does. */
export function parsed({ name, kind, text }: StackDocument): ParsedPolicy {
  return parsePolicy(text, kind, name);
}
