import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { html, Html } from "../../sandbox/core/html";
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
  const list = [...names].map((name) => html`<a href="${name}/">${name}</a>`);
  await writeText(folder, "simple/index.html", page("Simple index", list));
  for (const entry of await readdir(join(folder, "simple"))) {
    if (entry !== "index.html" && !names.has(entry)) {
      await rm(join(folder, "simple", entry), { recursive: true });
    }
  }
}

function linksOf({ name, versions }: ManifestPackage): readonly Html[] {
  return versions
    .filter(({ status, deletedSince }) => status === "Published" && deletedSince === undefined)
    .flatMap(({ version, files }) =>
      files
        .filter(({ saved }) => saved)
        .map(({ filename, sha256, requiresPython }) => {
          const path = pathOf(name, version, filename).split("/").map(encodeURIComponent).join("/");
          const python = requiresPython === undefined ? [] : [html`data-requires-python="${requiresPython}"`];
          return html`<a href="../../${path}#sha256=${sha256}" ${python}>${filename}</a>`;
        }),
    );
}

function page(title: string, links: readonly Html[]): string {
  const lineEnd = new Html("<br>\n");
  const lines = links.flatMap((link) => [link, lineEnd]);
  // prettier-ignore
  return html`<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="pypi:repository-version" content="1.0">
<title>${title}</title>
</head>
<body>
${lines}</body>
</html>
`.text;
}
