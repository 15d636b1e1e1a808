import { useEffect, useMemo, useState } from "preact/hooks";
import type { DecisionRow } from "../answers";
import { DecisionLines } from "./decisionLine.js";
import { OpenedDecision } from "./decision.js";
import { addressOf, type Place } from "./place.js";

/** What a person filters by. An empty text is no filter. */
interface Filter {
  readonly verdict: string;
  readonly who: string;
  readonly action: string;
  readonly package: string;
}

const filterKeys = ["verdict", "who", "action", "package"] as const satisfies readonly (keyof Filter)[];

/** Lines of one page. A thousand lines at once take longer to lay out than a frame lasts. */
const pageSize = 100;

/** Every decision that the sandbox keeps, filtered, a page at a time. */
export function Timeline({
  rows,
  place,
  most,
}: {
  readonly rows: readonly DecisionRow[];
  readonly place: Place;
  /** How many decisions the sandbox keeps. */
  readonly most: number;
}) {
  const opened = place.opened === undefined ? undefined : Number(place.opened);
  const [filter, setFilter] = useState(() => filterOf(place.query));
  const [page, setPage] = useState(0);

  // The address of an opened decision has no filter: the filter stays as it was.
  useEffect(() => {
    if (opened === undefined) {
      setFilter(filterOf(place.query));
      setPage(0);
    }
  }, [place]);

  const shown = useMemo(() => rows.filter((row) => matches(row, filter)), [rows, filter]);
  const index = opened === undefined ? -1 : shown.findIndex(({ id }) => id === opened);
  const exists = opened !== undefined && rows.some(({ id }) => id === opened);
  // A decision that a link names is shown whatever is filtered, on its page.
  useEffect(() => {
    if (exists && index < 0) {
      setFilter(noFilter);
    } else if (index >= 0) {
      setPage(Math.floor(index / pageSize));
    }
  }, [opened, exists, index < 0]);
  useEffect(() => {
    document.getElementById(`line-${opened ?? ""}`)?.scrollIntoView({ block: "nearest" });
  }, [opened, page, exists]);

  const change = (part: Partial<Filter>) => {
    const next = { ...filter, ...part };
    setFilter(next);
    setPage(0);
    // A reload or a copied address shows the same.
    history.replaceState(undefined, "", addressOfFilter(next));
    dispatchEvent(new HashChangeEvent("hashchange"));
  };
  const pages = Math.max(1, Math.ceil(shown.length / pageSize));
  const current = Math.min(page, pages - 1);
  const first = current * pageSize;
  return (
    <section
      aria-labelledby="decisions-title"
      class="card"
      onKeyDown={(event) => {
        move(event, filter);
      }}
    >
      <div class="card-head">
        <h2 id="decisions-title">Decisions</h2>
        <p class="hint">
          <kbd>↓</kbd> <kbd>↑</kbd> move, <kbd>Enter</kbd> opens, <kbd>Esc</kbd> closes
        </p>
      </div>
      <Filters rows={rows} filter={filter} change={change} />
      {opened !== undefined && !exists && rows.length > 0 ? (
        <p class="empty" role="status">
          Decision {opened} is no longer kept: the sandbox keeps the latest {most.toLocaleString("en-US")}.
        </p>
      ) : undefined}
      {shown.length === 0 ? (
        <p class="empty">{rows.length === 0 ? "No request yet." : "No decision matches the filter."}</p>
      ) : (
        <DecisionLines
          rows={shown.slice(first, first + pageSize)}
          opened={opened}
          closeTo={addressOfFilter(filter)}
          detail={(row) => <OpenedDecision id={row.id} />}
        />
      )}
      <nav class="pages" aria-label="Pages of decisions">
        <button
          type="button"
          disabled={current === 0}
          onClick={() => {
            setPage(current - 1);
          }}
        >
          Newer
        </button>
        <span>
          {shown.length === 0 ? "0" : `${first + 1}–${Math.min(first + pageSize, shown.length)}`} of{" "}
          {shown.length.toLocaleString("en-US")}
          {shown.length === rows.length ? "" : ` (${rows.length.toLocaleString("en-US")} without the filter)`}
        </span>
        <button
          type="button"
          disabled={current >= pages - 1}
          onClick={() => {
            setPage(current + 1);
          }}
        >
          Older
        </button>
      </nav>
    </section>
  );
}

function Filters({
  rows,
  filter,
  change,
}: {
  readonly rows: readonly DecisionRow[];
  readonly filter: Filter;
  readonly change: (part: Partial<Filter>) => void;
}) {
  const identities = useMemo(() => [...new Set(rows.map(({ who }) => who.name))].sort(), [rows]);
  const actions = useMemo(() => [...new Set(rows.map(({ did }) => did))].sort(), [rows]);
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter of decisions"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <fieldset class="segments">
        <legend>Verdict</legend>
        {(["", "allowed", "denied"] as const).map((verdict) => (
          <label key={verdict} class={filter.verdict === verdict ? "chosen" : undefined}>
            <input
              type="radio"
              name="verdict"
              value={verdict}
              checked={filter.verdict === verdict}
              onChange={() => {
                change({ verdict });
              }}
            />
            {verdict === "" ? "All" : verdict === "allowed" ? "Allowed" : "Denied"}
          </label>
        ))}
      </fieldset>
      <Choice
        name="Identity"
        value={filter.who}
        choices={identities}
        choose={(who) => {
          change({ who });
        }}
      />
      <Choice
        name="Action"
        value={filter.action}
        choices={actions}
        choose={(action) => {
          change({ action });
        }}
      />
      <label class="field grow">
        <span>Package</span>
        <input
          type="search"
          value={filter.package}
          placeholder="Part of a name"
          onInput={(event) => {
            change({ package: event.currentTarget.value });
          }}
        />
      </label>
    </form>
  );
}

function Choice({
  name,
  value,
  choices,
  choose,
}: {
  readonly name: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly choose: (value: string) => void;
}) {
  const all = value === "" || choices.includes(value) ? choices : [value, ...choices];
  return (
    <label class="field">
      <span>{name}</span>
      <select
        value={value}
        onChange={(event) => {
          choose(event.currentTarget.value);
        }}
      >
        <option value="">All</option>
        {all.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}

const noFilter: Filter = { verdict: "", who: "", action: "", package: "" };

function filterOf(query: URLSearchParams): Filter {
  return { ...noFilter, ...Object.fromEntries(filterKeys.map((key) => [key, query.get(key) ?? ""])) };
}

function addressOfFilter(filter: Filter): string {
  const query = new URLSearchParams(filterKeys.flatMap((key) => (filter[key] === "" ? [] : [[key, filter[key]]])));
  return query.size === 0 ? "#decisions" : `#decisions?${query.toString()}`;
}

function matches(row: DecisionRow, { verdict, who, action, package: part }: Filter): boolean {
  return (
    (verdict === "" || (verdict === "allowed") === row.allowed) &&
    (who === "" || row.who.name === who) &&
    (action === "" || row.did === action) &&
    (part === "" || (row.packageName ?? "").toLowerCase().includes(part.trim().toLowerCase()))
  );
}

/** The arrow keys move between lines, and Escape closes the opened one. */
function move(event: KeyboardEvent, filter: Filter): void {
  const lines = [...document.querySelectorAll<HTMLElement>(".lines .line")];
  const at = lines.findIndex((line) => line === document.activeElement);
  if (event.key === "Escape" && location.hash.startsWith(addressOf("decisions", ""))) {
    const opened = lines.find((line) => line.ariaExpanded === "true");
    location.hash = addressOfFilter(filter);
    opened?.focus();
  } else if (at >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    lines[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  }
}
