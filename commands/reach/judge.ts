import { type Goal, goals, reachedGoals } from "../../iam/reach/goals";
import { outsider, pathTo, reach } from "../../iam/reach/search";
import type { DeployedAccount } from "./accounts";
import { modelOf, subjectsOf } from "./model";
import { kindOf, mayReach, type RoleKind } from "./permitted";

/** One step of a way to a goal. */
export interface Step {
  /** ARN of the role that asks. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** The policy, boundary or service that the request names. */
  readonly argument?: string;
}

/** A goal that a role reaches, with the shortest way to it. */
export interface ReachedGoal {
  readonly id: Goal["id"];
  readonly text: string;
  /** Whether a role of its kind may. */
  readonly permitted: boolean;
  readonly path: readonly Step[];
}

/** What one role can come to. */
export interface RoleReach {
  readonly role: string;
  readonly kind: RoleKind;
  readonly goals: readonly ReachedGoal[];
}

/** Which roles are searched, and what is said on the way. */
export interface JudgeOptions {
  /** @default - every role */
  readonly includes?: (roleName: string) => boolean;
  /** Called before each role. */
  readonly onRole?: (roleName: string) => void;
}

/**
 * Searches what the roles of an account can come to. The actor has an account of its own beside it.
 *
 * @throws PolicyError for a document that cannot be decided without guessing
 */
export function judge(
  account: DeployedAccount,
  { includes = () => true, onRole }: JudgeOptions = {},
): readonly RoleReach[] {
  const model = modelOf(account);
  return subjectsOf(account).flatMap((subject) => {
    const role = nameOf(subject.principal);
    if (!includes(role)) {
      return [];
    }
    onRole?.(role);
    const kind = kindOf(subject, subject.domain !== undefined && account.sharing.includes(subject.domain));
    const gains = reach(model, { principal: subject.principal }, { outsideAccount: true });
    const reached = reachedGoals(model, gains, subject).map(({ goal, fact }): ReachedGoal => ({
      id: goal.id,
      text: goal.text,
      permitted: mayReach(kind, goal.id),
      path: pathTo(gains, fact).flatMap(({ request, argument }) =>
        request === undefined ? [] : [{ ...request, ...(argument === undefined ? {} : { argument }) }],
      ),
    }));
    return [{ role, kind, goals: reached }];
  });
}

/** The reach of roles in several accounts: a goal is reached where it is in one of them. */
export function merged(reaches: readonly (readonly RoleReach[])[]): readonly RoleReach[] {
  const names = [...new Set(reaches.flat().map(({ role }) => role))];
  return names.flatMap((role) => {
    const all = reaches.flat().filter((one) => one.role === role);
    const [first] = all;
    if (first === undefined) {
      return [];
    }
    const found = goals.flatMap(({ id }) =>
      all.flatMap((one) => one.goals.filter((goal) => goal.id === id)).slice(0, 1),
    );
    return [{ ...first, goals: found }];
  });
}

/** The goals that a role reaches and may not. */
export function beyond(
  reaches: readonly RoleReach[],
): readonly { readonly role: string; readonly goal: ReachedGoal }[] {
  return reaches.flatMap(({ role, goals: reached }) =>
    reached.filter(({ permitted }) => !permitted).map((goal) => ({ role, goal })),
  );
}

/** A role's name, for people. */
export function nameOf(principal: string): string {
  return principal === outsider ? "a role of another account" : (principal.split("/").at(-1) ?? principal);
}
