import { colors } from "../terminal/colors";
import { plainTable, shellText, wrap } from "../terminal/wrap";
import type { CleanupPlan } from "./plan";
import type { Removal, Way } from "./removal";
import type { CleanupRequest } from "./request";
import type { ListedVersion } from "./rules";

/** What is reported of a clean-up. */
export interface Report {
  readonly stack: string;
  readonly request: CleanupRequest;
  readonly plan: CleanupPlan;
  /** What became of the versions; absent where nothing was to be changed. */
  readonly removal?: Removal;
  /** The options of the call, as they are written, without `--apply`. */
  readonly call: readonly string[];
}

/** What one version comes to, in the words of the output for programs. */
interface Outcome {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  /** ISO 8601. */
  readonly publishedTime: string;
  readonly outcome: "would go" | "disposed" | "deleted" | "failed" | "left";
  readonly reason?: string;
}

/** For a program. */
export function renderJson({ stack, request, plan, removal }: Report): string {
  const { way, applies, days, keep } = request;
  const versions = outcomes(request, plan, removal);
  const about = { stack, way, applied: applies, olderThanDays: days, keep, rejected: removal?.rejected };
  return JSON.stringify({ ...about, versions, stays: plan.stays }, undefined, 2);
}

/** For a person. */
export function renderText(report: Report): string {
  const { stack, request, plan, removal, call } = report;
  const found = outcomes(request, plan, removal);
  const rows = found.map(({ name, version, status, publishedTime, outcome, reason = "" }) => [
    outcome === "failed" ? colors.red(outcome) : outcome,
    `${name}==${version}`,
    publishedTime.slice(0, 10),
    colors.dim(reason === "" ? status : reason),
  ]);
  const counted = (wanted: Outcome["outcome"]) => found.filter(({ outcome }) => outcome === wanted).length;
  const [done, failed, left] = [counted("disposed") + counted("deleted"), counted("failed"), counted("left")];
  const stays = staysLine(plan);
  const lines = [
    ...(rows.length === 0 ? [] : [plainTable(rows), ""]),
    ...(stays === "" ? [] : [wrap(stays, width)]),
    removal === undefined
      ? `${stack}: ${found.length} versions would be ${pastTense[request.way]}. Nothing was changed.`
      : `${stack}: ${done} versions ${pastTense[request.way]}, ${failed} failed, ${left} left.`,
    ...(found.length === 0 ? [] : [wrap(meaning[request.way], width)]),
    ...(removal !== undefined || found.length === 0 ? [] : howTo(report, call)),
    ...(left === 0 ? [] : ["Run the same command again: it does what is left."]),
  ];
  return lines.join("\n");
}

const width = 100;

const pastTense: Readonly<Record<Way, string>> = { dispose: "disposed of", delete: "deleted" };

/** Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status */
const meaning: Readonly<Record<Way, string>> = {
  dispose:
    "Dispose: the files are gone for good, and the number stays taken. The version cannot be published again, and its record " +
    "is still listed.",
  delete:
    "Delete: the files and the record are gone for good, and the number is free. The same version can be published again, with " +
    "other bytes.",
};

function howTo({ request, plan, stack }: Report, call: readonly string[]): readonly string[] {
  const command = ["npm", "run", "cleanup", "--", "--stack", stack, ...call].map(shellText).join(" ");
  return request.needsNames
    ? [
        `${stack} is a production stack. To do it, name each version that is to go:`,
        `  ${command} --apply ${plan.goes.map(({ name, version }) => `${name}==${version}`).join(" ")}`,
      ]
    : ["To do it:", `  ${command} --apply`];
}

/** How many versions stay, by reason. */
function staysLine({ stays }: CleanupPlan): string {
  const counts = new Map<string, number>();
  for (const { reason } of stays) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts.size === 0
    ? ""
    : `${stays.length} stay: ${[...counts].map(([reason, count]) => `${count} ${reason}`).join("; ")}.`;
}

function outcomes({ way }: CleanupRequest, { goes }: CleanupPlan, removal: Removal | undefined): readonly Outcome[] {
  const done = new Set(removal?.done.map(textOf));
  const failed = new Map(removal?.failed.map((version) => [textOf(version), version.reason] as const));
  return goes.map((version) => {
    const { name, version: number, status, publishedTime } = version;
    const reason = failed.get(textOf(version));
    const outcome =
      removal === undefined
        ? "would go"
        : done.has(textOf(version))
          ? way === "dispose"
            ? "disposed"
            : "deleted"
          : reason === undefined
            ? "left"
            : "failed";
    return { name, version: number, status, publishedTime: publishedTime.toISOString(), outcome, reason };
  });
}

function textOf({ name, version }: Pick<ListedVersion, "name" | "version">): string {
  return `${name}==${version}`;
}
