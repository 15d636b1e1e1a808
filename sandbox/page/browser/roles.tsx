import { useEffect } from "preact/hooks";
import type { RoleSummary } from "../answers";
import { useAnswer } from "./live.js";
import { addressOf, type Place } from "./place.js";
import { StatementView } from "./statement.js";

/** Every role in sentences; its documents are behind a click. */
export function Roles({ place, revision }: { readonly place: Place; readonly revision: number }) {
  const { answer, error } = useAnswer("roles", revision);
  useEffect(() => {
    document.getElementById(`role-${place.opened ?? ""}`)?.scrollIntoView({ block: "nearest" });
  }, [place.opened, answer === undefined]);
  if (answer === undefined) {
    return <p class="empty">{error ?? "Reading…"}</p>;
  }
  return answer.roles.length === 0 ? (
    <p class="empty">The account has no role yet.</p>
  ) : (
    <>
      {answer.roles.map((role) => (
        <Role key={role.name} role={role} isOpened={role.name === place.opened} />
      ))}
    </>
  );
}

function Role({ role, isOpened }: { readonly role: RoleSummary; readonly isOpened: boolean }) {
  const { name, label, arn, trusts, may, mayNot, boundary, documents } = role;
  return (
    <section class="card role" id={`role-${name}`} aria-labelledby={`title-${name}`}>
      <div class="card-head">
        <h2 id={`title-${name}`}>{label}</h2>
        <a href={isOpened ? "#roles" : addressOf("roles", name)} aria-expanded={isOpened}>
          {isOpened ? "Hide the documents" : "Show the documents"}
          <span class="unseen"> of {label}</span>
        </a>
      </div>
      <dl class="sentences">
        <Sentences name="Is for" texts={trusts} />
        <Sentences name="May" texts={may} />
        <Sentences name="May not" texts={mayNot} />
        {boundary === undefined ? undefined : (
          <Sentences name="Within" texts={[`the permissions boundary ${boundary}`]} />
        )}
      </dl>
      {isOpened ? (
        <div class="detail">
          <p class="quiet long">{arn}</p>
          {documents.map((document) => (
            <div key={document.name}>
              <h3>{document.name}</h3>
              {document.statements.map((statement) => (
                <StatementView key={statement.name} statement={statement} />
              ))}
            </div>
          ))}
        </div>
      ) : undefined}
    </section>
  );
}

function Sentences({ name, texts }: { readonly name: string; readonly texts: readonly string[] }) {
  return texts.length === 0 ? null : (
    <div>
      <dt>{name}</dt>
      {texts.map((text) => (
        <dd key={text}>{text}</dd>
      ))}
    </div>
  );
}
