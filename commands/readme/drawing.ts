/** Colours of the drawing by what they are for, on a light and on a dark page. Each text has a contrast of 4.5 to 1 or more. */
export const palettes = {
  light: { paper: "#ffffff", ink: "#1f2328", line: "#59636e", plain: "#f6f8fa", role: "#ddf4ff", store: "#dafbe1" },
  dark: { paper: "#0d1117", ink: "#f0f6fc", line: "#9198a1", plain: "#151b23", role: "#0c2d6b", store: "#033a16" },
} as const;

/** What the drawing shows, for people who hear it. */
const description =
  "A job of GitHub Actions gives its token to AWS STS, where a trust policy decides. The publisher role uploads to " +
  "python-packages, and the reader role installs from it. Public packages, all but private names, come from public PyPI " +
  "through pypi-store. Versions are promoted from the stack dev to staging and from there to prod.";

/**
 * Draws a graph in Graphviz's language as an SVG file that is readable on light and dark pages. The same text gives the same
 * file on every machine: Graphviz is compiled to WebAssembly, and takes the widths of letters from a table.
 */
export async function drawing(source: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const svg = (await instance()).renderString(source, { format: "svg" });
  return svg
    .replace(/^.*?(?=<svg)/s, "")
    .replace(/ width="(\d+)pt" height="(\d+)pt"/, ' width="$1" height="$2" role="img" aria-labelledby="about"')
    .replace(/(<svg[^>]*>)/, `$1\n<title id="about">${description}</title>\n<style>${style()}</style>`)
    .replaceAll(/<!--.*?-->\n/gs, "")
    .replaceAll(/<title>.*?<\/title>\n/g, "")
    .replaceAll(/ (?:xml:space|xmlns:xlink|font-family|fill|stroke)="[^"]*"/g, "");
}

function style(): string {
  const variables = (palette: Readonly<Record<string, string>>) =>
    Object.entries(palette)
      .map(([name, colour]) => `--${name}: ${colour};`)
      .join(" ");
  return `
svg { ${variables(palettes.light)} }
@media (prefers-color-scheme: dark) { svg { ${variables(palettes.dark)} } }
text { fill: var(--ink); font-family: Helvetica, Arial, sans-serif; }
polygon, path { fill: none; stroke: var(--line); }
.graph > polygon { fill: var(--paper); stroke: none; }
.node path { fill: var(--plain); }
.role path { fill: var(--role); }
.repository path { fill: var(--store); }
.edge polygon { fill: var(--line); }
`;
}
