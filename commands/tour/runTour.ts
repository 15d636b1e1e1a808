import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { simpleIndex } from "../../sandbox/publicIndex/simpleIndex";
import { deploy } from "../../sandbox/pulumi/deployment";
import type { DeployedResource } from "../../sandbox/pulumi/mockRuntime";
import { openSandbox } from "../../sandbox/sandbox";
import type { CommandResult } from "../cli";
import { type AttemptGroup, attemptTable, mismatches } from "../terminal/attemptTable";
import { colors } from "../terminal/colors";
import type { Progress } from "../terminal/progress";
import type { TourAttempt } from "./attempts";
import { chooseClients } from "./clients";
import { publishOwnFiles, readOwnFiles } from "./ownFiles";
import { publicPackages, servePublicIndex } from "./publicIndex";
import { tour, tourPackage } from "./tour";

/** What a person asked for. */
export interface TourCall {
  readonly stack: string;
  /** A folder of distributions to publish instead of the tour's own. */
  readonly dist?: string;
  readonly format: "text" | "json";
}

/** Deploys a stack into a sandbox, makes the tour there and reports how every attempt ended. */
export async function runTour(
  directory: string,
  { stack, dist, format }: TourCall,
  progress: Progress,
): Promise<CommandResult> {
  const ownFiles = dist === undefined ? undefined : readOwnFiles(dist);
  const deployment = await deploy({ directory, stack }).finally(progress.end);
  const { clients, remark } = await chooseClients(progress.wait);
  const { settings, resources, warnings } = deployment;
  const offered = publicPackages(settings, tourPackage(settings.publishers));
  const index = await servePublicIndex(offered);
  const publicIndex = simpleIndex(index.url);
  const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex });
  try {
    const { address, context } = sandbox;
    const administrator = context.sts.administrator();
    const options = { deployment, address, administrator, clients, offered, progress: progress.step };
    const attempts = await (ownFiles === undefined ? tour(options) : publishOwnFiles(options, ownFiles));
    const sections = [
      heading("Resources"),
      resourceTree(resources),
      heading(ownFiles === undefined ? "Tour" : "Your files"),
      renderTour(attempts),
      [tourSummary(attempts), ...remark].join("\n"),
      "Next: npm run sandbox serves this registry to your own clients, npm run access shows who can do what.",
    ];
    const { publisher, installer } = clients;
    const report = { stack, domain: settings.domain, clients: { publisher, installer }, remark, attempts };
    return {
      text: format === "json" ? JSON.stringify(report, undefined, 2) : sections.join("\n\n"),
      warnings: inOneLine(warnings),
      exitCode: mismatches(attempts).length === 0 ? 0 : 1,
    };
  } finally {
    progress.end();
    await Promise.all([sandbox.close(), index.close()]);
  }
}

/** Several warnings as one, so that the tour's own result stays in sight; `npm run access` prints each. */
function inOneLine(warnings: readonly string[]): readonly string[] {
  const idle = warnings.filter((line) => line.includes(" admits no one yet: "));
  const others = warnings.filter((line) => !idle.includes(line));
  return idle.length < 2
    ? warnings
    : [
        ...others,
        `${idle.length} roles admit no one at AWS yet: their repositories' ids are 0. npm run access names them.`,
      ];
}

function heading(text: string): string {
  return colors.underline(colors.bold(text));
}

/**
 * The tour as a table of its attempts under their chapters, each with what stopped it.
 *
 * @param width - of the terminal, in characters. @default - that of this process's terminal, or 80
 */
export function renderTour(attempts: readonly TourAttempt[], width?: number): string {
  const chapters = new Map<string, AttemptGroup["attempts"]>();
  for (const attempt of attempts) {
    const why = /^(?:200|OK)$/.test(attempt.detail) ? "" : reasonOf(attempt.detail);
    chapters.set(attempt.chapter, [...(chapters.get(attempt.chapter) ?? []), { ...attempt, why }]);
  }
  const groups = [...chapters].map(([chapter, own]) => ({ heading: colors.bold(chapter), attempts: own }));
  return attemptTable(groups, width);
}

/** How the tour ended, in one line. */
export function tourSummary(attempts: readonly TourAttempt[]): string {
  const others = mismatches(attempts).length;
  return `${attempts.length} attempts: ${others === 0 ? "all end as expected" : `${others} do not end as expected`}.`;
}

/** The reason in what a client was answered, with the short names of statements and resources. */
function reasonOf(detail: string): string {
  const [, reason = detail] = /is not authorized to perform: \S+ on resource: \S+ \((.*)\)$/s.exec(detail) ?? [];
  return reason
    .replace(/: Not authorized to perform \S+$/, "")
    .replace(/statement "(\w+)" of [^:]*?(?=:| allows )/g, "$1")
    .replace(/arn:[^:]*:codeartifact:[^:]*:\d{12}:/g, "")
    .replace(/\bcodeartifact:/g, "");
}

/** The resources of a stack below their parents, each with its type and what AWS knows it by. */
export function resourceTree(resources: readonly DeployedResource[]): string {
  return resources
    .filter(({ parent }) => parent === "")
    .flatMap((root) => branch(root, resources, "", ""))
    .join("\n");
}

function branch(
  resource: DeployedResource,
  all: readonly DeployedResource[],
  here: string,
  below: string,
): readonly string[] {
  const { urn, name, type, id, protect } = resource;
  const facts = [
    colors.bold(name),
    colors.cyan(shortType(type)),
    ...(id === "" || id === name ? [] : [colors.dim(id)]),
    ...(protect ? [colors.yellow("protected")] : []),
  ];
  const children = all.filter(({ parent }) => parent === urn);
  return [
    `${here}${facts.join("  ")}`,
    ...children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return branch(child, all, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
    }),
  ];
}

/** `aws:iam/role:Role` as people write it, `aws:iam:Role`. */
function shortType(type: string): string {
  return type.replace(/\/[^:]*:/, ":");
}
