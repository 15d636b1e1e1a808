import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import { excess, iamLimits } from "../../iam/limits";
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

/** The place of the layers and functions. */
type Place = Pick<Account, "partition" | "id" | "region">;

/** The folder of the bucket that deployments write. */
export const layersFolder = "lambda-layers";

/** At least as long as any: what is measured with it fits in every region, and how functions are split depends on their names alone. */
const longestPlace: Place = { partition: "aws-us-gov", id: "000000000000", region: "ap-northeast-1" };

/**
 * Publishes versions of exactly these layers, and moves exactly these functions to them and back. No role is passed, no
 * function is made or deleted, and no layer but these is attached.
 * Actions and resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function lambdaDeployPolicy(place: Place, targets: LambdaTargets): PolicyDocument {
  return policyDocument(
    ...layerStatements(place, targets),
    ...bucketStatements(place, targets),
    ...functionStatements(place, targets.layers, targets.functions),
  );
}

/** The same without the functions. */
export function layerPolicy(place: Place, targets: LambdaTargets): PolicyDocument {
  return lambdaDeployPolicy(place, { ...targets, functions: [] });
}

/** The right to move some of the functions, alone in a document. */
export function functionPolicy(
  place: Place,
  { layers }: Pick<LambdaTargets, "layers">,
  functions: readonly string[],
): PolicyDocument {
  return policyDocument(...functionStatements(place, layers, functions));
}

/** How functions spread over documents: none apart where all fit the role's inline policy, else the parts, each one managed policy. */
export function functionParts(targets: LambdaTargets): readonly (readonly string[])[] {
  if (excess("inline policy", lambdaDeployPolicy(longestPlace, targets)) === undefined) {
    return [];
  }
  return [...targets.functions].sort().reduce<string[][]>((parts, name) => {
    const last = parts.at(-1);
    if (last !== undefined && fits(targets, [...last, name])) {
      last.push(name);
      return parts;
    }
    return [...parts, [name]];
  }, []);
}

/** Why these names do not fit a role's documents, if so. */
export function lambdaSizeError(targets: LambdaTargets): string | undefined {
  const parts = functionParts(targets);
  const { layers, functions } = targets;
  const most = iamLimits.managedPoliciesPerRole;
  const isTooLong =
    excess(
      "inline policy",
      parts.length === 0 ? lambdaDeployPolicy(longestPlace, targets) : layerPolicy(longestPlace, targets),
    ) !== undefined || parts.some((part) => !fits(targets, part));
  if (!isTooLong && parts.length <= most) {
    return undefined;
  }
  return (
    `${layers.length} layers and ${functions.length} functions do not fit the documents of one role: IAM takes one of 10,240 ` +
    `characters and ${most} of 6,144. List fewer here, and deploy the others with a role of your own`
  );
}

function fits({ layers }: LambdaTargets, functions: readonly string[]): boolean {
  return excess("managed policy", functionPolicy(longestPlace, { layers }, functions)) === undefined;
}

function layerStatements(place: Place, { layers }: LambdaTargets): readonly Statement[] {
  return layers.length === 0
    ? []
    : [
        allow("PublishLayers", layers.map(layerArn(place)), "lambda:PublishLayerVersion"),
        allow("ReadLayers", layers.map(layerVersions(place)), "lambda:GetLayerVersion"),
        // AWS names no resource for this action: nothing narrower than * can be granted.
        allow("ListLayers", "*", "lambda:ListLayerVersions"),
      ];
}

const deployActions = [
  "lambda:CreateAlias",
  "lambda:GetAlias",
  "lambda:GetFunction",
  "lambda:GetFunctionConfiguration",
  "lambda:ListAliases",
  "lambda:ListVersionsByFunction",
  "lambda:PublishVersion",
  "lambda:UpdateAlias",
  "lambda:UpdateFunctionCode",
];

function functionStatements(
  place: Place,
  layers: readonly string[],
  functions: readonly string[],
): readonly Statement[] {
  // A request that names a version or an alias is decided on its ARN.
  const arns = functions.map(functionArn(place)).flatMap((arn) => [arn, `${arn}:*`]);
  if (functions.length === 0) {
    return [];
  }
  if (layers.length === 0) {
    return [allow("DeployFunctions", arns, deployActions)];
  }
  return [
    {
      ...allow("DeployFunctions", arns, [...deployActions, "lambda:UpdateFunctionConfiguration"]),
      // A request without layers, as most of these are, meets it. The ARNs name the account: another's layer does not match.
      Condition: { "ForAllValues:StringLike": { "lambda:Layer": layers.map(layerVersions(place)) } },
    },
  ];
}

function bucketStatements({ partition, id }: Place, { bucket }: LambdaTargets): readonly Statement[] {
  return bucket === undefined
    ? []
    : [
        {
          ...allow("StoreZipFiles", `arn:${partition}:s3:::${bucket}/${layersFolder}/*`, [
            "s3:GetObject",
            "s3:PutObject",
          ]),
          // The ARN of a bucket names no account, and a name that is given up can be registered by another.
          Condition: { StringEquals: { "aws:ResourceAccount": id } },
        },
      ];
}

const layerArn = (place: Place) => (name: string) => `${resource(place)}:layer:${name}`;
const layerVersions = (place: Place) => (name: string) => `${resource(place)}:layer:${name}:*`;
const functionArn = (place: Place) => (name: string) => `${resource(place)}:function:${name}`;

function resource({ partition, region, id }: Place): string {
  return `arn:${partition}:lambda:${region}:${id}`;
}
