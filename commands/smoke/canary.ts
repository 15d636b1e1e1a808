import { DeletePackageCommand } from "@aws-sdk/client-codeartifact";
import { fallsUnder } from "../../naming/packagePatterns";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import type { Settings } from "../../settings";
import { couldNotLook } from "../aws/clients";
import { openStackRegistry, type StackRegistry } from "../aws/stackRegistry";
import { CommandError } from "../cli";
import type { Progress } from "../terminal/progress";
import { chooseClients, type Clients } from "../tour/clients";

/** Names of packages for a try in a real registry. None of them is a package of anyone's. */
export interface CanaryNames {
  /** Private, and published, installed and removed. */
  readonly canary: string;
  /** Private, and not to be published: the identity has no right to it. */
  readonly other: string;
  /** Not private: the package groups let no one publish it. */
  readonly outside: string;
}

/** Something that was tried: how it should end, and how it ended. */
export interface CanaryStep {
  readonly what: string;
  /** An HTTP status, what was installed, or `removed`. */
  readonly expected: string;
  readonly seen: string;
  /** What the client was answered. */
  readonly detail: string;
}

/** A package that came and went. */
export interface CanaryReport {
  readonly package: string;
  readonly version: string;
  /** Such as `twine 7.0.0 and pip 26.3`. */
  readonly clients: string;
  readonly steps: readonly CanaryStep[];
}

/**
 * Names under the first private prefix, and one that no rule of the settings covers.
 *
 * @throws CommandError with exit code 2 where no private name is free
 */
export function canaryNames({ packages, origins }: Pick<Settings, "packages" | "origins">): CanaryNames {
  const taken = [...packages, ...origins.public, ...origins.blocked];
  const prefix = origins.private.find(({ match }) => match === "prefix")?.name;
  if (prefix === undefined) {
    throw new CommandError(
      "Could not publish a canary: origins.private has exact names alone, such as legacy-tool$. The canary needs a name of its " +
        "own under a prefix, such as acme~. Leave out --publish.",
      couldNotLook,
    );
  }
  const free = (name: string): string => (taken.includes(name) ? free(`${name}-too`) : name);
  const outside = (name: string): string =>
    origins.private.some((pattern) => fallsUnder(name, pattern)) ? outside(`x${name}`) : free(name);
  return {
    canary: free(`${prefix}-smoke-canary`),
    other: free(`${prefix}-smoke-other`),
    outside: outside("package-registry-smoke-canary"),
  };
}

/**
 * Publishes a package of its own version, installs it, tries what must be rejected, and removes it. What an earlier run has
 * left behind goes too.
 *
 * @throws CommandError with exit code 2 where there is no such registry, or AWS gives no token for it
 */
export async function tryCanary(
  settings: Settings,
  profile: string | undefined,
  progress: Progress,
): Promise<CanaryReport> {
  const names = canaryNames(settings);
  const registry = await openStackRegistry(settings, profile);
  const { clients } = await chooseClients(progress.wait);
  const version = `0.0.${Math.floor(Date.now() / 1000)}`;
  progress.wait(`publishing ${names.canary} ${version}, and removing it`);
  return {
    package: names.canary,
    version,
    clients: `${clients.publisher} and ${clients.installer}`,
    steps: await steps(registry, clients, names, version),
  };
}

async function steps(
  registry: StackRegistry,
  clients: Clients,
  { canary, other, outside }: CanaryNames,
  version: string,
): Promise<readonly CanaryStep[]> {
  const made: CanaryStep[] = [];
  const access = async () => ({ endpoint: registry.endpoint, token: await registry.token() });
  const step = async (what: string, expected: string, work: () => Promise<{ code: string; detail?: string }>) => {
    const { code, detail = "" } = await work().catch((error: unknown) => ({
      code: (error as Error).name,
      detail: (error as Error).message,
    }));
    made.push({ what, expected, seen: code, detail });
    return code;
  };
  const publish = (what: string, expected: string, name: string, summary?: string) =>
    step(what, expected, async () => clients.publish(await access(), [await makeWheel({ name, version, summary })]));
  const install = (what: string, expected: string) =>
    step(what, expected, async () => clients.install(await access(), [`${canary}==${version}`]));
  const remove = (name: string, expected = "removed") =>
    step(`remove ${name}`, expected, async () => {
      await registry.client.send(new DeletePackageCommand({ ...registry.place, package: name }));
      return { code: "removed" };
    });
  /** A name that should have been rejected does not stay. */
  const reject = async (what: string, name: string) => {
    if ((await publish(what, "403", name)) === "200") {
      await remove(name);
    }
  };

  try {
    await publish(`publish ${canary} ${version}`, "200", canary);
    await install(`install ${canary} ${version}`, `${canary} ${version}`);
    await publish(`publish ${canary} ${version} again, with other bytes`, "409", canary, "Other bytes.");
    await reject(`publish ${other}, without the right to it`, other);
    await reject(`publish ${outside}, which is not private`, outside);
  } finally {
    await remove(canary);
  }
  await install(`install ${canary} ${version} once it is removed`, "not found");
  return made;
}
