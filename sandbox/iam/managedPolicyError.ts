import type { ParsedPolicy } from "../../iam/grammar";

/**
 * Why IAM rejects a valid policy as a managed one, if it does, in its own words. Of other kinds of policies it is not known
 * whether IAM rejects these.
 * Source: the documents of https://github.com/getmoto/moto (tests/test_iam/test_iam_policies.py), with IAM's answers.
 */
export function managedPolicyError(document: string, { statements }: ParsedPolicy): string | undefined {
  const { Version: version } = JSON.parse(document) as { readonly Version?: unknown };
  if (version !== "2012-10-17") {
    return "Policy document must be version 2012-10-17 or greater.";
  }
  const resources = statements.flatMap(({ resources: patterns }) => patterns?.patterns ?? []);
  return resources.map(resourceError).find((error) => error !== undefined);
}

const iamPaths =
  "user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, " +
  "saml-provider/, oidc-provider/, report/, access-report/";

/** ARNs of IAM and S3 name no region. */
function resourceError(resource: string): string | undefined {
  const [, , service, region = "", , ...rest] = resource.split(":");
  const path = rest.join(":");
  if (service === "s3" && region !== "") {
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
  return isKnown ? undefined : `IAM resource path must either be "*" or start with ${iamPaths}.`;
}
