import { repositoryName, storeName } from "../../naming/registryNames";
import { comesFromOutside } from "./names";
import type { AttemptRecorder } from "./attempts";
import { type PublicPackages, publicVersions } from "./publicIndex";

/** Tokens to install with. */
export interface InstallerTokens {
  /** @default - the stack has no reader */
  readonly reader?: string;
  readonly publisher: string;
}

/** What may be installed, and what stays out. */
export async function install(
  recorder: AttemptRecorder,
  { reader, publisher }: InstallerTokens,
  name: string,
): Promise<void> {
  const { clients, offered, deployment } = recorder.options;
  const { settings } = deployment;
  const { dependency, blocked, opened, squatted } = offered;
  const token = reader ?? publisher;
  const installing = (what: string, expected: string, ...requirements: readonly string[]) =>
    recorder.attempt(what, expected, () => clients.install(recorder.access(repositoryName, token), requirements));
  const fromOutside = (what: string, role: keyof PublicPackages, publicPackage: string) =>
    installing(
      what,
      comesFromOutside(settings, publicPackage) ? `${publicPackage} ${publicVersions[role]}` : "not found",
      publicPackage,
    );

  const together = [
    `${name} 1.0.0`,
    ...(settings.publicPackages ? [`${dependency} ${publicVersions.dependency}`] : []),
  ];
  await Promise.all([
    installing(
      settings.publicPackages ? `${name}, and a public package through ${storeName}` : name,
      together.sort().join(", "),
      ...together.map((text) => text.replace(/ .*/, "")),
    ),
    installing(
      `the poisoned ${name} ${publicVersions.poisoned} of the public index`,
      "not found",
      `${name}==${publicVersions.poisoned}`,
    ),
    fromOutside(`the squatted ${squatted} of the public index`, "squatted", squatted),
    ...opened.map((each) => fromOutside(`the public ${each}, by origins.public`, "opened", each)),
    ...blocked.map((each) => fromOutside(`the public ${each}, in spite of origins.blocked`, "blocked", each)),
    recorder.attempt(`directly from ${storeName}`, "403", () =>
      clients.install(recorder.access(storeName, token), [dependency]),
    ),
    ...(reader === undefined
      ? []
      : [
          recorder.attempt(`${name}, with the publisher's token`, `${name} 1.0.0`, () =>
            clients.install(recorder.access(repositoryName, publisher), [name]),
          ),
        ]),
    recorder.attempt("without a token", "401", () => clients.install(recorder.access(repositoryName, ""), [name])),
  ]);
}
