import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { parseSettings } from "../../bootstrap/settings";
import { EngineError, listStacks, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parsed } from "../../settings/configuration";
import { SettingErrors } from "../../settings/errors";
import { readFiles } from "../../settings/files";

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

/**
 * Every stack with a file: those that bootstrap's files list in the order of their deployment, then the others by name.
 *
 * @param directory - the folder of Pulumi.yaml
 * @throws EngineError or SettingsError for a file that cannot be read
 */
export function allStacks(directory: string): readonly string[] {
  const deployed = deployedStacks(directory).map(({ stack }) => stack);
  return [...deployed, ...listStacks(directory).filter((stack) => !deployed.includes(stack))];
}

/** The environments as a file lists them: the Pulumi CLI sorts the keys of an object. */
function namesIn(bootstrap: string, account: string): readonly string[] {
  const document = parseDocument(readFileSync(join(bootstrap, `Pulumi.${account}.yaml`), "utf8"));
  const environments: unknown = document.getIn(["config", "package-registry-bootstrap:environments"]);
  return isMap(environments) ? environments.items.map(({ key }) => String(key)) : [];
}

/**
 * The same names, each before those that its versions are carried on to. Otherwise their order stays, and that of names that carry
 * on to each other in a circle is unspecified.
 *
 * @param nextOf - the names whose jobs read a stack's packages; asked once for each name
 */
export function inPromotionOrder(
  names: readonly string[],
  nextOf: (name: string) => readonly unknown[],
): readonly string[] {
  const carried = names.map((name) => ({ name, next: nextOf(name) })).filter(({ next }) => next.length > 0);
  const ordered: string[] = [];
  const seen = new Set<string>();
  const place = (name: string) => {
    if (!seen.has(name)) {
      seen.add(name);
      carried
        .filter(({ next }) => next.includes(name))
        .forEach((before) => {
          place(before.name);
        });
      ordered.push(name);
    }
  };
  names.forEach(place);
  return ordered;
}

/** The GitHub environments whose jobs read a stack's packages. */
export function readingEnvironments(readers: unknown): readonly unknown[] {
  return Array.isArray(readers)
    ? readers.map((reader) => (reader as { readonly environment?: unknown } | null)?.environment)
    : [];
}
