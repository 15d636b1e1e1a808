/**
 * Sets variables of this process's environment.
 *
 * @returns what sets them back
 */
export function changeEnvironment(changes: Readonly<Record<string, string>>): () => void {
  const former = Object.keys(changes).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, changes);
  return () => {
    for (const [name, value] of former) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = value;
      }
    }
  };
}
