import { formatsOfTwine } from "../python/twine";
import { shellText } from "../terminal/wrap";
import type { Import, ImportedFile } from "./importRegistry";
import type { ImportPlan } from "./plan";

/** What an import has brought, for a person or a program. */
export function renderImport(
  { files, statuses }: Import,
  { notImported }: ImportPlan,
  { stack, folder }: { readonly stack: string; readonly folder: string },
  format: "text" | "json",
): string {
  if (format === "json") {
    return JSON.stringify({ stack, folder, files, statuses, notImported }, undefined, 2);
  }
  const count = (wanted: ImportedFile["outcome"]) => files.filter(({ outcome }) => outcome === wanted).length;
  const denied = statuses.filter(({ outcome }) => outcome === "denied");
  const remaining = denied.map(({ name, version, status }) => {
    const isWithheld = files.some(
      (file) => file.name === name && file.version === version && file.outcome === "withheld",
    );
    return isWithheld
      ? `not sent, because it cannot be ${status}: ${name} ${version}`
      : `remains Published, and is to be ${status}: ${name} ${version}`;
  });
  const call = `npm run import -- --stack ${shellText(stack)} --from ${shellText(folder)} --status-profile NAME`;
  const lines = [
    ...notImported.map(({ name, version, why }) => `not imported: ${name} ${version}: ${why}`),
    ...files
      .filter(({ outcome }) => outcome === "left out")
      .map(({ filename }) => `left out: ${filename}: twine sends only ${formatsOfTwine}`),
    ...remaining,
    ...(denied.length === 0 ? [] : [`With a profile that may change statuses, such as a maintainer's, run: ${call}`]),
  ];
  const set = statuses.filter(({ outcome }) => outcome === "set").length;
  return [
    ...lines,
    `${folder} → ${stack}: ${count("sent")} files sent, ${count("there already")} there already. ${set} statuses set.`,
  ].join("\n");
}
