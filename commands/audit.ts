import { auditEvents, wantedEvents } from "./audit/events";
import { auditCsv, auditJson } from "./audit/machineFormats";
import { readSince } from "./audit/period";
import type { AuditReport } from "./audit/report";
import { readRecorded } from "./audit/sources";
import { auditText } from "./audit/text";
import { profileOption } from "./aws/clients";
import { CommandError, runCommand } from "./cli";
import { stackOption } from "./defaultStack";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";

void runCommand({
  call: "npm run audit",
  summary: `
    Lists what has been done to a stack's registry: who published, deleted, read or changed what, from which job, and what
    was denied. It reads CloudTrail's event history, and the stack's log group of events where the setting audit is on. It
    changes nothing.`,
  options: {
    stack: stackOption(),
    since: {
      type: "text",
      value: "TIME",
      help: "how far back: hours or days such as 12h or 7d, or a day such as 2026-11-01, from 0:00 UTC",
      default: "7d",
    },
    package: { type: "text", value: "NAME", help: "events that name this package alone" },
    who: {
      type: "text",
      value: "ROLE",
      help: "events of one role by its name or ARN, or of one session by its name, such as RUN-ATTEMPT",
    },
    denied: { type: "flag", help: "denied requests alone" },
    profile: profileOption("to ask with"),
    format: { type: "choice", choices: ["text", "json", "csv"], help: "docs/audit.md describes json and csv" },
  },
  notes: `
    It needs the right to cloudtrail:LookupEvents, and to logs:FilterLogEvents on the log group. The roles of the
    setting inspectors have both.

    AWS answers two requests of 50 events a second: a registry with 100,000 requests a day takes 17 minutes for each day.
    --package, --who and --denied choose among what has been read.

    Exit code 2 where AWS cannot be asked.`,
  run: async ({ stack, since: sinceText, package: name, who, denied, profile, format }) => {
    const until = new Date();
    const since = readSince(sinceText, until);
    const settings = stackSettings(stack);
    const { domain } = settings;
    const progress = progressOn(process.stderr);
    const recorded = await readRecorded({ settings, since, now: until, profile }, progress)
      .catch((error: unknown) => {
        throw withWayOut(error, domain);
      })
      .finally(progress.end);
    const events = wantedEvents(auditEvents(settings, recorded, since), { package: name, who, denied });
    const report: AuditReport = { stack, domain, since, until, looked: recorded.looked, events };
    return { text: { text: auditText, json: auditJson, csv: auditCsv }[format](report), exitCode: 0 };
  },
});

/** Says which roles may look, where AWS denies a request. */
function withWayOut(error: unknown, domain: string): unknown {
  return error instanceof CommandError && error.message.includes(": AccessDenied")
    ? new CommandError(
        `${error.message}\nAsk as ${domain}-codeartifact-inspector, the role of a job of the setting inspectors, or as an administrator.`,
        error.exitCode,
      )
    : error;
}
