import { expect } from "chai";
import { type PublicFile, PublicIndexUnavailable } from "../../../sandbox/codeartifact/packages/search";
import { filesOfPage } from "../../../sandbox/publicIndex/projectPage";

const url = "https://index.example/simple/left/";
const jsonType = "application/vnd.pypi.simple.v1+json";
const sha256 = "0123456789abcdef".repeat(4);

async function read(contentType: string, text: string): Promise<readonly PublicFile[] | string> {
  try {
    return await filesOfPage({ url, contentType, body: Buffer.from(text) }, "left");
  } catch (error) {
    if (error instanceof PublicIndexUnavailable) {
      return error.message;
    }
    throw error;
  }
}

function json(files: readonly object[], apiVersion = "1.1"): string {
  return JSON.stringify({ meta: { "api-version": apiVersion }, name: "left", files });
}

const file = { filename: "left-1.0.tar.gz", url: "../../files/left-1.0.tar.gz", hashes: { sha256 } };
const listed = {
  filename: "left-1.0.tar.gz",
  version: "1.0",
  url: "https://index.example/files/left-1.0.tar.gz",
  sha256,
};

describe("a project's page as JSON", () => {
  it("says all there is of a file", async () => {
    const about = { size: 123, "upload-time": "2026-01-02T03:04:05Z", "requires-python": ">=3.9", yanked: "broken" };
    expect(await read(jsonType, json([{ ...file, ...about }]))).to.deep.equal([
      { ...listed, size: 123, uploadTime: "2026-01-02T03:04:05Z", requiresPython: ">=3.9", yanked: "broken" },
    ]);
  });

  it("may leave open, or say null, what is not known", async () => {
    const unknown = { size: null, "upload-time": null, "requires-python": null };
    expect(await read(jsonType, json([file]))).to.deep.equal([listed]);
    expect(await read(jsonType, json([{ ...file, ...unknown }], "1.0"))).to.deep.equal([listed]);
  });

  for (const [said, yanked] of [
    [true, true],
    ["a reason", "a reason"],
    [false, undefined],
    ["", undefined],
  ] as const) {
    it(`with yanked ${JSON.stringify(said)} ${yanked === undefined ? "yanks nothing" : "yanks the file"}`, async () => {
      expect(await read(jsonType, json([{ ...file, yanked: said }]))).to.deep.equal([
        yanked === undefined ? listed : { ...listed, yanked },
      ]);
    });
  }

  for (const [why, changed] of [
    ["has no SHA-256", { hashes: { md5: "0".repeat(32) } }],
    ["has a malformed SHA-256", { hashes: { sha256: "0".repeat(63) } }],
    ["is no distribution", { filename: "left-1.0.exe" }],
    ["is another project's", { filename: "right-1.0.tar.gz" }],
    ["is not reached by http", { url: "file:///etc/passwd" }],
    ["is nowhere", { url: "https://" }],
  ] as const) {
    it(`a file that ${why} is left out, the one beside it is not`, async () => {
      expect(await read(jsonType, json([{ ...file, ...changed }, file]))).to.deep.equal([listed]);
    });
  }

  it("counts the first of two files of one name, and the digest in either case", async () => {
    const upper = { ...file, hashes: { sha256: sha256.toUpperCase() } };
    expect(await read(jsonType, json([upper, { ...file, hashes: { sha256: "f".repeat(64) } }]))).to.deep.equal([
      listed,
    ]);
  });

  it("gives an address without the password that it holds, and keeps its query", async () => {
    const link = "http://name:secret@files.example/left-1.0.tar.gz?signed=1#egg=left";
    expect(await read(jsonType, json([{ ...file, url: link }]))).to.deep.equal([
      { ...listed, url: "http://files.example/left-1.0.tar.gz?signed=1" },
    ]);
  });
});

describe("a project's page as HTML", () => {
  const page = (body: string, head = "") => `<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`;
  const link = (attributes = "", text = "left-1.0.tar.gz") =>
    `<a href="../../files/left-1.0.tar.gz#sha256=${sha256}" ${attributes}>${text}</a>`;

  for (const type of ["text/html", "text/html; charset=utf-8", "application/vnd.pypi.simple.v1+html", "Text/HTML"]) {
    it(`is read from ${type}`, async () => {
      expect(await read(type, page(link()))).to.deep.equal([listed]);
    });
  }

  it("says which Python a file wants, and whether it was yanked", async () => {
    const links = [
      link('data-requires-python="&gt;=3.9,&lt;4"'),
      link('data-yanked="it &amp; that"', "left-1.0.zip"),
      link("data-yanked", "left-1.0-py3-none-any.whl"),
      link('data-yanked=""', "left-1.0-py2-none-any.whl"),
    ];
    expect(await read("text/html", page(links.join("\n")))).to.deep.equal([
      { ...listed, requiresPython: ">=3.9,<4" },
      { ...listed, filename: "left-1.0.zip", yanked: "it & that" },
      { ...listed, filename: "left-1.0-py3-none-any.whl", yanked: true },
      { ...listed, filename: "left-1.0-py2-none-any.whl", yanked: true },
    ]);
  });

  it("finds its files from its base, where it has one", async () => {
    expect(await read("text/html", page(link(), '<base href="https://mirror.example/a/b/c/">'))).to.deep.equal([
      { ...listed, url: "https://mirror.example/a/files/left-1.0.tar.gz" },
    ]);
  });

  it("leaves out what has another digest, or leads nowhere", async () => {
    const others = [`<a href="left-1.0.zip#md5=${"0".repeat(32)}">left-1.0.zip</a>`, "<a>left-1.0.tgz</a>"];
    expect(await read("text/html", page([...others, link()].join("")))).to.deep.equal([listed]);
  });

  it("may be empty where it says that it is an index's", async () => {
    expect(await read("text/html", page("", '<meta name="pypi:repository-version" content="1.1">'))).to.deep.equal([]);
  });
});

describe("what is no project's page", () => {
  const host = "index.example is no index that is understood here: it answers 200 with a page";
  for (const [why, contentType, text, expected] of [
    ["another type", "application/zip", "", "of type application/zip"],
    ["no type", "", "", "of type unknown"],
    ["malformed JSON", jsonType, "{", "that is no JSON"],
    ["JSON of something else", jsonType, '{"files":[]}', / that is not as the simple API has it: meta: it is missing/],
    ["a file without a name", jsonType, json([{ ...file, filename: 1 }]), /: files\.0\.filename: /],
    ["a later API", jsonType, json([file], "2.0"), "of version 2.0 of the simple API; version 1 is understood"],
    [
      "a later API in HTML",
      "text/html",
      '<meta name="pypi:repository-version" content="2.0">',
      "of version 2.0 of the simple API; version 1 is understood",
    ],
    [
      "a page to log in",
      "text/html",
      '<form action="/login"></form><a href="/help">Help</a>',
      "of HTML that names neither a file of the project nor a version of the simple API",
    ],
  ] as const) {
    it(`is rejected: ${why}`, async () => {
      const answer = await read(contentType, text);
      if (typeof expected === "string") {
        expect(answer).to.equal(`${host} ${expected}`);
      } else {
        expect(answer)
          .to.match(expected)
          .and.to.match(/^index\.example is no index/);
      }
    });
  }
});
