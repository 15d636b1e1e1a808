import { csvText } from "../terminal/csv";
import type { Holder } from "./holders";
import { comparePin, rowOf } from "./holders";
import type { Cell, PackageRows, VersionRow } from "./matrix";
import type { HeldVersion } from "./registryVersions";
import { cellOf, differing, type Report } from "./report";

/** A report for programs. docs/operations.md describes it. */
export function renderJson(report: Report): string {
  const { environments, packages, holders, attested } = report;
  const document = {
    environments: environments.map(({ stack, settings: { domain, aws } }) => ({ stack, domain, region: aws.region })),
    ...(attested === undefined ? {} : { attestedBy: attested.repository }),
    packages: packages.map((one) => packageDocument(report, one)),
    layers: holders.map((holder) => holderDocument(report, holder)),
    differing: differing(report).map(({ name, version }) => ({ name, version })),
  };
  return JSON.stringify(document, undefined, 2);
}

function packageDocument(report: Report, { name, latest, behind, versions }: PackageRows) {
  return {
    name,
    latest: Object.fromEntries(latest),
    behind: [...behind],
    versions: versions.map(({ version, cells }) => ({
      version,
      environments: Object.fromEntries([...cells].map(([stack, cell]) => [stack, cellDocument(report, stack, cell)])),
    })),
  };
}

function cellDocument({ publication, attested }: Report, stack: string, cell: Cell) {
  if (cell.state !== "held") {
    return { state: cell.state };
  }
  const { held, marks } = cell;
  const by = publication(stack, held);
  return {
    state: cell.state,
    marks,
    status: held.status,
    published: held.published.toISOString(),
    publishedBy: typeof by === "string" ? null : by,
    ...(typeof by === "string" ? { publishedByNote: by } : {}),
    files: held.files.map(({ filename, size, sha256 }) => ({
      filename,
      size,
      sha256,
      ...(attested === undefined ? {} : { hasAttestation: attested.digests.has(sha256) }),
    })),
  };
}

function holderDocument({ packages, environments }: Report, { file, pins }: Holder) {
  return {
    file,
    packages: pins.map((pin) => ({
      ...pin,
      environments: Object.fromEntries(
        environments.map(({ stack }) => [stack, comparePin(pin, cellOf(rowOf(pin, packages), stack))]),
      ),
    })),
  };
}

const columns = [
  ...["package", "version", "environment", "state", "marks", "status", "published", "published_by"],
  ...["file", "size", "sha256", "has_attestation", "held_by"],
] as const;

/** A row for each file of each version in each environment, and one for a version without files. */
export function renderCsv(report: Report): string {
  const rows = report.packages.flatMap(({ versions }) =>
    versions.flatMap((row) => [...row.cells].flatMap(([stack, cell]) => cellRows(report, row, stack, cell))),
  );
  return csvText([columns, ...rows]);
}

function cellRows(report: Report, row: VersionRow, stack: string, cell: Cell): readonly (readonly string[])[] {
  const { name, version } = row;
  const heldBy = report.holders
    .filter(({ pins }) => pins.some((pin) => pin.name === name && rowOf(pin, report.packages) === row))
    .map(({ file }) => file)
    .join(" ");
  if (cell.state !== "held") {
    return [[name, version, stack, cell.state, "", "", "", "", "", "", "", "", heldBy]];
  }
  const { held, marks } = cell;
  const common = [name, held.version, stack, cell.state, marks.join("; "), held.status, held.published.toISOString()];
  const files = held.files.length === 0 ? [undefined] : held.files;
  return files.map((file) => [
    ...[...common, publisherText(report, stack, held)],
    ...[file?.filename ?? "", String(file?.size ?? ""), file?.sha256 ?? ""],
    report.attested === undefined || file === undefined ? "" : String(report.attested.digests.has(file.sha256)),
    heldBy,
  ]);
}

function publisherText({ publication }: Report, stack: string, held: HeldVersion): string {
  const by = publication(stack, held);
  return typeof by === "string" ? by : by.map(({ role, name = "" }) => [role ?? [], name].flat().join("/")).join("; ");
}
