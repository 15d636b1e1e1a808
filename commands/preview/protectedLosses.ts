import { code, codes } from "./markdown";
import type { Plan, PlanStep } from "./plan";

/** What a change does to resources that are protected from deletion; Pulumi lists it only with `--show-sames`. */
export function protectedLosses({ steps }: Plan): readonly string[] {
  return steps.filter(({ oldState }) => oldState?.protect === true).flatMap(lossText);
}

function lossText(step: PlanStep): readonly string[] {
  const name = code(nameOf(step));
  // A replacement is told as one step that replaces and one for each of its halves.
  switch (step.op) {
    case "replace":
      return [`**replaces** the protected ${name}, because of ${codes(step.replaceReasons ?? []) || "its inputs"}`];
    case "delete":
    case "discard":
      return [`**deletes** the protected ${name}`];
    case "delete-replaced":
    case "discard-replaced":
    case "create-replacement":
      return [];
    default:
      return step.newState !== undefined && step.newState.protect !== true
        ? [`**no longer protects** ${name} from deletion`]
        : [];
  }
}

/** A resource as its program calls it. */
export function nameOf({ urn }: PlanStep): string {
  return urn.split("::").at(-1) ?? urn;
}
