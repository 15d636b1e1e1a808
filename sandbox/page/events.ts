import { Readable } from "node:stream";
import type { SandboxContext } from "../context";
import type { LoggedDecision } from "../decisionLog";
import type { DecisionEvent, DecisionRow } from "./answers";

/** A browser that does not read has this many bytes waiting at most; it then connects again. */
const mostWaiting = 2 ** 20;

/** Streams of decisions to browsers, as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class DecisionStreams {
  readonly #streams = new Set<Readable>();
  readonly #stopListening: () => void;
  readonly #event: (entry: LoggedDecision) => string;

  constructor(
    private readonly decisions: SandboxContext["decisions"],
    rowOf: (entry: LoggedDecision) => DecisionRow,
  ) {
    this.#event = (entry) => {
      const event: DecisionEvent = { row: rowOf(entry), total: decisions.counts() };
      return `id: ${entry.id}\nevent: decision\ndata: ${JSON.stringify(event)}\n\n`;
    };
    this.#stopListening = decisions.listen((entry) => {
      if (this.#streams.size > 0) {
        this.#send(this.#event(entry));
      }
    });
  }

  /** A stream of the decisions after one, by its id: first those that the log has, then each as it is made. */
  open(after: number, since: Date): Readable {
    const stream = new Readable({ read: () => undefined });
    const missed = this.decisions.entries().filter(({ id }) => id > after);
    stream.push(`retry: 1000\nevent: start\ndata: ${JSON.stringify({ since: since.toISOString() })}\n\n`);
    stream.push(missed.map(this.#event).join(""));
    this.#streams.add(stream);
    stream.once("close", () => this.#streams.delete(stream));
    return stream;
  }

  /** Ends every stream, so that the server can close. */
  close(): void {
    this.#stopListening();
    for (const stream of this.#streams) {
      stream.push(null);
    }
  }

  #send(text: string): void {
    for (const stream of this.#streams) {
      if (stream.readableLength > mostWaiting) {
        stream.destroy();
      } else {
        stream.push(text);
      }
    }
  }
}
