import { fileSize } from "../backup/fileSize";
import type { Export } from "./exportRegistry";

/** What an export has saved, for a person or a program. */
export function renderExport(
  { packages, fetched, there, problems }: Export,
  { stack, folder }: { readonly stack: string; readonly folder: string },
  format: "text" | "json",
): string {
  const all = packages.flatMap(({ name, versions }) => versions.map((version) => ({ name, ...version })));
  const saved = all.flatMap(({ files }) => files).filter((file) => file.saved);
  const bytes = saved.reduce((sum, { size }) => sum + size, 0);
  const deleted = all.filter(({ deletedSince }) => deletedSince !== undefined);
  const counts = { packages: packages.length, versions: all.length, files: saved.length, bytes, fetched, there };
  if (format === "json") {
    const gone = deleted.map(({ name, version, deletedSince }) => ({ name, version, deletedSince }));
    return JSON.stringify({ stack, folder, ...counts, deleted: gone, problems }, undefined, 2);
  }
  const lines = [
    ...problems.map((problem) => `not saved: ${problem}`),
    ...deleted.map(({ name, version }) => `no longer in the registry, and kept: ${name} ${version}`),
  ];
  return [
    ...lines,
    `${stack} → ${folder}: ${packages.length} packages, ${all.length} versions, ${saved.length} files, ${fileSize(bytes)}. ` +
      `${fetched} fetched, ${there} there already.`,
  ].join("\n");
}
