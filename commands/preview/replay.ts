import { type RegistryRoleKind, registryRoleKinds, roleName } from "../../naming/registryNames";
import type { SandboxAccount } from "../../sandbox/account";
import { type Deployment, prepareAccount } from "../../sandbox/pulumi/deployment";
import { createResource } from "../../sandbox/pulumi/provider/provider";
import { EngineError } from "../../sandbox/pulumi/stackFiles";
import type { Settings } from "../../settings";
import { SettingsError } from "../../settings/errors";
import type { StackDocuments } from "../access/documents";

/** The most resources of one file of documents. A stack has about ten, one for each entry of origins, and two a role. */
const resourceLimit = 2000;

/** A stack as its documents describe it, and the project's other stacks in the same account. */
export interface ReplayedStacks {
  readonly deployment: Deployment;
  readonly otherStacks: readonly Deployment[];
}

/**
 * Makes in a model of an account what a stack registers, without its program.
 *
 * @param settingsOf - the settings of a stack, which say which roles are expected
 * @throws EngineError where the documents are of another stack, describe too much or what AWS rejects, or lack a role that the
 *   settings mean
 * @throws SettingsError where the stack's own settings are wrong
 */
export function replayStacks(documents: StackDocuments, settingsOf: (stack: string) => Settings): ReplayedStacks {
  const { stack, resources } = documents;
  const others = documents.siblings; // eslint-disable-line plain-words/plain-words -- the key of the format
  const count = [{ resources }, ...others].reduce((sum, one) => sum + one.resources.length, 0);
  if (count > resourceLimit) {
    throw new EngineError(`${count} resources are registered, and ${resourceLimit} are the most that is judged.`);
  }
  const settings = settingsOf(stack);
  const account = prepareAccount(settings);
  return {
    deployment: replay(account, { stack, resources }, settings),
    otherStacks: others.flatMap((other) => {
      const theirs = settingsIfRight(other.stack, settingsOf);
      return theirs === undefined ? [] : [replay(account, other, theirs)];
    }),
  };
}

/** Another stack whose settings are wrong registers nothing, and is judged by itself. */
function settingsIfRight(stack: string, settingsOf: (stack: string) => Settings): Settings | undefined {
  try {
    return settingsOf(stack);
  } catch (error) {
    if (error instanceof SettingsError || error instanceof EngineError) {
      return undefined;
    }
    throw error;
  }
}

function replay(
  account: SandboxAccount,
  { stack, resources }: Pick<StackDocuments, "stack" | "resources">,
  settings: Settings,
): Deployment {
  const made = resources.map(({ type, name, inputs }) => {
    try {
      const { id } = createResource(account, type, name, inputs);
      return {
        urn: name,
        type,
        name,
        parent: "",
        id,
        inputs,
        protect: false,
        retainOnDelete: false,
        dependencies: [],
      };
    } catch (error) {
      throw new EngineError(`${name} (${type}): ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  const missing: string[] = [];
  const arns = (kind: RegistryRoleKind) =>
    Object.fromEntries(
      settings[`${kind}s`].map(({ name }) => {
        const wanted = roleName(settings.domain, kind, name);
        const role = account.iam.roles.list().find((one) => one.roleName === wanted);
        missing.push(...(role === undefined ? [wanted] : []));
        return [name ?? kind, role?.arn ?? ""];
      }),
    );
  const outputs = Object.fromEntries(registryRoleKinds.map((kind) => [`${kind}RoleArns`, arns(kind)]));
  if (missing.length > 0) {
    throw new EngineError(`The settings mean roles that the program does not register: ${missing.join(", ")}.`);
  }
  return { project: "", stack, settings, resources: made, outputs, warnings: [], account };
}
