import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type {
  ConnectLines,
  Counts,
  DecisionDetail,
  DecisionEvent,
  DecisionList,
  DecisionRow,
  GroupList,
  Overview,
  PackageDetail,
  PackageList,
  RoleList,
} from "../answers";

/** How the page learns of new decisions. */
export type Connection = "connecting" | "live" | "polling" | "offline";

/** What the page knows of the sandbox. */
export interface LiveState {
  readonly overview: Overview | undefined;
  /** The newest first, as many as the sandbox keeps. */
  readonly rows: readonly DecisionRow[];
  readonly total: Counts;
  readonly connection: Connection;
}

/** Between two questions where events do not arrive, in milliseconds. */
const pollEvery = 2000;

/** Decisions that arrive within this time are shown together, in milliseconds: a client may cause hundreds at once. */
const gathering = 40;

/** Reads what is at a path below `/page/`. */
export async function read<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`/page/${path}`);
  if (!response.ok) {
    throw new Error(`${response.status} ${response.statusText}: /page/${path}`);
  }
  return (await response.json()) as Answer;
}

/** Follows the sandbox: by server-sent events, and by asking again and again where these do not arrive. */
class Live {
  state: LiveState = { overview: undefined, rows: [], total: { allowed: 0, denied: 0 }, connection: "connecting" };
  readonly #listeners = new Set<() => void>();
  #arrived: DecisionRow[] = [];
  #failures = 0;
  #polling: ReturnType<typeof setInterval> | undefined;

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async start(): Promise<void> {
    try {
      await this.#load();
    } catch {
      this.#set({ connection: "offline" });
      setTimeout(() => void this.start(), pollEvery);
      return;
    }
    this.#follow();
  }

  async #load(): Promise<void> {
    const [overview, { decisions }] = await Promise.all([read<Overview>("overview"), read<DecisionList>("decisions")]);
    this.#arrived = [];
    this.#set({ overview, rows: [...decisions].reverse(), total: overview.total });
  }

  #follow(): void {
    const source = new EventSource(`/page/events?after=${this.#newest()}`);
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#stopPolling();
      this.#set({ connection: "live" });
    });
    source.addEventListener("start", (event) => {
      this.#compareStart((JSON.parse(event.data as string) as Pick<DecisionList, "since">).since);
    });
    source.addEventListener("decision", (event) => {
      const { row, total } = JSON.parse(event.data as string) as DecisionEvent;
      this.#add([row], total);
    });
    source.addEventListener("error", () => {
      this.#failures += 1;
      if (source.readyState === EventSource.CLOSED || this.#failures > 1) {
        source.close();
        this.#poll();
      } else {
        this.#set({ connection: "connecting" });
      }
    });
  }

  /** Asks for new decisions, and now and then whether events arrive again. */
  #poll(): void {
    this.#stopPolling();
    let asked = 0;
    const ask = async () => {
      const wasOffline = this.state.connection === "offline";
      try {
        const { since, decisions } = await read<DecisionList>(`decisions?after=${this.#newest()}`);
        this.#set({ connection: "polling" });
        if (!this.#compareStart(since) && decisions.length > 0) {
          const { total } = await read<Overview>("overview");
          this.#add(decisions, total);
        }
        asked += 1;
        if (wasOffline || asked % 5 === 0) {
          this.#stopPolling();
          this.#follow();
        }
      } catch {
        this.#set({ connection: "offline" });
      }
    };
    this.#polling = setInterval(() => void ask(), pollEvery);
    void ask();
  }

  #stopPolling(): void {
    clearInterval(this.#polling);
    this.#polling = undefined;
  }

  /** Another start of the sandbox has other decisions under the same numbers. */
  #compareStart(since: string): boolean {
    const { overview } = this.state;
    const isOther = overview !== undefined && overview.since !== since;
    if (isOther) {
      void this.#load();
    }
    return isOther;
  }

  #newest(): number {
    return Math.max(0, this.state.rows[0]?.id ?? 0, ...this.#arrived.map(({ id }) => id));
  }

  #add(rows: readonly DecisionRow[], total: Counts): void {
    const newest = this.#newest();
    const added = rows.filter(({ id }) => id > newest);
    if (added.length === 0) {
      return;
    }
    if (this.#arrived.length === 0) {
      setTimeout(() => {
        const arrived = [...this.#arrived].reverse();
        this.#arrived = [];
        this.#set({ rows: [...arrived, ...this.state.rows].slice(0, this.state.overview?.mostDecisions) });
      }, gathering);
    }
    this.#arrived.push(...added);
    this.state = { ...this.state, total };
  }

  #set(change: Partial<LiveState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

export const live = new Live();

/** What the page knows now; renders again when that changes. */
export function useLive(): LiveState {
  const [state, setState] = useState(live.state);
  useLayoutEffect(() => {
    const update = () => {
      setState(live.state);
    };
    // It may have changed since the first rendering.
    update();
    return live.listen(update);
  }, []);
  return state;
}

/** What the views read, by path below `/page/`. */
interface Answers {
  readonly packages: PackageList;
  readonly groups: GroupList;
  readonly roles: RoleList;
  readonly connect: ConnectLines;
  readonly [decision: `decisions/${number}`]: DecisionDetail;
  readonly [place: `package?${string}`]: PackageDetail;
}

/** An answer, or the error in its place; neither while it is awaited. */
interface Reading<Answer> {
  readonly answer?: Answer;
  readonly error?: string;
}

/** Decisions that follow each other closely are one reason to read again, in milliseconds. */
const settling = 300;

/**
 * What is at a path below `/page/`, read again when the revision changes.
 *
 * @param revision - another value where the answer may be another one
 */
export function useAnswer<Path extends keyof Answers>(path: Path, revision = 0): Reading<Answers[Path]> {
  const [reading, setReading] = useState<Reading<Answers[Path]> & { readonly path: Path }>({ path });
  useEffect(() => {
    let isWanted = true;
    const settle = (outcome: Reading<Answers[Path]>) => {
      if (isWanted) {
        setReading({ path, ...outcome });
      }
    };
    const start = () => {
      read<Answers[Path]>(path).then(
        (answer) => {
          settle({ answer });
        },
        (error: unknown) => {
          settle({ error: error instanceof Error ? error.message : String(error) });
        },
      );
    };
    const timer = setTimeout(start, reading.path === path && reading.answer !== undefined ? settling : 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [path, revision]);
  return reading.path === path ? reading : {};
}
