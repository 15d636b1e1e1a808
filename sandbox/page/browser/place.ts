import { useLayoutEffect, useState } from "preact/hooks";

/** Where in the page a person is, by the address behind `#`. */
export interface Place {
  readonly view: View;
  /** What is opened in it: the id of a decision, the key of a package, the name of a role. */
  readonly opened?: string;
  /** Filters of the timeline. */
  readonly query: URLSearchParams;
}

export const views = ["overview", "decisions", "packages", "groups", "roles", "connect"] as const;
export type View = (typeof views)[number];

/** The first part of the address of what is opened, by view. */
const prefixes: readonly (readonly [prefix: string, view: View])[] = [
  ["decision-", "decisions"],
  ["package-", "packages"],
  ["role-", "roles"],
];

/** `#decision-12`, `#decisions?verdict=denied`, `#role-NAME`; anything else is the overview. */
export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const params = new URLSearchParams(query);
  for (const [prefix, view] of prefixes) {
    if (path.startsWith(prefix)) {
      return { view, opened: decoded(path.slice(prefix.length)), query: params };
    }
  }
  return { view: views.find((view) => view === path) ?? "overview", query: params };
}

/** The address of something that is opened. */
export function addressOf(view: View, opened: string | number): string {
  const prefix = prefixes.find(([, one]) => one === view)?.[0] ?? "";
  return `#${prefix}${encodeURIComponent(opened)}`;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useLayoutEffect(() => {
    const change = () => {
      setPlace(placeOf(location.hash));
    };
    addEventListener("hashchange", change);
    return () => {
      removeEventListener("hashchange", change);
    };
  }, []);
  return place;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
