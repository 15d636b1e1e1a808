import { AwsError } from "../core/awsError";
import type { AccountInfo, Tags } from "../core/identifiers";
import { invalid, notFound } from "./errors";
import { EventPattern, EventPatternError } from "./eventPattern";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html, State */
export const ruleStates = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"] as const;
export type RuleState = (typeof ruleStates)[number];

/** A rule of the default event bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  /** JSON text, as it was given. */
  readonly eventPattern: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly tags: Tags;
}

/** What a rule sends its events to. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  /** JSON text that is sent in the event's place. */
  readonly input?: string;
  /** The part of the event that is sent, such as `$.detail`. */
  readonly inputPath?: string;
  readonly inputTransformer?: InputTransformer;
  /** Kept for those who read it: a delivery here succeeds or fails at once. */
  readonly retryPolicy?: { readonly maximumRetryAttempts?: number; readonly maximumEventAgeInSeconds?: number };
}

/** Makes what is sent of parts of the event. */
export interface InputTransformer {
  readonly inputPathsMap: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

interface StoredRule {
  readonly rule: Rule;
  readonly pattern: EventPattern;
  readonly targets: ReadonlyMap<string, Target>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const quotas = { rules: 300, targetsOfRule: 5, patternLength: 2048 };

/** The rules of the default event bus. */
export class Rules {
  readonly #account: AccountInfo;
  readonly #rules = new Map<string, StoredRule>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  /** The ARN that a rule of the name has or would have. */
  arn(name: string): string {
    const { partition, region, accountId } = this.#account;
    return `arn:${partition}:events:${region}:${accountId}:rule/${name}`;
  }

  /**
   * Makes a rule, or changes one: what a request leaves out it takes away, other than tags, which stay, and targets.
   *
   * @throws InvalidEventPatternException, LimitExceededException
   */
  put({ name, eventPattern, state = "ENABLED", description, tags = {} }: PutRule): Rule {
    const existing = this.#rules.get(name);
    const pattern = parsePattern(eventPattern);
    if (existing === undefined && this.#rules.size >= quotas.rules) {
      throw overQuota();
    }
    const rule = { name, arn: this.arn(name), eventPattern, state, description, tags: existing?.rule.tags ?? tags };
    this.#rules.set(name, { rule, pattern, targets: existing?.targets ?? new Map() });
    return rule;
  }

  find(name: string): Rule | undefined {
    return this.#rules.get(name)?.rule;
  }

  /** @throws ResourceNotFoundException */
  describe(name: string): Rule {
    return this.#state(name).rule;
  }

  /** By name. */
  list(): readonly Rule[] {
    return [...this.#rules.values()].map(({ rule }) => rule).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** A rule that is not there is no failure. */
  delete(name: string): void {
    if ((this.#rules.get(name)?.targets.size ?? 0) > 0) {
      throw invalid("Rule can't be deleted since it has targets.");
    }
    this.#rules.delete(name);
  }

  setState(name: string, state: RuleState): void {
    this.#change(name, { state });
  }

  putTags(name: string, tags: Tags): void {
    this.#change(name, { tags });
  }

  putTargets(name: string, added: readonly Target[]): void {
    const state = this.#state(name);
    const targets = new Map([...state.targets, ...added.map((target) => [target.id, target] as const)]);
    if (targets.size > quotas.targetsOfRule) {
      throw overQuota();
    }
    this.#rules.set(name, { ...state, targets });
  }

  /** @returns the ids of those that the rule does not have */
  removeTargets(name: string, ids: readonly string[]): readonly string[] {
    const state = this.#state(name);
    const targets = new Map([...state.targets].filter(([id]) => !ids.includes(id)));
    this.#rules.set(name, { ...state, targets });
    return ids.filter((id) => !state.targets.has(id));
  }

  /** By id. */
  targets(name: string): readonly Target[] {
    return [...this.#state(name).targets.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Rules that are enabled and have a target, with their patterns. */
  active(): readonly StoredRule[] {
    return [...this.#rules.values()].filter(({ rule, targets }) => rule.state !== "DISABLED" && targets.size > 0);
  }

  #state(name: string): StoredRule {
    const state = this.#rules.get(name);
    if (state === undefined) {
      throw notFound(`Rule ${name} does not exist on EventBus default.`);
    }
    return state;
  }

  #change(name: string, changes: Partial<Rule>): void {
    const state = this.#state(name);
    this.#rules.set(name, { ...state, rule: { ...state.rule, ...changes } });
  }
}

/** What `put` takes. */
export type PutRule = Pick<Rule, "name" | "eventPattern"> & Partial<Pick<Rule, "state" | "description" | "tags">>;

/** @throws InvalidEventPatternException */
export function parsePattern(text: string): EventPattern {
  try {
    if (text.length > quotas.patternLength) {
      throw new EventPatternError(
        `It has ${text.length} characters, and the quota is ${quotas.patternLength}: leave out white space, or write two rules`,
      );
    }
    return EventPattern.parse(text);
  } catch (error) {
    if (error instanceof EventPatternError) {
      throw new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${error.message}`);
    }
    throw error;
  }
}

function overQuota(): AwsError {
  return new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
}
