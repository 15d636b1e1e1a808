import { layersFolder } from "../../bootstrap/permissions/lambda";
import { nameInArn } from "../../iam/arns";
import type { Identity, ReachAccount } from "../../iam/reach/account";
import type { Subject } from "../../iam/reach/goals";
import type { DeployedAccount } from "./accounts";

/** What a team has in Lambda: no stack makes it. */
export interface LambdaModel {
  /** The roles that functions run as, which have no rights. */
  readonly identities: readonly Identity[];
  readonly workloads: NonNullable<ReachAccount["workloads"]>;
  readonly layers: NonNullable<ReachAccount["layers"]>;
}

/** A function and a layer that no role is named for, as an account has many. */
const other = "not-named";

/** The functions and layers that the account's deployers are named for, and one of each that they are not. */
export function lambdaModel({ account, lambda }: DeployedAccount): LambdaModel {
  const { partition, accountId } = account;
  const targets = lambda.map((deployer) => deployer.targets);
  const functions = [...new Set(targets.flatMap((one) => one.functions)), other];
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  });
  const roleOf = (name: string) => `arn:${partition}:iam::${accountId}:role/runs-${name}`;
  return {
    identities: functions.map((name) => ({ arn: roleOf(name), trust, inline: [], attached: [] })),
    workloads: functions.map((name) => ({
      arn: lambdaArn(account, "function", name),
      roleArn: roleOf(name),
      changedBy: "lambda:UpdateFunctionCode",
    })),
    layers: [...new Set(targets.flatMap((one) => one.layers)), other].map((name) => lambdaArn(account, "layer", name)),
  };
}

/** What a deployer is named for, by the settings; nothing for any other role. */
export function lambdaOf(
  { account, lambda }: DeployedAccount,
  principal: string,
): Pick<Subject, "lambda" | "zipFiles"> {
  const deployer = lambda.find(({ roleName }) => roleName === nameInArn(principal));
  if (deployer === undefined) {
    return {};
  }
  const { layers, functions, bucket } = deployer.targets;
  return {
    lambda: [
      ...layers.map((name) => lambdaArn(account, "layer", name)),
      ...functions.map((name) => lambdaArn(account, "function", name)),
    ],
    ...(bucket === undefined ? {} : { zipFiles: `arn:${account.partition}:s3:::${bucket}/${layersFolder}/` }),
  };
}

function lambdaArn(
  { partition, region, accountId }: DeployedAccount["account"],
  kind: "function" | "layer",
  name: string,
): string {
  return `arn:${partition}:lambda:${region}:${accountId}:${kind}:${name}`;
}
