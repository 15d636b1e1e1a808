/**
 * A Pipfile whose only source is the registry. A second source lets any required package come from either, so each package's own
 * `index` goes too. Everything else stays as it is, comments included.
 */
export function onOneSource(text: string): string {
  const source = '[[source]]\nname = "python-packages"\nurl = "${CODEARTIFACT_INDEX_URL}"\nverify_ssl = true\n';
  const tables = text.split(/^(?=\[)/m);
  const others = tables.filter((table) => !table.startsWith("[[source]]"));
  const [head = "", ...rest] = others[0]?.startsWith("[") ? ["", ...others] : others;
  return [head, source, "\n", ...rest.map(withoutIndex)].join("");
}

/** `orb-common = {version = "*", index = "codeartifact"}` becomes `orb-common = "*"`. */
function withoutIndex(table: string): string {
  return table.replace(/^([^=\n#]+=\s*)\{([^}\n]*)\}/gm, (line, key: string, inner: string) => {
    const kept = inner
      .split(/,(?=\s*[\w-]+\s*=)/)
      .map((part) => part.trim())
      .filter((part) => !/^index\s*=/.test(part));
    const [only = ""] = kept;
    const version = /^version\s*=\s*(["'].*["'])$/.exec(only)?.[1];
    if (kept.length === inner.split(/,(?=\s*[\w-]+\s*=)/).length) {
      return line;
    }
    return kept.length === 1 && version !== undefined ? `${key}${version}` : `${key}{${kept.join(", ")}}`;
  });
}
