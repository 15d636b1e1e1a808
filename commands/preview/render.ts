import { code } from "./markdown";
import { detailLevels, type StackPart } from "./stackPart";

/** Tells the comment from all others of a pull request, so that the next one takes its place. */
export const marker = "<!-- package-registry preview -->";

/** What the comment describes. */
export interface Preview {
  /** In the order of deployment. */
  readonly stacks: readonly StackPart[];
  /** Files of the change that are not stack files. */
  readonly otherFiles: readonly string[];
  /** The commit that the comment is about. @default - not named */
  readonly commit?: string;
  /** Address of the workflow's run. @default - not named */
  readonly run?: string;
}

/**
 * The most bytes of the comment. GitHub takes 65,536 characters; the job that writes it gets it in one environment
 * variable, encoded by a third longer, and Linux takes 131,072 bytes there.
 */
const commentLimit = 60_000;

/** The most bytes of the summary. Source: https://docs.github.com/actions, "Job summaries": 1 MiB for each step */
const summaryLimit = 1_000_000;

/** The most bytes of warnings, shared equally by the stacks. */
const warningLimit = 30_000;

/** The comment on a pull request: first what must not be overlooked, then each stack's plan and access. */
export function renderComment(preview: Preview): string {
  const where = `the whole is in the summary of the job that judges, "Describe the change"${preview.run === undefined ? "" : `: ${preview.run}`}`;
  return shortened(preview, detailLevels.slice(0, 3), commentLimit, where);
}

/** The same with every attempt and its verdict, for the summary of the workflow's run. */
export function renderSummary(preview: Preview): string {
  return shortened(preview, detailLevels, summaryLimit, "run `npm run access -- --stack STACK` for the whole");
}

/** Leaves out what matters least until the text fits. What is brief always does: names, stacks and warnings are limited. */
function shortened(
  preview: Preview,
  levels: readonly (typeof detailLevels)[number][],
  limit: number,
  where: string,
): string {
  const texts = levels.map((_level, index) => {
    const left = levels.slice(levels.length - index).map((level) => leftOut[level]);
    const whole = text(preview, levels.slice(0, levels.length - index));
    return left.length === 0
      ? whole
      : `${whole}\n**Cut:** GitHub takes no more here. Left out: ${left.join(", ")} of every stack; ${where}\n`;
  });
  return texts.find((one) => Buffer.byteLength(one) <= limit) ?? texts.at(-1) ?? "";
}

const leftOut = {
  brief: "the part",
  changes: "the lines that change and Pulumi's messages",
  tables: "the tables of resources and roles",
  attempts: "each attempt",
};

function text(preview: Preview, levels: readonly string[]): string {
  const pieces = preview.stacks.flatMap((stack) => stack.pieces.filter(({ detail }) => levels.includes(detail)));
  return `${[head(preview), ...pieces.map((piece) => piece.text)].join("\n\n")}\n`;
}

function head({ stacks, otherFiles, commit }: Preview): string {
  return [
    marker,
    ...(otherFiles.length === 0 ? [] : [codeText(otherFiles)]),
    `## What ${commit === undefined ? "this" : code(commit)} does to the registry`,
    warningPart(stacks),
  ].join("\n\n");
}

/** What is shown of a change of code, and what is not. */
function codeText(files: readonly string[]): string {
  const places = new Map<string, number>();
  for (const file of files) {
    const [folder = "", ...rest] = file.split("/");
    const place = rest.length === 0 ? folder : `${folder}/`;
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  const shown = [...places]
    .slice(0, 15)
    .map(([place, count]) => `${code(place)}${count === 1 ? "" : ` (${count} files)`}`);
  const rest = places.size > shown.length ? ` and ${places.size - shown.length} other places` : "";
  return (
    `**This change touches more than stack files, so it reports itself what it registers:** ${shown.join(", ")}${rest}. ` +
    "The base branch's code reads the settings, decides every request and writes this text. It does not see what the changed " +
    "code would do elsewhere, such as in a deployment: read the code too."
  );
}

function warningPart(stacks: readonly StackPart[]): string {
  const lines = stacks.flatMap((stack) => warningLines(stack, warningLimit / stacks.length));
  if (lines.length > 0) {
    return ["> [!CAUTION]", ...lines].join("\n");
  }
  const unseen = stacks.filter(({ isWhole }) => !isWhole);
  const nothing =
    "Nothing here locks out every publisher, opens a private name, admits a new job, widens a permission, or touches what is protected";
  return unseen.length === 0
    ? `${nothing}.`
    : `${nothing}, as far as it could be looked at: ${unseen.map(({ stack }) => code(stack, 100)).join(", ")} not in full, see below.`;
}

function warningLines({ stack, warnings }: StackPart, limit: number): readonly string[] {
  const lines: string[] = [];
  let left = limit;
  for (const warning of warnings) {
    const line = `> - ${code(stack, 100)}: ${warning}`;
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) {
      return [...lines, `> - ${code(stack, 100)}: **${warnings.length - lines.length} more of these do not fit here**`];
    }
    lines.push(line);
  }
  return lines;
}
