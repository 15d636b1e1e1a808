import type { MarkedDocument, StatementText } from "../answers";

/** A statement of a policy as JSON, with the lines marked that name an unmet condition key. */
export function StatementView({
  statement: { name, text },
  mark,
  note,
  unmet = [],
}: {
  readonly statement: StatementText;
  readonly mark?: MarkedDocument["mark"];
  /** What the statement does. */
  readonly note?: string;
  readonly unmet?: readonly string[];
}) {
  const isUnmet = (line: string) => unmet.some((key) => line.toLowerCase().includes(`"${key.toLowerCase()}":`));
  return (
    <figure class={`statement ${mark ?? ""}`}>
      <figcaption>
        <b>{name}</b>
        {note === undefined ? undefined : <span> {note}</span>}
      </figcaption>
      <pre>
        {text.split("\n").map((line, index) => (
          <span key={index} class={isUnmet(line) ? "unmet" : undefined}>
            {line}
            {"\n"}
          </span>
        ))}
      </pre>
    </figure>
  );
}
