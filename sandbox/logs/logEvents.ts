import { ownLimits } from "../ownLimits";
import { notFound } from "./errors";
import { AwsError } from "../core/awsError";

/** One event of a log stream. */
export interface LogEvent {
  readonly eventId: string;
  readonly logStreamName: string;
  /** When it happened, by the word of who sent it; milliseconds since 1970, as is the next. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

interface LogStream {
  readonly logStreamName: string;
  readonly creationTime: Date;
}

/** The streams and events of one log group. */
export class LogEvents {
  readonly #streams = new Map<string, LogStream>();
  /** By time; at the same time, in the order of their arrival. */
  #events: LogEvent[] = [];
  #arrived = 0;

  createStream(logStreamName: string, creationTime: Date): void {
    if (this.#streams.has(logStreamName)) {
      throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
    }
    this.#streams.set(logStreamName, { logStreamName, creationTime });
  }

  hasStream(logStreamName: string): boolean {
    return this.#streams.has(logStreamName);
  }

  /** @throws ResourceNotFoundException */
  requireStream(logStreamName: string): void {
    if (!this.hasStream(logStreamName)) {
      throw notFound("The specified log stream does not exist.");
    }
  }

  deleteStream(logStreamName: string): void {
    this.requireStream(logStreamName);
    this.#streams.delete(logStreamName);
    this.#events = this.#events.filter((event) => event.logStreamName !== logStreamName);
  }

  /** By name. */
  streams(): readonly LogStream[] {
    return [...this.#streams.values()].sort((one, other) => (one.logStreamName < other.logStreamName ? -1 : 1));
  }

  add(logStreamName: string, { timestamp, message }: Pick<LogEvent, "timestamp" | "message">, arrival: Date): void {
    this.requireStream(logStreamName);
    this.#arrived++;
    const eventId = String(timestamp).padStart(20, "0") + String(this.#arrived).padStart(36, "0");
    const event = { eventId, logStreamName, timestamp, ingestionTime: arrival.getTime(), message };
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.timestamp ?? 0) > timestamp) {
      place--;
    }
    this.#events.splice(place, 0, event);
    if (this.#events.length > ownLimits.logEvents.most) {
      this.#events.shift();
    }
  }

  /** Those that are kept, the oldest first. */
  list(): readonly LogEvent[] {
    return this.#events;
  }

  /** Drops the events before a time. */
  expire(before: Date): void {
    const kept = this.#events.findIndex(({ timestamp }) => timestamp >= before.getTime());
    this.#events.splice(0, kept === -1 ? this.#events.length : kept);
  }
}
