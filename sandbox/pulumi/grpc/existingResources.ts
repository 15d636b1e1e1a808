import type { SandboxAccount } from "../../account";
import type { CreatedResource, Properties, ResourceType } from "../provider/resourceType";

/**
 * Resources that an account has before an engine knows of them, because the same program was run into it by other
 * means. A create of one of these takes it over, once, where it would collide at AWS.
 */
export class ExistingResources {
  readonly #ids: Map<string, string>;

  constructor(resources: readonly { readonly urn: string; readonly id: string }[]) {
    this.#ids = new Map(resources.map(({ urn, id }) => [key(urn), id]));
  }

  /** Makes the resource, or changes the one that exists to what is wanted. */
  create(
    account: SandboxAccount,
    type: ResourceType<unknown>,
    { urn, name, inputs }: { readonly urn: string; readonly name: string; readonly inputs: Properties },
  ): CreatedResource {
    const id = this.#ids.get(key(urn));
    const found = id === undefined ? undefined : type.read(account, id);
    this.#ids.delete(key(urn));
    if (id === undefined || found === undefined) {
      return type.create(account, inputs, name);
    }
    const { changed, replaces } = type.diff(found.state, inputs);
    if (replaces.length > 0) {
      type.delete(account, id, found.state);
      return type.create(account, inputs, name);
    }
    return { id, state: changed?.length === 0 ? found.state : type.update(account, id, inputs, found) };
  }
}

/** Stack, project, own type and name. Of the parents' types, which a URN holds too, the mock runtime knows the nearest alone. */
function key(urn: string): string {
  const [stack, project, types = "", name] = urn.split("::");
  return [stack, project, types.split("$").at(-1), name].join("::");
}
