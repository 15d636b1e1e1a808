import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import GithubSlugger from "github-slugger";
import type { Nodes, Parents } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { projectDirectory } from "../deployments";

/** A link or an image of a document. */
export interface DocumentLink {
  readonly document: string;
  readonly line: number;
  readonly url: string;
}

/** The documents of the repository, from its root on: the Markdown files that git tracks or would track. */
export function documents(): readonly string[] {
  const options = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
  return execFileSync("git", options, { cwd: projectDirectory, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((file) => existsSync(join(projectDirectory, file)));
}

export function textOf(document: string): string {
  return readFileSync(join(projectDirectory, document), "utf8");
}

/** Every link and image of a document, those in HTML too. */
export function linksIn(document: string, text: string): readonly DocumentLink[] {
  return nodesOf(text).flatMap((node) => {
    const line = node.position?.start.line ?? 0;
    switch (node.type) {
      case "link":
      case "image":
      case "definition":
        return [{ document, line, url: node.url }];
      case "html":
        return [...node.value.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)].map(([, url = ""]) => ({
          ...{ document, line, url },
        }));
      default:
        return [];
    }
  });
}

/** What may follow a document's `#`: the names that GitHub gives its headings. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  return new Set(nodesOf(text).flatMap((node) => (node.type === "heading" ? [slugger.slug(wordsOf(node))] : [])));
}

/** What is wrong with a link, as a sentence; undefined where it leads to a file and a heading, or is an https address. */
export function linkError({ document, url }: DocumentLink): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    return externalError(url);
  }
  const [path = "", anchor] = url.split("#", 2);
  const target = path === "" ? document : normalize(join(dirname(document), decodeURIComponent(path)));
  if (target.startsWith("..") || path.startsWith("/")) {
    return "is outside the repository";
  }
  if (!existsSync(join(projectDirectory, target))) {
    return `there is no ${target}`;
  }
  if (anchor === undefined) {
    return undefined;
  }
  if (!target.endsWith(".md")) {
    return `${target} is no document, and has no #${anchor}`;
  }
  return anchorsIn(textOf(target)).has(anchor) ? undefined : `${target} has no heading #${anchor}`;
}

function externalError(url: string): string | undefined {
  if (!URL.canParse(url)) {
    return "is no address";
  }
  const { protocol, hostname, username, href } = new URL(url);
  if (protocol !== "https:") {
    return `is ${protocol} and not https:`;
  }
  return username === "" && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(hostname) && [url, `${url}/`].includes(href)
    ? undefined
    : "is not written as a browser would send it";
}

/** All nodes of a document, in their order. */
function nodesOf(text: string): readonly Nodes[] {
  const below = (node: Nodes): readonly Nodes[] => [node, ...("children" in node ? childrenOf(node) : [])];
  const childrenOf = ({ children }: Parents) => children.flatMap((child) => below(child));
  return below(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

/** A heading's text without its marks. */
function wordsOf(node: Nodes): string {
  return "value" in node ? node.value : "children" in node ? node.children.map((child) => wordsOf(child)).join("") : "";
}
