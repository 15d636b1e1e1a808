import type { SandboxContext } from "../context";
import { ownLimits } from "../ownLimits";
import type { Overview } from "./answers";

/** What the page says of the sandbox as a whole, now. */
export function overviewOf(context: SandboxContext, since: Date): Overview {
  const { account, packages, decisions } = context;
  const { codeartifact } = account;
  const domains = codeartifact.domains.list().map(({ name }) => name);
  const [domain = context.domain] = context.domain === undefined ? domains : [context.domain];
  const repositories = domain === undefined ? [] : codeartifact.repositories.list({ domain });
  const store = repositories.find(({ externalConnections }) => externalConnections.length > 0);
  const repository =
    repositories.find(({ upstreams }) => store !== undefined && upstreams.includes(store.name)) ??
    repositories.find((one) => one !== store);
  const records = domains.flatMap((name) =>
    codeartifact.repositories
      .list({ domain: name })
      .flatMap((one) => packages.store.list({ domain: name, repository: one.name })),
  );
  const names = (isOwn: boolean) =>
    new Set(
      records
        .filter(({ versions }) =>
          Object.values(versions).some(({ origin }) => (origin.originType === "EXTERNAL") !== isOwn),
        )
        .map(({ name }) => name),
    ).size;
  return {
    title: context.domain ?? (domains.length === 1 ? domains[0] : undefined) ?? `Account ${account.accountId}`,
    stacks: context.stacks ?? [],
    accountId: account.accountId,
    region: account.region,
    since: since.toISOString(),
    address: context.address(),
    ...(repository === undefined ? {} : { repository: repository.name }),
    ...(store === undefined ? {} : { store: store.name }),
    ...(store?.externalConnections[0] === undefined
      ? {}
      : { externalConnection: store.externalConnections[0].externalConnectionName }),
    packages: { own: names(true), public: names(false) },
    total: decisions.counts(),
    mostDecisions: ownLimits.decisions.most,
  };
}
