import { expect } from "chai";
import { anchorsIn, documents, linkError, linksIn, textOf } from "../support/docs/markdown";

describe("the links of all documents", () => {
  const links = documents().flatMap((document) => linksIn(document, textOf(document)));
  const isExternal = (url: string) => /^[a-z]+:/i.test(url);

  it("lead to files, folders and headings that exist, or are https addresses", () => {
    expect(links.filter(({ url }) => !isExternal(url))).to.have.length.above(150);
    expect(links.filter(({ url }) => isExternal(url))).to.have.length.above(80);
    expect(
      links.flatMap((link) => {
        const error = linkError(link);
        return error === undefined ? [] : [`${link.document}:${link.line}: ${link.url}: ${error}`];
      }),
    ).to.deep.equal([]);
  });

  it("lead from README to every document of docs/, directly or through another one", () => {
    const reached = new Set(["README.md"]);
    for (const document of reached) {
      for (const { url } of links.filter((link) => link.document === document && !isExternal(link.url))) {
        const [path = ""] = url.split("#");
        const target = new URL(path, `file:///${document}`).pathname.slice(1);
        if (path.endsWith(".md")) {
          reached.add(target);
        }
      }
    }

    expect(documents().filter((document) => document.startsWith("docs/") && !reached.has(document))).to.deep.equal([]);
  });
});

describe("the check of links", () => {
  const errorOf = (url: string) => linkError({ document: "docs/operations.md", line: 1, url });

  /** A link of docs/operations.md that is right, and one beside it that is not. */
  for (const [right, wrong, error] of [
    ["incidents.md", "incident.md", "there is no docs/incident.md"],
    ["../README.md", "../../README.md", "is outside the repository"],
    ["#drift", "#drifts", "docs/operations.md has no heading #drifts"],
    ["incidents.md#a-lost-key", "incidents.md#a-lost-keys", "docs/incidents.md has no heading #a-lost-keys"],
    ["../examples", "../index.ts#L1", "index.ts is no document, and has no #L1"],
    ["https://pypi.org/project/pip/", "http://pypi.org/project/pip/", "is http: and not https:"],
    ["https://pypi.org", "https://pypi", "is not written as a browser would send it"],
    ["https://pypi.org/a%20b", "https://pypi.org/a b", "is not written as a browser would send it"],
  ] as const) {
    it(`takes ${right} and reports ${wrong}`, () => {
      expect([errorOf(right), errorOf(wrong)]).to.deep.equal([undefined, error]);
    });
  }

  it("finds links in tables, lists, definitions and HTML, and none in code", () => {
    const text = [
      "| a |\n| --- |\n| [one](one.md) |\n",
      "- ![two](two.svg)\n",
      "[three]: three.md\n",
      '<img src="four.svg">\n',
      "`[five](five.md)`\n",
    ].join("\n");

    expect(linksIn("x.md", text).map(({ url, line }) => [url, line])).to.deep.equal([
      ["one.md", 3],
      ["two.svg", 5],
      ["three.md", 7],
      ["four.svg", 9],
    ]);
  });

  it("names headings as GitHub does: lower case, hyphens, no marks, a number where a name comes again", () => {
    expect([
      ...anchorsIn("# Some `code`, and (more)\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n"),
    ]).to.deep.equal(["some-code-and-more", "twice", "twice-1"]);
  });
});
