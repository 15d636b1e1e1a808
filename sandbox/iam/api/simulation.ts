import type * as aws from "@aws-sdk/client-iam";
import { arnParts, userArn } from "../../../iam/arns";
import { contextKeysOf } from "../../../iam/contextKeys";
import { type Decision, evaluate, type RequestContext } from "../../../iam/evaluate";
import { type NamedDocument, parsePolicy, type ParsedPolicy, PolicyError } from "../../../iam/grammar";
import type { PolicyKind } from "../../../iam/elements";
import { AwsError } from "../../core/awsError";
import { constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { invalidInput, throwIfInvalid } from "../errors";
import { pageOf } from "./checks";

const evalDecisions = {
  allowed: "allowed",
  explicitlyDenied: "explicitDeny",
  implicitlyDenied: "implicitDeny",
} as const satisfies Readonly<Record<Decision["outcome"], aws.PolicyEvaluationDecisionType>>;

/**
 * Decides as the sandbox itself decides, by the project's own evaluator: an answer shows that the request has the form that
 * AWS takes, and not what AWS would decide.
 */
export const simulateCustomPolicy: Operation<
  aws.SimulateCustomPolicyCommandInput,
  aws.SimulateCustomPolicyCommandOutput
> = ({ account: { accountId, partition } }, input) => {
  const { ActionNames: actions, ResourceArns: resources = ["*"], CallerArn: callerArn, ContextEntries = [] } = input;
  throwIfInvalid(
    ...actions.map((action) => constraintError("actionNames", action, { minLength: 3, maxLength: 128 })),
    ...resources.map((arn) => constraintError("resourceArns", arn, { minLength: 1, maxLength: 2048 })),
  );
  const page = pageOf("SimulateCustomPolicy", input);
  if (callerArn !== undefined && !userArn.test(callerArn)) {
    throw invalidInput(`Invalid CallerArn: ${callerArn} is not the ARN of an IAM user.`);
  }
  if (input.ResourcePolicy !== undefined && callerArn === undefined) {
    throw invalidInput("CallerArn is required where a ResourcePolicy is given.");
  }
  if ((input.PermissionsBoundaryPolicyInputList?.length ?? 0) > 1) {
    throw invalidInput("PermissionsBoundaryPolicyInputList takes one policy.");
  }
  const identity = readPolicies("PolicyInputList", input.PolicyInputList, "identity");
  const [boundary] = readPolicies(
    "PermissionsBoundaryPolicyInputList",
    input.PermissionsBoundaryPolicyInputList ?? [],
    "identity",
  );
  const resourcePolicies =
    input.ResourcePolicy === undefined ? [] : readPolicies("ResourcePolicy", [input.ResourcePolicy], "resource");
  const all = [...identity, ...(boundary === undefined ? [] : [boundary]), ...resourcePolicies];
  const context: RequestContext = Object.fromEntries(
    ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues]),
  );
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const missing = contextKeysOf(all.map(({ document }) => document)).filter((key) => !given.has(key.toLowerCase()));
  const arn = callerArn ?? `arn:${partition}:iam::${accountId}:user/simulated`;

  const ask = (action: string, resource: string): aws.EvaluationResult => {
    const request = { caller: { kind: "user" as const, arn }, action, resource, context };
    const owner = arnParts(resource).account || arnParts(input.ResourceOwner ?? arn).account || accountId;
    const decision = decided(() =>
      evaluate(request, { identity, boundary, resource: resourcePolicies, resourceAccount: owner }),
    );
    return {
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: evalDecisions[decision.outcome],
      MatchedStatements: decision.decidedBy === undefined ? [] : [{ SourcePolicyId: decision.decidedBy.document }],
      MissingContextValues: [...missing],
      ...(boundary === undefined
        ? {}
        : {
            PermissionsBoundaryDecisionDetail: {
              AllowedByPermissionsBoundary:
                decided(() => evaluate(request, { identity: [boundary] })).outcome === "allowed",
            },
          }),
    };
  };
  return {
    resource: "*",
    answer: () => {
      const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
      const { items, ...rest } = page(pairs, ({ action, resource }) => `${action} ${resource}`);
      return { EvaluationResults: items.map(({ action, resource }) => ask(action, resource)), ...rest };
    },
  };
};

export const getContextKeysForCustomPolicy: Operation<
  aws.GetContextKeysForCustomPolicyCommandInput,
  aws.GetContextKeysForCustomPolicyCommandOutput
> = (_context, { PolicyInputList }) => {
  const policies = readPolicies("PolicyInputList", PolicyInputList, "identity");
  return {
    resource: "*",
    answer: () => ({ ContextKeyNames: [...contextKeysOf(policies.map(({ document }) => document))] }),
  };
};

function readPolicies(
  member: string,
  documents: readonly string[],
  kind: PolicyKind,
): readonly NamedDocument<ParsedPolicy>[] {
  return documents.map((document, index) => {
    const name = kind === "resource" ? member : `${member}.${index + 1}`;
    try {
      return { name, document: parsePolicy(document, kind, name) };
    } catch (error) {
      throw error instanceof PolicyError ? invalidInput(error.message) : error;
    }
  });
}

/** @throws PolicyEvaluation (500) for a document that AWS stores and that is not evaluated here */
function decided(decide: () => Decision): Decision {
  try {
    return decide();
  } catch (error) {
    throw error instanceof PolicyError
      ? new AwsError("PolicyEvaluation", `The sandbox cannot decide this: ${error.message}`, 500)
      : error;
  }
}
