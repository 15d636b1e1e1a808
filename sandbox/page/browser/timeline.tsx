import type { DecisionRow } from "../answers";
import { DecisionLines } from "./decisionLine.js";
import type { Place } from "./place.js";

export function Timeline({ rows, place }: { readonly rows: readonly DecisionRow[]; readonly place: Place }) {
  return (
    <section aria-labelledby="decisions-title" class="card">
      <div class="card-head">
        <h2 id="decisions-title">Decisions</h2>
      </div>
      <DecisionLines rows={rows.slice(0, 100)} opened={place.opened === undefined ? undefined : Number(place.opened)} />
    </section>
  );
}
