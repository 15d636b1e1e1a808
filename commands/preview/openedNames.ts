import { association, packagePath } from "../../sandbox/codeartifact/packageGroupPatterns";
import type { RegisteredOrigin, Way } from "../access/registered";
import { code, codes } from "./markdown";
import type { StackTable } from "./stackFacts";

/** Names that only this registry's publishers could bring in, and that could come from elsewhere after a change. */
export function openedNames(before: StackTable, after: StackTable): readonly string[] {
  const opened = examples(before, after).filter(
    (name) => isPrivate(originOf(before, name)) && !isPrivate(originOf(after, name)),
  );
  const stated = [...before.origins, ...after.origins].map(({ pattern }) => pattern);
  // Of the names under one private prefix one speaks for all, unless an entry of its own names it.
  const groups = new Map<string, string[]>();
  for (const name of opened) {
    const key = stated.includes(`/pypi//${name}$`) ? name : (originOf(before, name)?.pattern ?? name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()].map((names) => {
    const [name = ""] = names;
    const from = originOf(after, name);
    return (
      `**a private name opens**: ${codes(names)} may come from elsewhere than this registry's ` +
      `publishers, by the package group ${code(from?.pattern ?? "/*")}`
    );
  });
}

/** Names to try: each that a pattern names, and one that only its prefix takes in. */
function examples(...tables: readonly StackTable[]): readonly string[] {
  const names = tables.flatMap(({ origins }) =>
    origins.flatMap(({ pattern }) => {
      const [, name, suffix] = /^\/pypi\/\/(.+)([$~*])$/.exec(pattern) ?? [];
      if (name === undefined) {
        return [];
      }
      return suffix === "$" ? [name] : [name, `${name}-${anyWord}`];
    }),
  );
  return [...new Set(names)];
}

/** Stands for whatever may follow a prefix. */
const anyWord = "anything";

function originOf({ origins }: StackTable, name: string): RegisteredOrigin | undefined {
  const patterns = [...origins.map(({ pattern }) => pattern), "/*"];
  const { pattern } = association(patterns, packagePath("pypi", name));
  return origins.find((origin) => origin.pattern === pattern);
}

/** Whether nothing but publishing brings the package in; without a group of the stack's, everything does. */
function isPrivate(origin: RegisteredOrigin | undefined): boolean {
  return origin !== undefined && [origin.externalUpstream, origin.internalUpstream].every(isShut);
}

function isShut(way: Way): boolean {
  return way === "BLOCK" || (Array.isArray(way) && way.length === 0);
}
