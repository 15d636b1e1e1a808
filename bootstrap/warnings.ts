import { domainsPerAccount, tooManyDomains } from "../settings/accountLimits";
import { regionWarning } from "../settings/regions";
import type { BootstrapSettings } from "./settings";

/** What may be wrong in the settings of an account, though it need not be. */
export function bootstrapWarnings({
  region,
  environments: { length: count },
}: Pick<BootstrapSettings, "region"> & { readonly environments: readonly unknown[] }): readonly string[] {
  return [
    regionWarning(region) ?? [],
    count > domainsPerAccount ? `environments: ${tooManyDomains(`${count} stacks`)}` : [],
  ].flat();
}
