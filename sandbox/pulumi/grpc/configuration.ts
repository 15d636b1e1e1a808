import type { Cloud } from "../../account";
import type { Properties } from "../provider/resourceType";

/**
 * Refuses a provider that is set to another place than the account that stands in for it. Credentials and profile are not
 * looked at: there is nobody to show them to.
 *
 * @throws Error
 */
export function checkConfiguration(cloud: Cloud, { region, allowedAccountIds, forbiddenAccountIds }: Properties): void {
  if (region !== undefined && region !== cloud.region) {
    throw new Error(
      `aws:region is ${JSON.stringify(region)}, and the account that stands in for AWS here is in ${cloud.region}. ` +
        `Deploy the stack that it was started for, or start it anew for this one.`,
    );
  }
  const allowed = listOf(allowedAccountIds).map(String);
  if (allowed.length > 0 && !allowed.includes(cloud.accountId)) {
    throw new Error(`AWS account ID not allowed: ${cloud.accountId}`);
  }
  if (listOf(forbiddenAccountIds).map(String).includes(cloud.accountId)) {
    throw new Error(`AWS account ID forbidden: ${cloud.accountId}`);
  }
}

/** The engine hands a provider's lists and objects on as JSON. */
function listOf(value: unknown): readonly unknown[] {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return Array.isArray(list) ? list : [];
}
