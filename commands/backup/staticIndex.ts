import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { html } from "../../sandbox/core/html";
import { pathOf, writeText } from "./folder";
import type { ManifestPackage } from "./manifest";

/**
 * Writes the pages of a simple index below `simple/`, from which pip installs without AWS: by `file://`, or through any web
 * server of the folder. Only files of Published versions are listed, as CodeArtifact lists them.
 * Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */
export async function writeStaticIndex(folder: string, packages: readonly ManifestPackage[]): Promise<void> {
  const pages = packages
    .map((found) => ({ name: found.name, links: linksOf(found) }))
    .filter(({ links }) => links.length > 0);
  for (const { name, links } of pages) {
    await writeText(folder, `simple/${name}/index.html`, page(`Links for ${name}`, links));
  }
  const names = new Set(pages.map(({ name }) => name));
  const list = [...names].map((name) => html`<a href="${name}/">${name}</a>`.text);
  await writeText(folder, "simple/index.html", page("Simple index", list));
  for (const entry of await readdir(join(folder, "simple"))) {
    if (entry !== "index.html" && !names.has(entry)) {
      await rm(join(folder, "simple", entry), { recursive: true });
    }
  }
}

function linksOf({ name, versions }: ManifestPackage): readonly string[] {
  return versions
    .filter(({ status, deletedSince }) => status === "Published" && deletedSince === undefined)
    .flatMap(({ version, files }) =>
      files
        .filter(({ saved }) => saved)
        .map(({ filename, sha256, requiresPython }) => {
          const path = pathOf(name, version, filename).split("/").map(encodeURIComponent).join("/");
          const python = requiresPython === undefined ? [] : [html` data-requires-python="${requiresPython}"`];
          return html`<a href="../../${path}#sha256=${sha256}" ${python}>${filename}</a>`.text;
        }),
    );
}

function page(title: string, links: readonly string[]): string {
  const head = html`<!DOCTYPE html>
    <html>
      <head>
        <meta charset="utf-8" />
        <meta name="pypi:repository-version" content="1.0" />
        <title>${title}</title>
      </head>
      <body></body>
    </html>`;
  return `${head.text}\n${links.map((link) => `${link}<br>\n`).join("")}</body>\n</html>\n`;
}
