import type { DecisionRow, Identity } from "../answers";
import { addressOf } from "./place.js";

/** Decisions, one line each; the line is a link that opens or closes what is behind it. */
export function DecisionLines({
  rows,
  opened,
  closeTo = "#decisions",
  detail,
}: {
  readonly rows: readonly DecisionRow[];
  readonly opened: number | undefined;
  /** Where a click on the opened line leads. */
  readonly closeTo?: string;
  readonly detail?: (row: DecisionRow) => preact.ComponentChildren;
}) {
  return (
    <ul class="lines">
      {rows.map((row) => (
        <li key={row.id} id={`line-${row.id}`} class={row.id === opened ? "opened" : undefined}>
          <DecisionLine row={row} isOpened={row.id === opened} closeTo={closeTo} />
          {row.id === opened ? detail?.(row) : undefined}
        </li>
      ))}
    </ul>
  );
}

function DecisionLine({
  row,
  isOpened,
  closeTo,
}: {
  readonly row: DecisionRow;
  readonly isOpened: boolean;
  readonly closeTo: string;
}) {
  const { id, time, who, did, subject, version, file, allowed, why } = row;
  return (
    <a
      class={`line ${allowed ? "allowed" : "denied"}`}
      href={isOpened ? closeTo : addressOf("decisions", id)}
      aria-expanded={isOpened}
    >
      <span class="verdict">{allowed ? "Allowed" : "Denied"}</span>
      <time dateTime={time} title={time}>
        {clock(time)}
      </time>
      <Who identity={who} />
      <span class="what">
        <span class="did">{did}</span>{" "}
        <b class="subject" title={subject}>
          {subject}
        </b>
        {version === undefined ? undefined : <span class="version"> {version}</span>}
        {file === undefined ? undefined : (
          <span class="file" title={file}>
            {" "}
            {file}
          </span>
        )}
      </span>
      <span class="why" title={why}>
        {why}
      </span>
    </a>
  );
}

export function Who({ identity: { kind, name, note } }: { readonly identity: Identity }) {
  const text = note === undefined ? name : `${name} (${note})`;
  return (
    <span class={`who ${kind}`} title={text}>
      {name}
      {note === undefined ? undefined : <span class="note"> {note}</span>}
    </span>
  );
}

/** The time of day where the browser is, up to the second. */
export function clock(time: string): string {
  return new Date(time).toLocaleTimeString("en-GB");
}
