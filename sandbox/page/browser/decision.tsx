import type { DecisionDetail, MarkedDocument } from "../answers";
import { CopyButton } from "./copy.js";
import { useAnswer } from "./live.js";
import { StatementView } from "./statement.js";

/** What is behind a decision: the request, why it ended so, and the statement that decides. */
export function OpenedDecision({ id }: { readonly id: number }) {
  const { answer, error } = useAnswer(`decisions/${id}`);
  if (answer === undefined) {
    return <p class="detail empty">{error ?? "Reading…"}</p>;
  }
  const { row, caller, resource, reason } = answer;
  return (
    <section class="detail" aria-label={`Decision ${id}`}>
      <div class={`reason ${row.allowed ? "allowed" : "denied"}`}>
        <h3>{headline(answer)}</h3>
        {/* A condition that is not met is on a line of its own. */}
        <p>{answer.unmet.length > 1 ? reason.replaceAll("; ", ";\n") : reason}</p>
      </div>
      <div class="detail-columns">
        <div>
          <h3>Request</h3>
          <dl class="pairs">
            <Pair name="Caller" value={caller} />
            <Pair name="Action" value={row.action} />
            <Pair name="Resource" value={resource} />
            {row.packageName === undefined ? undefined : (
              <Pair name="Package" value={[row.packageName, row.version].filter(Boolean).join(" ")} />
            )}
            {row.file === undefined ? undefined : <Pair name="File" value={row.file} />}
            <Pair name="Time" value={row.time} />
          </dl>
          {answer.context.length === 0 ? undefined : <Context detail={answer} />}
        </div>
        <div>
          {answer.document === undefined ? (
            <NoDocument detail={answer} />
          ) : (
            <Document document={answer.document} unmet={answer.unmet} />
          )}
        </div>
      </div>
      <p class="detail-foot">
        <CopyButton text={location.href} label="Copy the link" />
      </p>
    </section>
  );
}

function headline({ row: { allowed }, outcome, document }: DecisionDetail): string {
  if (allowed) {
    return document === undefined ? "Allowed" : `Allowed by statement ${document.statement} of ${document.name}`;
  }
  switch (outcome) {
    case undefined:
      return "Denied before any policy document was asked";
    case "allowed":
      return "The policy documents allow it, and the registry rejects it";
    case "explicitlyDenied":
      return `Denied by statement ${document?.statement ?? ""} of ${document?.name ?? ""}`;
    default:
      return document === undefined
        ? "Denied: no statement allows the action"
        : `Denied: statement ${document.statement} of ${document.name} comes nearest`;
  }
}

function Context({ detail: { context, unmet } }: { readonly detail: DecisionDetail }) {
  const isUnmet = (key: string) => unmet.some((one) => one.toLowerCase() === key.toLowerCase());
  const given = context.filter(({ values }) => values.length > 0);
  // First what is not met, then what the caller's token claims, then AWS's own keys.
  const rank = (key: string) => (isUnmet(key) ? 0 : /^(?:aws|iam):/i.test(key) ? 2 : 1);
  const ordered = [...given].sort((one, other) => rank(one.key) - rank(other.key));
  const absent = context.filter(({ values }) => values.length === 0).map(({ key }) => key);
  return (
    <>
      <h3>Context that conditions compare</h3>
      <dl class="pairs context">
        {ordered.map(({ key, values }) => (
          <Pair key={key} name={key} value={values.join(", ")} isMarked={isUnmet(key)} />
        ))}
        {absent.length === 0 ? undefined : <Pair name="Not in the request" value={absent.join(", ")} />}
      </dl>
    </>
  );
}

function Pair({
  name,
  value,
  isMarked = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly isMarked?: boolean;
}) {
  return (
    <div class={isMarked ? "marked" : undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const marks: Readonly<Record<MarkedDocument["mark"], string>> = {
  allows: "allows the request",
  denies: "denies the request",
  nearest: "comes nearest, and does not allow it",
};

function Document({
  document: { name, statement, mark, statements },
  unmet,
}: {
  readonly document: MarkedDocument;
  readonly unmet: readonly string[];
}) {
  const marked = statements.filter((one) => one.name === statement);
  const others = statements.filter((one) => one.name !== statement);
  return (
    <>
      <h3>{name}</h3>
      {marked.map((one) => (
        <StatementView key={one.name} statement={one} mark={mark} note={marks[mark]} unmet={unmet} />
      ))}
      {others.length === 0 ? undefined : (
        <details>
          <summary>
            {others.length === 1
              ? "The document's other statement"
              : `The document's other ${others.length} statements`}
          </summary>
          {others.map((one) => (
            <StatementView key={one.name} statement={one} />
          ))}
        </details>
      )}
    </>
  );
}

function NoDocument({ detail: { outcome } }: { readonly detail: DecisionDetail }) {
  return (
    <>
      <h3>Policy document</h3>
      <p class="quiet">
        {outcome === undefined
          ? "No document was asked: the caller is not known, or the request is not valid."
          : "No statement of any document that applies allows this action."}
      </p>
    </>
  );
}
