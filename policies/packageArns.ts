/**
 * An ARN of a package that a pattern of Resource matches, with a name that no policy gives; undefined where it matches none.
 * All regions that have CodeArtifact are in the partition `aws`.
 * Form: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html
 *
 * @param repository - the packages of repositories with this name alone @default - of all repositories
 */
export function matchedPackage(pattern: string, repository = "?*"): string | undefined {
  const packages = ["arn", "aws", "codeartifact", "?*", "?".repeat(12), `package/?*/${repository}/?*/*/?*`];
  const parts = partsOf(pattern);
  if (parts.length !== packages.length) {
    return undefined;
  }
  const met = packages.map((part, index) => commonText(part, parts[index] ?? ""));
  return met.includes(undefined) ? undefined : met.join(":");
}

/**
 * Whether a pattern matches packages of more than one name: it has a wildcard, or a variable whose value a request decides,
 * after its last slash.
 */
export function isOfManyNames(pattern: string): boolean {
  const text = withoutVariables(pattern);
  return /[*?]/.test(text.slice(text.lastIndexOf("/") + 1));
}

/** The six parts of an ARN. A `*` that ends the text takes those that are missing (IAM User Guide, "Resource"). */
function partsOf(pattern: string): readonly string[] {
  const [partition = "", vendor = "", service = "", region, account, ...path] = withoutVariables(pattern).split(":");
  if (pattern === "*") {
    return ["*", "*", "*", "*", "*", "*"];
  }
  const rest = [region, account, path.length === 0 ? undefined : path.join(":")];
  return [partition, vendor, service, ...rest.flatMap((part) => part ?? (pattern.endsWith("*") ? "*" : []))];
}

function withoutVariables(pattern: string): string {
  return pattern.replace(/\$\{[^}]*\}/g, "*");
}

/** The shortest text that two patterns match, with `x` for any character; undefined if no text matches both. */
function commonText(one: string, other: string): string | undefined {
  // By how much of each is left, the shortest text so far: lengths are those of ARNs, so the table is small.
  const table = new Map<string, string | undefined>();
  const find = (at: number, by: number): string | undefined => {
    const key = `${at},${by}`;
    if (!table.has(key)) {
      table.set(key, undefined);
      table.set(key, step(at, by));
    }
    return table.get(key);
  };
  const step = (at: number, by: number): string | undefined => {
    const [a, b] = [one[at], other[by]];
    if (a === undefined && b === undefined) {
      return "";
    }
    const texts: (string | undefined)[] = [];
    if (a === "*") {
      texts.push(find(at + 1, by), b === undefined || b === "*" ? undefined : joined(b, find(at, by + 1)));
    }
    if (b === "*") {
      texts.push(find(at, by + 1), a === undefined || a === "*" ? undefined : joined(a, find(at + 1, by)));
    }
    if (a !== undefined && b !== undefined && a !== "*" && b !== "*" && (a === b || a === "?" || b === "?")) {
      texts.push(joined(a === "?" ? b : a, find(at + 1, by + 1)));
    }
    return texts.filter((text) => text !== undefined).sort((left, right) => left.length - right.length)[0];
  };
  return find(0, 0);
}

function joined(character: string, rest: string | undefined): string | undefined {
  return rest === undefined ? undefined : (character === "?" ? "x" : character) + rest;
}
