import { clientTools } from "./tools";
import { Person } from "./person";
import { type ClientRegistry, openRegistry } from "./registry";

/** What a client's tests are about. Both are there once tests and their hooks run. */
export interface Given {
  registry: ClientRegistry;
  /** In a home of their own, with the client at hand. */
  person: Person;
}

/** Defines tests of a real client before a registry of their own, which is empty. */
export function describeClient(title: string, define: (given: Given) => void): void {
  describe(title, () => {
    const given = {} as Given;

    before(async () => {
      given.person = new Person(await clientTools());
      given.registry = await openRegistry();
    });

    after(async () => {
      given.person.leave();
      await given.registry.close();
    });

    define(given);
  });
}
