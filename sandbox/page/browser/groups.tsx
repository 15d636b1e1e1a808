import type { GroupList, GroupSummary } from "../answers";
import { useAnswer } from "./live.js";

/** The package groups as a tree, each with what holds in it, and the repositories that they name. */
export function Groups({ revision }: { readonly revision: number }) {
  const { answer, error } = useAnswer("groups", revision);
  if (answer === undefined) {
    return <p class="empty">{error ?? "Reading…"}</p>;
  }
  return answer.domains.length === 0 ? (
    <p class="empty">The account has no domain yet.</p>
  ) : (
    <>
      {answer.domains.map((one) => (
        <Domain key={one.domain} domain={one} />
      ))}
    </>
  );
}

function Domain({ domain: { domain, repositories, groups } }: { readonly domain: GroupList["domains"][number] }) {
  return (
    <>
      <section class="card" aria-labelledby={`groups-${domain}`}>
        <div class="card-head">
          <h2 id={`groups-${domain}`}>Package groups of {domain}</h2>
          <p class="hint">The most specific pattern of a package decides.</p>
        </div>
        <GroupTree groups={groups} parent={undefined} />
      </section>
      <section class="card" aria-labelledby={`repositories-${domain}`}>
        <div class="card-head">
          <h2 id={`repositories-${domain}`}>Repositories</h2>
        </div>
        <ul class="rows">
          {repositories.map(({ name, arn, upstreams, externalConnection }) => (
            <li key={name}>
              <b>{name}</b>
              <p class="quiet">
                {[
                  ...(upstreams.length === 0 ? [] : [`reads through ${upstreams.join(", ")}`]),
                  ...(externalConnection === undefined ? [] : [`is connected to ${externalConnection}`]),
                ].join(", ") || "has no upstream"}
              </p>
              <p class="quiet long">{arn}</p>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function GroupTree({
  groups,
  parent,
}: {
  readonly groups: readonly GroupSummary[];
  readonly parent: string | undefined;
}) {
  const children = groups.filter((group) => group.parent === parent);
  return children.length === 0 ? null : (
    <ul class="tree">
      {children.map((group) => (
        <li key={group.pattern}>
          <div class="group">
            <div class="group-head">
              <code>{group.pattern}</code>
              {group.description === undefined ? undefined : <p class="quiet">{group.description}</p>}
            </div>
            <dl class="ways">
              {group.ways.map(({ way, isOpen, text, inheritedFrom }) => (
                <div key={way}>
                  <dt>{wayNames[way]}</dt>
                  <dd class={isOpen ? "allowed" : "denied"}>
                    {text}
                    {inheritedFrom === undefined ? undefined : <span class="note"> as {inheritedFrom}</span>}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
          <GroupTree groups={groups} parent={group.pattern} />
        </li>
      ))}
    </ul>
  );
}

const wayNames: Readonly<Record<GroupSummary["ways"][number]["way"], string>> = {
  publish: "Publish into",
  external: "From a public index into",
  internal: "From an upstream into",
};
