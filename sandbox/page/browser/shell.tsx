import { useEffect } from "preact/hooks";
import type { Overview } from "../answers";
import { type Connection, useLive } from "./live.js";
import { Connect } from "./connect.js";
import { Count } from "./count.js";
import { Groups } from "./groups.js";
import { OverviewView } from "./overview.js";
import { Packages } from "./packages.js";
import { usePlace, type View } from "./place.js";
import { Roles } from "./roles.js";
import { Timeline } from "./timeline.js";

const titles: Readonly<Record<View, string>> = {
  overview: "Overview",
  decisions: "Decisions",
  packages: "Packages",
  groups: "Package groups",
  roles: "Roles",
  connect: "Connect a client",
};

/** The whole page: header, navigation and the view that the address names. */
export function Page() {
  const state = useLive();
  const place = usePlace();
  const { overview, connection } = state;
  useEffect(() => {
    document.title = `${titles[place.view]} · ${overview?.title ?? "sandbox"}`;
  }, [place.view, overview?.title]);
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <header class="top">
        <div class="bar">
          <div class="brand">
            <img src="/page/icon.svg" alt="" width="28" height="28" />
            <h1 title={overview?.title}>{overview?.title ?? "…"}</h1>
            <Status connection={connection} />
          </div>
          {overview === undefined ? undefined : <Facts overview={overview} />}
        </div>
        <nav aria-label="Views">
          <ul>
            {(Object.keys(titles) as View[]).map((view) => (
              <li key={view}>
                <a href={`#${view}`} aria-current={place.view === view ? "page" : undefined}>
                  {titles[view]}
                  {view === "decisions" ? <Count number={state.rows.length} /> : undefined}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {connection === "offline" ? (
          <p class="notice" role="alert">
            The sandbox does not answer. This page tries again every two seconds and shows what it last read.
          </p>
        ) : undefined}
        {overview === undefined ? (
          <p class="empty">Reading…</p>
        ) : (
          <Current place={place} state={{ ...state, overview }} />
        )}
      </main>
    </>
  );
}

function Current({
  place,
  state,
}: {
  readonly place: ReturnType<typeof usePlace>;
  readonly state: ReturnType<typeof useLive> & { readonly overview: Overview };
}) {
  // What an allowed request may have changed is read again.
  const revision = state.total.allowed;
  switch (place.view) {
    case "decisions":
      return <Timeline rows={state.rows} place={place} most={state.overview.mostDecisions} />;
    case "packages":
      return <Packages place={place} revision={revision} />;
    case "groups":
      return <Groups revision={revision} />;
    case "roles":
      return <Roles place={place} revision={revision} />;
    case "connect":
      return <Connect overview={state.overview} />;
    default:
      return <OverviewView overview={state.overview} rows={state.rows} total={state.total} />;
  }
}

function Facts({ overview: { stacks, accountId, region, since } }: { readonly overview: Overview }) {
  return (
    <dl class="facts">
      <Fact name={stacks.length > 1 ? "Stacks" : "Stack"}>{stacks.length === 0 ? "none" : stacks.join(", ")}</Fact>
      <Fact name="Account">{accountId}</Fact>
      <Fact name="Region">{region}</Fact>
      <Fact name="Since">
        <time dateTime={since} title={since}>
          {new Date(since).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}
        </time>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const connections: Readonly<Record<Connection, string>> = {
  connecting: "Connecting",
  live: "Live",
  polling: "Polling",
  offline: "Offline",
};

function Status({ connection }: { readonly connection: Connection }) {
  return (
    <span class={`status ${connection}`} role="status">
      {connections[connection]}
    </span>
  );
}

/** A link to `#main` would be a place of the page, and change the view. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
