import type { Overview, PastedLines } from "../answers";
import { CopyButton } from "./copy.js";
import { useAnswer } from "./live.js";

/** The lines to paste into another shell: first an identity, then a client. */
export function Connect({ overview: { address } }: { readonly overview: Overview }) {
  const { answer, error } = useAnswer("connect");
  if (answer === undefined) {
    return <p class="empty">{error ?? "Reading…"}</p>;
  }
  if (answer.stacks.length === 0) {
    return (
      <section class="card" aria-labelledby="any-client">
        <div class="card-head">
          <h2 id="any-client">Any AWS client</h2>
        </div>
        <Pasted
          lines={{
            name: "Endpoint",
            note: "In the shell of the project's folder: sends the AWS CLI, boto3 and the AWS SDKs here, as the administrator.",
            lines: `eval "$(npm run --silent job -- --administrator --sandbox ${address})"`,
          }}
        />
      </section>
    );
  }
  return (
    <>
      {answer.stacks.map(({ stack, identities, clients }) => (
        <div class="connect" key={stack}>
          <Group id={`identities-${stack}`} title={`1. Be someone in stack ${stack}`} all={identities} />
          <Group id={`clients-${stack}`} title="2. Use a client" all={clients} />
        </div>
      ))}
    </>
  );
}

function Group({
  id,
  title,
  all,
}: {
  readonly id: string;
  readonly title: string;
  readonly all: readonly PastedLines[];
}) {
  return (
    <section class="card" aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
      </div>
      {all.map((lines) => (
        <Pasted key={lines.name} lines={lines} />
      ))}
    </section>
  );
}

function Pasted({ lines: { name, note, lines } }: { readonly lines: PastedLines }) {
  return (
    <div class="pasted">
      <div class="pasted-head">
        <h3>{name}</h3>
        <CopyButton text={lines} />
      </div>
      <p class="quiet">{note}</p>
      <pre>{lines}</pre>
    </div>
  );
}
