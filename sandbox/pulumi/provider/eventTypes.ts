import type { SandboxAccount } from "../../account";
import type { Tags } from "../../core/identifiers";
import { type Rule, type RuleState, ruleStates, type Target } from "../../eventbridge/rules";
import { bridged, changes, foundAs, type Inputs, normalisedJson, tagChanges, tags, tagsState, textOf } from "./bridged";
import { deleteIfExists, given, ignoreNotFound, type Properties, type ResourceType, withContext } from "./resourceType";

interface EventRuleInputs {
  readonly name: string;
  readonly description?: string;
  readonly eventPattern: string;
  readonly eventBusName?: string;
  readonly state?: RuleState;
  readonly forceDestroy?: boolean;
  readonly tags?: Tags;
}

const ruleSchema: Inputs = {
  name: { required: true, replaces: true },
  description: {},
  // One of eventPattern and scheduleExpression is required. The sandbox has no schedules.
  eventPattern: { required: true, is: "json" },
  eventBusName: { default: "default", replaces: true, choices: ["default"] },
  state: { computed: true, choices: ruleStates },
  forceDestroy: { default: false },
  ...tags,
};

/**
 * `aws:cloudwatch/eventRule:EventRule` of the default bus. A rule without a state in the program stays in the one that it has
 * until something else of it changes: PutRule then enables it.
 * Source: internal/service/events/rule.go of terraform-provider-aws
 */
export const eventRuleType: ResourceType<EventRuleInputs> = {
  ...bridged(ruleSchema),
  computed: ["arn", "state", "isEnabled"],
  create: (account, news) => {
    const rule = withContext(`creating EventBridge Rule (${news.name})`, () => put(account, news));
    return { id: rule.name, state: ruleState(rule, news.forceDestroy) };
  },
  read: ({ eventBridge }, id, known) => {
    const rule = eventBridge.rules.find(id);
    return rule && foundAs(ruleSchema, ruleState(rule, known?.state.forceDestroy));
  },
  update: (account, id, news, { state: old }) => {
    const { rules } = account.eventBridge;
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for EventBridge Rule (${id})`, () => {
      const kept = Object.entries(rules.describe(id).tags).filter(([key]) => !removed.includes(key));
      rules.putTags(id, { ...Object.fromEntries(kept), ...added });
    });
    if (["description", "eventPattern", "state"].some((property) => changes(ruleSchema, property, old, news))) {
      withContext(`updating EventBridge Rule (${id})`, () => put(account, news));
    }
    return ruleState(rules.describe(id), news.forceDestroy);
  },
  delete: ({ eventBridge }, id) => {
    deleteIfExists(`deleting EventBridge Rule (${id})`, () => {
      eventBridge.rules.delete(id);
    });
  },
};

function put({ eventBridge }: SandboxAccount, { name, description, eventPattern, state, tags }: EventRuleInputs): Rule {
  return eventBridge.rules.put({
    name,
    description: textOf(description),
    eventPattern: normalisedJson(eventPattern),
    state,
    tags,
  });
}

/** AWS does not know of forceDestroy: the state alone has it. */
function ruleState(rule: Rule, forceDestroy: unknown): Properties {
  return given({
    name: rule.name,
    description: textOf(rule.description),
    eventPattern: normalisedJson(rule.eventPattern),
    eventBusName: "default",
    state: rule.state,
    isEnabled: rule.state !== "DISABLED",
    forceDestroy: forceDestroy ?? false,
    arn: rule.arn,
    ...tagsState(rule.tags),
  });
}

interface EventTargetInputs {
  readonly rule: string;
  readonly targetId: string;
  readonly arn: string;
  readonly eventBusName?: string;
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: {
    readonly inputPaths?: Readonly<Record<string, string>>;
    readonly inputTemplate: string;
  };
  readonly retryPolicy?: Target["retryPolicy"];
  readonly forceDestroy?: boolean;
}

const targetSchema: Inputs = {
  rule: { required: true, replaces: true },
  targetId: { required: true, replaces: true },
  arn: { required: true, is: "arn" },
  eventBusName: { default: "default", replaces: true, choices: ["default"] },
  input: {},
  inputPath: {},
  inputTransformer: {},
  retryPolicy: {},
  forceDestroy: { default: false },
};

/**
 * `aws:cloudwatch/eventTarget:EventTarget` of a rule of the default bus. Its id is `RULE-TARGET`, which cannot be taken apart:
 * an import names `RULE/TARGET`.
 * Source: internal/service/events/target.go of terraform-provider-aws
 */
export const eventTargetType: ResourceType<EventTargetInputs> = {
  ...bridged(targetSchema),
  computed: [],
  create: (account, news) => {
    const id = idOf(news);
    withContext(`creating EventBridge Target (${id})`, () => {
      account.eventBridge.rules.putTargets(news.rule, [targetOf(news)]);
    });
    return { id, state: stateOf(account, news, news.forceDestroy) ?? {} };
  },
  read: (account, id, known) => {
    const [importedRule = "", importedTarget = ""] = id.split("/");
    const place = known === undefined ? { rule: importedRule, targetId: importedTarget } : placeOf(known.state);
    const state = withContext(`reading EventBridge Target (${id})`, () =>
      ignoreNotFound(() => stateOf(account, place, known?.state.forceDestroy)),
    );
    return state && { ...foundAs(targetSchema, state), id: idOf(place) };
  },
  update: (account, id, news) => {
    withContext(`updating EventBridge Target (${id})`, () => {
      account.eventBridge.rules.putTargets(news.rule, [targetOf(news)]);
    });
    return stateOf(account, news, news.forceDestroy) ?? {};
  },
  delete: ({ eventBridge }, id, state) => {
    const { rule, targetId } = placeOf(state);
    deleteIfExists(`deleting EventBridge Target (${id})`, () => eventBridge.rules.removeTargets(rule, [targetId]));
  },
};

type TargetPlace = Pick<EventTargetInputs, "rule" | "targetId">;

function placeOf({ rule, targetId }: Properties): TargetPlace {
  return { rule: String(rule), targetId: String(targetId) };
}

function idOf({ rule, targetId }: TargetPlace): string {
  return `${rule}-${targetId}`;
}

function targetOf({ targetId: id, arn, input, inputPath, inputTransformer, retryPolicy }: EventTargetInputs): Target {
  return {
    id,
    arn,
    input,
    inputPath,
    inputTransformer: inputTransformer && {
      inputPathsMap: inputTransformer.inputPaths ?? {},
      inputTemplate: inputTransformer.inputTemplate,
    },
    retryPolicy,
  };
}

function stateOf(
  { eventBridge }: SandboxAccount,
  { rule, targetId }: TargetPlace,
  forceDestroy: unknown,
): Properties | undefined {
  const target = eventBridge.rules.targets(rule).find(({ id }) => id === targetId);
  return (
    target &&
    given({
      rule,
      targetId,
      arn: target.arn,
      eventBusName: "default",
      input: target.input,
      inputPath: target.inputPath,
      inputTransformer: target.inputTransformer && {
        inputPaths: target.inputTransformer.inputPathsMap,
        inputTemplate: target.inputTransformer.inputTemplate,
      },
      retryPolicy: target.retryPolicy,
      forceDestroy: forceDestroy ?? false,
    })
  );
}
