import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { parseSettings } from "../../bootstrap/settings";
import { EngineError, listStacks, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parsed } from "../../settings/configuration";
import { SettingErrors } from "../../settings/errors";
import { readFiles } from "../../settings/files";
import { inPromotionOrder, readingEnvironments } from "./promotionOrder";

/** A stack that GitHub deploys. */
export interface DeployedStack {
  readonly stack: string;
  /** The only ref that it is deployed from. */
  readonly ref: string;
}

/**
 * The stacks that bootstrap's files prepare an account for, in the order in which they are deployed: each before those that its
 * versions are carried on to, otherwise as the files list them.
 *
 * @param directory - the folder of Pulumi.yaml
 * @throws EngineError or SettingsError for a file that cannot be read
 */
export function deployedStacks(directory: string): readonly DeployedStack[] {
  const bootstrap = join(directory, "bootstrap");
  const accounts = existsSync(join(bootstrap, "Pulumi.yaml")) ? listStacks(bootstrap) : [];
  const refs = new Map(
    accounts.flatMap((account) => {
      const { values } = readStackConfiguration(bootstrap, account);
      const { environments } = parseSettings(values, account);
      const listed = namesIn(bootstrap, account);
      return environments
        .map(({ name, ref }) => [name, ref] as const)
        .sort(([one], [other]) => listed.indexOf(one) - listed.indexOf(other));
    }),
  );
  const known = listStacks(directory);
  const missing = [...refs.keys()].filter((stack) => !known.includes(stack));
  if (missing.length > 0) {
    throw new EngineError(
      `bootstrap lists ${missing.join(", ")} under environments, and there is no ${missing
        .map((stack) => `Pulumi.${stack}.yaml`)
        .join(", ")}. Add the file, or remove the line.`,
    );
  }
  const nextOf = (stack: string) => {
    const value = parsed(readStackConfiguration(directory, stack).values["package-registry:readers"] ?? "[]");
    return readingEnvironments(readFiles(new SettingErrors(), "readers", value, directory));
  };
  return inPromotionOrder([...refs.keys()], nextOf).map((stack) => ({
    stack,
    ref: refs.get(stack) ?? "",
  }));
}

/** The environments as a file lists them: the Pulumi CLI sorts the keys of an object. */
function namesIn(bootstrap: string, account: string): readonly string[] {
  const document = parseDocument(readFileSync(join(bootstrap, `Pulumi.${account}.yaml`), "utf8"));
  const environments: unknown = document.getIn(["config", "package-registry-bootstrap:environments"]);
  return isMap(environments) ? environments.items.map(({ key }) => String(key)) : [];
}
