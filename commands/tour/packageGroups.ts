import type { PackageGroupOriginRestrictionType } from "@aws-sdk/client-codeartifact";
import { everyPackage, groupPattern } from "../../naming/packagePatterns";
import { repositoryName, storeName } from "../../naming/registryNames";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import type { Settings } from "../../settings";
import type { CodeArtifactApi } from "./codeartifactApi";
import { firstOf, privateNames, publicName } from "./names";
import type { AttemptRecorder } from "./attempts";
import { publicVersions } from "./publicIndex";

/**
 * What package groups decide, tried by an administrator to whom IAM allows everything: what it cannot do, no role can.
 *
 * @param name - of a package that is published
 */
export async function tryOrigins(recorder: AttemptRecorder, token: string, name: string): Promise<void> {
  const { clients, offered, deployment } = recorder.options;
  const { settings } = deployment;
  // A version that is older than any other, so that no client installs it.
  const make = (names: readonly string[]) =>
    Promise.all(names.map((one) => makeWheel({ name: one, version: "0.0.1" })));
  const publishing = (what: string, expected: string, repository: string, ...names: readonly string[]) =>
    recorder.attempt(what, expected, async () =>
      clients.publish(recorder.access(repository, token), await make(names)),
    );
  const installing = (what: string, requirement: string) =>
    recorder.attempt(what, "not found", () => clients.install(recorder.access(storeName, token), [requirement]));

  const names = privateNames(settings);
  const unknown = publicName(settings, "unlisted-name");
  await Promise.all([
    publishing(`publish ${shortList(names)}`, "200", repositoryName, ...names),
    publishing(`publish ${unknown}, which is not private`, "403", repositoryName, unknown),
    ...offered.opened.map((each) => publishing(`publish ${each}, by origins.public`, "403", repositoryName, each)),
    ...offered.blocked.map((each) => publishing(`publish ${each}, by origins.blocked`, "403", repositoryName, each)),
    ...firstOf(names).map((each) => publishing(`publish ${each} into ${storeName}`, "403", storeName, each)),
    installing(`install the poisoned ${name} from ${storeName}`, `${name}==${publicVersions.poisoned}`),
    ...offered.blocked.map((each) => installing(`install ${each} from ${storeName}`, each)),
  ]);
}

function shortList(names: readonly string[]): string {
  const shown = firstOf(names);
  return [...shown, ...(shown.length < names.length ? [`and ${names.length - shown.length} more`] : [])].join(", ");
}

/** What each package group says, as far as the settings mean it to. */
export async function readRestrictions(recorder: AttemptRecorder, api: CodeArtifactApi): Promise<void> {
  const attempts = rules(recorder.options.deployment.settings).flatMap(({ pattern, sources }) =>
    Object.entries(sources).map(([type, expected]) =>
      recorder.attempt(`${pattern} ${type}`, expected, () =>
        api.restriction(pattern, type as PackageGroupOriginRestrictionType),
      ),
    ),
  );
  await Promise.all(attempts);
}

interface Rule {
  readonly pattern: string;
  /** For each way by which versions come in, the repositories that may take them. */
  readonly sources: Readonly<Record<PackageGroupOriginRestrictionType, string>>;
}

function rules({ origins, publicPackages }: Settings): readonly Rule[] {
  const nowhere = { PUBLISH: "BLOCK", EXTERNAL_UPSTREAM: "BLOCK", INTERNAL_UPSTREAM: "BLOCK" };
  const fromPublic = {
    PUBLISH: "BLOCK",
    EXTERNAL_UPSTREAM: publicPackages ? storeName : "BLOCK",
    INTERNAL_UPSTREAM: repositoryName,
  };
  const exactly = (name: string) => groupPattern({ name, match: "exact" });
  return [
    ...origins.private.map((pattern) => ({
      pattern: groupPattern(pattern),
      sources: { ...nowhere, PUBLISH: repositoryName },
    })),
    ...origins.public.map((name) => ({ pattern: exactly(name), sources: fromPublic })),
    ...origins.blocked.map((name) => ({ pattern: exactly(name), sources: nowhere })),
    { pattern: everyPackage, sources: fromPublic },
  ];
}
