import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import type { Account } from "../targets";
import { allow } from "./reading";

/** What one environment's deployments of layers and functions may change: exact names. */
export interface LambdaTargets {
  readonly layers: readonly string[];
  readonly functions: readonly string[];
  /**
   * The S3 bucket for zip files over 50 MB.
   * @default - none
   */
  readonly bucket?: string;
}

/** The folder of the bucket that deployments write. */
export const layersFolder = "lambda-layers";

/**
 * Publishes versions of exactly these layers, and moves exactly these functions to them and back. No role is passed, no
 * function is made or deleted, and no layer but these is attached.
 * Actions and resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function lambdaDeployPolicy(account: Account, targets: LambdaTargets): PolicyDocument {
  return policyDocument(
    ...layerStatements(account, targets),
    ...functionStatements(account, targets),
    ...bucketStatements(account, targets),
  );
}

function layerStatements(account: Account, { layers }: LambdaTargets): readonly Statement[] {
  return layers.length === 0
    ? []
    : [
        allow("PublishLayers", layers.map(layerArn(account)), "lambda:PublishLayerVersion"),
        allow("ReadLayers", layers.map(layerVersions(account)), "lambda:GetLayerVersion"),
        // AWS names no resource for this action: nothing narrower than * can be granted.
        allow("ListLayers", "*", "lambda:ListLayerVersions"),
      ];
}

function functionStatements(account: Account, { layers, functions }: LambdaTargets): readonly Statement[] {
  if (functions.length === 0) {
    return [];
  }
  const arns = functions.map(functionArn(account));
  return [
    allow(
      "ReadFunctions",
      arns.flatMap((arn) => [arn, `${arn}:*`]),
      ["lambda:GetFunction", "lambda:GetFunctionConfiguration"],
    ),
    allow("DeployFunctions", arns, [
      "lambda:CreateAlias",
      "lambda:GetAlias",
      "lambda:ListAliases",
      "lambda:ListVersionsByFunction",
      "lambda:PublishVersion",
      "lambda:UpdateAlias",
      "lambda:UpdateFunctionCode",
    ]),
    ...(layers.length === 0
      ? []
      : [
          {
            ...allow("AttachLayers", arns, "lambda:UpdateFunctionConfiguration"),
            // The ARNs name the account: a layer of another account does not match.
            Condition: { "ForAllValues:StringLike": { "lambda:Layer": layers.map(layerVersions(account)) } },
          },
        ]),
  ];
}

function bucketStatements(account: Account, { bucket }: LambdaTargets): readonly Statement[] {
  return bucket === undefined
    ? []
    : [
        {
          ...allow("StoreLayers", `arn:${account.partition}:s3:::${bucket}/${layersFolder}/*`, [
            "s3:GetObject",
            "s3:PutObject",
          ]),
          // The ARN of a bucket names no account, and a name that is given up can be registered by another.
          Condition: { StringEquals: { "aws:ResourceAccount": account.id } },
        },
      ];
}

const layerArn = (account: Account) => (name: string) => `${place(account)}:layer:${name}`;
const layerVersions = (account: Account) => (name: string) => `${place(account)}:layer:${name}:*`;
const functionArn = (account: Account) => (name: string) => `${place(account)}:function:${name}`;

function place({ partition, region, id }: Account): string {
  return `arn:${partition}:lambda:${region}:${id}`;
}
