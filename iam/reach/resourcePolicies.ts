import type { ReachAccount } from "./account";

/** ARNs of what has the policies that decide about a resource: a package's are those of its repository and of its domain. */
export function policyHolders(resource: string): readonly string[] {
  const [, place, kind, domain = "", repository = ""] =
    /^(arn:[^:]*:codeartifact:[^:]*:[^:]*:)(domain|repository|package|package-group)\/([^/]+)(?:\/([^/]+))?/.exec(
      resource,
    ) ?? [];
  if (place === undefined) {
    return [resource];
  }
  const onDomain = `${place}domain/${domain}`;
  return kind === "domain" || kind === "package-group"
    ? [onDomain]
    : [onDomain, `${place}repository/${domain}/${repository}`];
}

/** The policy that a role, a domain or a repository has at the start, if any; JSON text. */
export function originalPolicy({ identities, domains }: ReachAccount, holder: string): string | undefined {
  return (
    identities.find(({ arn }) => arn === holder)?.trust ??
    domains.find(({ arn }) => arn === holder)?.policy ??
    domains.flatMap(({ repositories }) => repositories).find(({ arn }) => arn === holder)?.policy
  );
}
