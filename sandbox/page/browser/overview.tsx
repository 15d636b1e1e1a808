import { type Counts, type DecisionRow, type Overview, type Stage, stages } from "../answers.js";
import { DecisionLines } from "./decisionLine.js";

/** The path from a job to the public index, and the newest decisions: one screen. */
export function OverviewView({
  overview,
  rows,
  total,
}: {
  readonly overview: Overview;
  readonly rows: readonly DecisionRow[];
  readonly total: Counts;
}) {
  return (
    <>
      <section aria-labelledby="path-title" class="card path-card">
        <div class="card-head">
          <h2 id="path-title">How a request reaches a package</h2>
          <p class="totals">
            <a href="#decisions?verdict=allowed" class="total allowed">
              <b>{total.allowed.toLocaleString("en-US")}</b> allowed
            </a>
            <a href="#decisions?verdict=denied" class="total denied">
              <b>{total.denied.toLocaleString("en-US")}</b> denied
            </a>
          </p>
        </div>
        <RequestPath overview={overview} rows={rows} />
      </section>
      <section aria-labelledby="newest-title" class="card">
        <div class="card-head">
          <h2 id="newest-title">Newest decisions</h2>
          <a href="#decisions">All decisions</a>
        </div>
        {rows.length === 0 ? (
          <p class="empty">
            No request yet. <a href="#connect">Connect a client</a>, and each request appears here as it is decided.
          </p>
        ) : (
          <DecisionLines rows={rows.slice(0, newest)} opened={undefined} />
        )}
      </section>
    </>
  );
}

/** As many as fit on a screen of a laptop. */
const newest = 12;

/** The steps, each with its counts. The newest decision that is on the way to a package lights its part. */
function RequestPath({ overview, rows }: { readonly overview: Overview; readonly rows: readonly DecisionRow[] }) {
  const last = rows.find(({ stage }) => stage !== undefined);
  const lit = last?.stage === undefined ? -1 : stages.indexOf(last.stage);
  const job = rows.find(({ who, stage }) => stage === "role" && who.kind === "job")?.who;
  const role = rows.find(({ who, stage }) => stage !== undefined && who.kind === "role")?.who;
  const steps: readonly { readonly title: string; readonly name: string | undefined; readonly stage?: Stage }[] = [
    { title: "GitHub job", name: job === undefined ? undefined : [job.name, job.note].filter(Boolean).join(" · ") },
    { title: "Role", name: role?.name, stage: "role" },
    { title: "Token", name: "at most 12 hours", stage: "token" },
    { title: overview.repository ?? "Repository", name: "private first", stage: "repository" },
    { title: overview.store ?? "Store", name: "public packages", stage: "store" },
    { title: "Public index", name: overview.externalConnection, stage: "index" },
  ];
  return (
    <ol class="path">
      {steps.map(({ title, name, stage }, index) => {
        const isLit = last !== undefined && index <= lit + 1;
        const isEnd = isLit && index === lit + 1;
        const classes = [
          "step",
          ...(isLit ? ["lit"] : []),
          ...(isEnd ? ["end", last.allowed ? "allowed" : "denied"] : []),
        ];
        return (
          <li key={title} class={classes.join(" ")}>
            {isLit ? <span class={`flow at-${index}`} key={last.id} aria-hidden="true" /> : undefined}
            <span class="step-title" title={title}>
              {title}
            </span>
            <span class="step-name" title={name}>
              {name ?? "none yet"}
            </span>
            {stage === undefined ? <StepJobs rows={rows} /> : <StepCounts counts={countsAt(stage, rows)} />}
          </li>
        );
      })}
    </ol>
  );
}

function StepCounts({ counts: { allowed, denied } }: { readonly counts: Counts }) {
  return (
    <span class="step-counts">
      <span class={allowed === 0 ? "none" : "allowed"}>{allowed.toLocaleString("en-US")} allowed</span>
      <span class={denied === 0 ? "none" : "denied"}>{denied.toLocaleString("en-US")} denied</span>
    </span>
  );
}

function StepJobs({ rows }: { readonly rows: readonly DecisionRow[] }) {
  const jobs = new Set(rows.flatMap(({ who }) => (who.kind === "job" ? [`${who.name} ${who.note ?? ""}`] : [])));
  return <span class="step-counts">{jobs.size === 1 ? "1 job" : `${jobs.size} jobs`}</span>;
}

/** Allowed requests pass every step up to their own; a denied one ends at its own. */
function countsAt(stage: Stage, rows: readonly DecisionRow[]): Counts {
  const step = stages.indexOf(stage);
  const first = stages.indexOf("repository");
  let allowed = 0;
  let denied = 0;
  for (const row of rows) {
    const at = row.stage === undefined ? -1 : stages.indexOf(row.stage);
    if (!row.allowed) {
      denied += at === step ? 1 : 0;
    } else if (at === step || (step >= first && at > step)) {
      allowed += 1;
    }
  }
  return { allowed, denied };
}
