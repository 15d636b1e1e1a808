import { csvText } from "../terminal/csv";
import { type AuditEvent, verdicts } from "./events";
import { notRecorded } from "./notRecorded";
import { type AuditReport, countBy, groupOf, wordsOf } from "./report";

/** Of the JSON. A change that a program may trip over raises it; a new member does not. */
const formatVersion = 1;

/** The report as JSON, as docs/audit.md describes it. */
export function auditJson({ stack, domain, since, until, looked, events }: AuditReport): string {
  const { cloudTrail, logGroup } = looked;
  return JSON.stringify(
    {
      version: formatVersion,
      stack,
      domain,
      since: seconds(since),
      until: seconds(until),
      sources: {
        cloudTrail: { regions: cloudTrail.regions, since: seconds(cloudTrail.since) },
        logGroup,
      },
      events: events.map(eventJson),
      counts: {
        verdicts: Object.fromEntries(
          verdicts.map((verdict) => [verdict, events.filter((event) => event.verdict === verdict).length]),
        ),
        kinds: Object.fromEntries(countBy(events, ({ kind }) => kind)),
        callers: Object.fromEntries(countBy(events, groupOf)),
      },
      notRecorded,
    },
    undefined,
    2,
  );
}

function eventJson(event: AuditEvent): object {
  const { id, time, sources, verdict, error, who, action, kind, did, target, changes, address } = event;
  return {
    id,
    time,
    sources,
    verdict,
    error: error ?? null,
    who:
      who === undefined
        ? null
        : {
            words: who.words,
            role: who.role ?? null,
            session: who.session ?? null,
            account: who.account ?? null,
            repository: who.repository ?? null,
            repositoryFrom: who.repositoryFrom ?? null,
            workflow: who.workflow ?? null,
            run: who.run ?? null,
            attempt: who.attempt ?? null,
            subject: who.subject ?? null,
          },
    action: action ?? null,
    kind,
    did,
    target: {
      repository: target.repository ?? null,
      package: target.package ?? null,
      versions: target.versions,
      file: target.file ?? null,
      packageGroup: target.packageGroup ?? null,
      role: target.role ?? null,
      policy: target.policy ?? null,
    },
    changes,
    address: address ?? null,
  };
}

/** The columns, and what each has of an event. */
const columns: Readonly<Record<string, (event: AuditEvent) => string | undefined>> = {
  time: ({ time }) => time,
  verdict: ({ verdict }) => verdict,
  error: ({ error }) => error?.code,
  who: wordsOf,
  role: ({ who }) => who?.role,
  session: ({ who }) => who?.session,
  account: ({ who }) => who?.account,
  github_repository: ({ who }) => who?.repository,
  repository_from: ({ who }) => who?.repositoryFrom,
  workflow: ({ who }) => who?.workflow,
  run: ({ who }) => who?.run,
  attempt: ({ who }) => who?.attempt,
  subject: ({ who }) => who?.subject,
  address: ({ address }) => address,
  action: ({ action }) => action,
  kind: ({ kind }) => kind,
  did: ({ did }) => did,
  repository: ({ target }) => target.repository,
  package: ({ target }) => target.package,
  versions: ({ target }) => target.versions.join(" "),
  file: ({ target }) => target.file,
  package_group: ({ target }) => target.packageGroup,
  target_role: ({ target }) => target.role,
  policy: ({ target }) => target.policy,
  states: ({ changes }) => changes.map(({ version, state }) => `${version} ${state}`).join(", "),
  sources: ({ sources }) => sources.join(" "),
  id: ({ id }) => id,
};

/** The events as CSV with a header. */
export function auditCsv({ events }: AuditReport): string {
  const rows = events.map((event) => Object.values(columns).map((valueOf) => valueOf(event) ?? ""));
  return csvText([Object.keys(columns), ...rows]);
}

/** To the second, as CloudTrail has times. */
function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
