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
