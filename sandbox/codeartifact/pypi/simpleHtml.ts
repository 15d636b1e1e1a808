// By its own name the formatter would take these templates apart, and spread them over the page.
import { html as markup } from "../../core/html";
import { filePath } from "./address";
import type { ListedFiles } from "./listedFiles";
import { renderFiles } from "./renderFiles";

/** A simple page as HTML: PEP 503, with `data-yanked` of PEP 592. */
export async function htmlPage({ repository, name, files }: ListedFiles): Promise<Buffer> {
  const links = await renderFiles(files, "", ({ filename, version, sha256, requiresPython, yanked = false }) => {
    const attributes = [
      ...(requiresPython === undefined ? [] : [markup` data-requires-python="${requiresPython}"`]),
      ...(yanked === false ? [] : [markup` data-yanked="${yanked === true ? "" : yanked}"`]),
    ];
    const href = `${filePath(repository, name, version, filename)}#sha256=${sha256}`;
    return markup`<a href="${href}"${attributes}>${filename}</a><br>\n`.text;
  });
  const head = markup`<!DOCTYPE html>
<html>
<head>
<meta name="pypi:repository-version" content="1.1">
<title>Links for ${name}</title>
</head>
<body>
<h1>Links for ${name}</h1>
`;
  return Buffer.concat([Buffer.from(head.text), links, Buffer.from("</body>\n</html>\n")]);
}
