import type {
  ListRuleNamesByTargetCommandInput,
  ListRuleNamesByTargetCommandOutput,
  ListTargetsByRuleCommandInput,
  ListTargetsByRuleCommandOutput,
  PutTargetsCommandInput,
  PutTargetsCommandOutput,
  RemoveTargetsCommandInput,
  RemoveTargetsCommandOutput,
  Target as TargetInput,
} from "@aws-sdk/client-eventbridge";
import { notModelled } from "../../core/awsError";
import { constraintError, rangeError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { parseJson } from "../../../iam/json";
import { logGroupOf } from "../delivery";
import { throwIfInvalid } from "../errors";
import type { Target } from "../rules";
import { inputPathForm } from "../targetInput";
import { nameError, pageOf, requireDefaultBus, ruleTarget } from "./checks";

const putTargets: Operation<PutTargetsCommandInput, PutTargetsCommandOutput> = (context, input) => {
  const { resource, conditions } = ruleTarget(context, input.Rule, input.EventBusName);
  const targets = input.Targets;
  throwIfInvalid(
    rangeError("targets", targets.length, 1, 100),
    ...targets.flatMap((target) => [nameError("targets.id", target.Id), ...targetErrors(target)]),
    ...targets.map(({ Arn: arn }) => constraintError("targets.arn", arn, { minLength: 1, maxLength: 1600 })),
  );
  return {
    resource,
    conditions: { ...conditions, "events:TargetArn": targets.flatMap(({ Arn: arn }) => arn ?? []) },
    answer: () => {
      context.account.eventBridge.rules.putTargets(input.Rule, targets.map(targetFrom));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  };
};

/** What AWS rejects in a target's input: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
function targetErrors({ Input: input, InputPath: path, InputTransformer: transformer }: TargetInput) {
  const given = [input, path, transformer].filter((one) => one !== undefined);
  const paths = Object.values(transformer?.InputPathsMap ?? {});
  return [
    given.length > 1 ? "Only one of Input, InputPath, or InputTransformer must be provided." : undefined,
    constraintError("targets.input", input, { maxLength: 8192 }),
    input !== undefined && parseJson(input) === undefined ? "JSON syntax error in input for target." : undefined,
    paths.length > 100 ? "InputPathsMap has at most 100 entries." : undefined,
    ...paths.map((each) => constraintError("targets.inputTransformer.inputPathsMap", each, { maxLength: 256 })),
    constraintError("targets.inputTransformer.inputTemplate", transformer?.InputTemplate, {
      minLength: 1,
      maxLength: 8192,
    }),
  ];
}

/** @throws NotImplemented for what a target has here that has no effect, or another one */
function targetFrom(target: TargetInput): Target {
  const { Id: id = "", Arn: arn = "", Input: input, InputPath: inputPath, InputTransformer, RetryPolicy } = target;
  if (logGroupOf(arn) === undefined && !/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(arn)) {
    throw notModelled(`Target ${arn} is not modelled: targets here are log groups and standard topics.`);
  }
  const other = Object.entries(target).find(([name, value]) => value !== undefined && !modelledMembers.includes(name));
  if (other !== undefined) {
    throw notModelled(`${other[0]} of target ${id} is not modelled.`);
  }
  const paths = [inputPath ?? [], Object.values(InputTransformer?.InputPathsMap ?? {})].flat();
  const otherPath = paths.find((path) => !inputPathForm.test(path));
  if (otherPath !== undefined) {
    throw notModelled(`The path ${otherPath} of target ${id} is not modelled: give one such as $.detail.eventName.`);
  }
  return {
    id,
    arn,
    input,
    inputPath,
    inputTransformer: InputTransformer && {
      inputPathsMap: InputTransformer.InputPathsMap ?? {},
      inputTemplate: InputTransformer.InputTemplate ?? "",
    },
    retryPolicy: RetryPolicy && {
      maximumRetryAttempts: RetryPolicy.MaximumRetryAttempts,
      maximumEventAgeInSeconds: RetryPolicy.MaximumEventAgeInSeconds,
    },
  };
}

const modelledMembers = ["Id", "Arn", "Input", "InputPath", "InputTransformer", "RetryPolicy"];

const removeTargets: Operation<RemoveTargetsCommandInput, RemoveTargetsCommandOutput> = (context, input) => {
  throwIfInvalid(rangeError("ids", input.Ids.length, 1, 100), ...input.Ids.map((id) => nameError("ids", id)));
  return {
    ...ruleTarget(context, input.Rule, input.EventBusName),
    answer: () => {
      const missing = context.account.eventBridge.rules.removeTargets(input.Rule, input.Ids);
      return {
        FailedEntryCount: missing.length,
        FailedEntries: missing.map((id) => ({
          TargetId: id,
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: `Rule ${input.Rule} does not have a target with the Id ${id}.`,
        })),
      };
    },
  };
};

const listTargetsByRule: Operation<ListTargetsByRuleCommandInput, ListTargetsByRuleCommandOutput> = (
  context,
  input,
) => {
  const page = pageOf("ListTargetsByRule", input);
  return {
    ...ruleTarget(context, input.Rule, input.EventBusName),
    answer: () => {
      const targets = context.account.eventBridge.rules.targets(input.Rule);
      const { items, nextToken: NextToken } = page(targets, ({ id }) => id);
      return { Targets: items.map(targetOf), NextToken };
    },
  };
};

function targetOf({ id, arn, input, inputPath, inputTransformer, retryPolicy }: Target) {
  return {
    Id: id,
    Arn: arn,
    Input: input,
    InputPath: inputPath,
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPathsMap,
      InputTemplate: inputTransformer.inputTemplate,
    },
    RetryPolicy: retryPolicy && {
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
    },
  };
}

const listRuleNamesByTarget: Operation<ListRuleNamesByTargetCommandInput, ListRuleNamesByTargetCommandOutput> = (
  context,
  input,
) => {
  const { rules } = context.account.eventBridge;
  requireDefaultBus(context, input.EventBusName);
  const page = pageOf("ListRuleNamesByTarget", input);
  return {
    resource: rules.arn("*"),
    answer: () => {
      const found = rules.list().filter(({ name }) => rules.targets(name).some(({ arn }) => arn === input.TargetArn));
      const { items, nextToken: NextToken } = page(found, ({ name }) => name);
      return { RuleNames: items.map(({ name }) => name), NextToken };
    },
  };
};

/** Each at https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_NAME.html */
export const targetOperations = {
  PutTargets: putTargets,
  RemoveTargets: removeTargets,
  ListTargetsByRule: listTargetsByRule,
  ListRuleNamesByTarget: listRuleNamesByTarget,
};
