import type { AskedQuestion, Simulation } from "./questions";

/** One call of SimulateCustomPolicy: every action is asked on every resource. */
export interface SimulationCall {
  readonly simulation: Simulation;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/**
 * Most pairs of action and resource in a call. AWS documents no limit; a call that AWS does not take is asked again in halves.
 */
const mostPairs = 100;

/** Identifies a request, whatever row it is in. */
export function questionKey(simulation: Simulation, action: string, resource: string): string {
  return JSON.stringify([keyOf(simulation), action, resource]);
}

/** The fewest calls that ask each request once: resources that are asked for the same actions share a call. */
export function callsFor(questions: readonly AskedQuestion[]): readonly SimulationCall[] {
  const bySimulation = new Map<
    string,
    { readonly simulation: Simulation; readonly actions: Map<string, Set<string>> }
  >();
  for (const { simulation, action, resource } of questions) {
    const group = getOrAdd(bySimulation, keyOf(simulation), () => ({
      simulation,
      actions: new Map<string, Set<string>>(),
    }));
    getOrAdd(group.actions, resource, () => new Set<string>()).add(action);
  }
  return [...bySimulation.values()].flatMap(({ simulation, actions }) => {
    const byActions = new Map<string, { readonly names: readonly string[]; readonly resources: string[] }>();
    for (const [resource, asked] of actions) {
      const names = [...asked].sort();
      getOrAdd(byActions, names.join(" "), () => ({ names, resources: [] })).resources.push(resource);
    }
    return [...byActions.values()].flatMap(({ names, resources }) =>
      chunks(names, mostPairs).flatMap((some) =>
        chunks(resources, Math.max(1, Math.floor(mostPairs / some.length))).map((part) => ({
          simulation,
          actions: some,
          resources: part,
        })),
      ),
    );
  });
}

/** Both halves of a call that AWS does not take as one; nothing for one request alone. */
export function halves(call: SimulationCall): readonly SimulationCall[] {
  const { actions, resources } = call;
  const half = (list: readonly string[]) => [
    list.slice(0, Math.ceil(list.length / 2)),
    list.slice(Math.ceil(list.length / 2)),
  ];
  return actions.length > 1
    ? half(actions).map((some) => ({ ...call, actions: some }))
    : resources.length > 1
      ? half(resources).map((some) => ({ ...call, resources: some }))
      : [];
}

const keys = new WeakMap<Simulation, string>();

function keyOf(simulation: Simulation): string {
  const key = keys.get(simulation) ?? JSON.stringify(simulation);
  keys.set(simulation, key);
  return key;
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
