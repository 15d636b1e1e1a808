import { readOperator } from "../../iam/conditions";
import { dateForm } from "../../iam/conditionValues";
import type { WrittenCondition } from "../../iam/elements";
import type { ParsedPolicy } from "../../iam/grammar";

/**
 * Why IAM rejects a valid policy as a managed one, if it does, in its own words. Of other kinds of policies it is not known
 * whether IAM rejects these.
 * Source: IAM's answers as https://github.com/getmoto/moto (tests/test_iam/test_iam_policies.py) and, newer,
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_policies.snapshot.json have them.
 */
export function managedPolicyError(document: string, { statements }: ParsedPolicy): string | undefined {
  const { Version: version } = JSON.parse(document) as { readonly Version?: unknown };
  if (version !== "2012-10-17") {
    return "Policy document must be version 2012-10-17 or greater.";
  }
  const resources = statements.flatMap(({ resources: patterns }) => patterns?.patterns ?? []);
  return [
    ...statements.flatMap(({ written }) => written.map(dateError)),
    ...resources.map(partitionError),
    ...resources.map(resourceError),
  ].find((error) => error !== undefined);
}

/** IAM stores also some dates with which no request is compared here, such as `01T`. */
function dateError([operator, key, values]: WrittenCondition): string | undefined {
  const isDate = readOperator(operator)?.comparison.form === "date";
  const wrong = isDate ? values.find((value) => !dateForm.test(value) && !isStoredDate(value)) : undefined;
  return wrong === undefined
    ? undefined
    : `The policy failed legacy parsing: ${operator} ${key} "${wrong}" is not a date of ISO 8601, or seconds since 1970`;
}

function isStoredDate(text: string): boolean {
  return /^-?\d+$/.test(text) ? BigInt.asIntN(64, BigInt(text)) === BigInt(text) : storedDate.test(text);
}

/** Year, month and day, and then a time. Each may end early. */
const storedDate =
  /^-?\d{1,9}(?:-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01]))?)?(?:T(?:\d{1,2}(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?)?$/i;

/** Source: https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json */
const partitions = ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"];

function partitionError(resource: string): string | undefined {
  const [, partition, ...rest] = resource.split(":");
  // A wildcard or a variable may become a partition that exists.
  if (partition === undefined || /[*?$]/.test(partition) || partitions.includes(partition)) {
    return undefined;
  }
  const parts = [...rest, "*", "*", "*", "*"].slice(0, Math.max(rest.length, 4));
  return `Partition "${partition}" is not valid for resource "${["arn", partition, ...parts].join(":")}".`;
}

const iamPaths =
  "user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, " +
  "saml-provider/, oidc-provider/, report/, access-report/";

/** ARNs of IAM and of S3's buckets, which name no account, name no region. */
function resourceError(resource: string): string | undefined {
  const [, , service, region = "", account = "", ...rest] = resource.split(":");
  const path = rest.join(":");
  if (service === "s3" && region !== "" && account === "") {
    return `Resource ${resource} can not contain region information.`;
  }
  if (service !== "iam") {
    return undefined;
  }
  if (region !== "") {
    return `IAM resource ${resource} cannot contain region information.`;
  }
  // A path with a wildcard or a variable in its first word may come to start as it should.
  const [first = ""] = path.split("/");
  const isKnown = path === "*" || path === "root" || /[*?$]/.test(first) || iamPaths.split(", ").includes(`${first}/`);
  return isKnown ? undefined : `IAM resource path must either be "*", root, or start with ${iamPaths}.`;
}
