import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import { longestAllowed, longestTurn } from "../../support/longestTurn";
import { openRegistry, type Registry } from "../../support/sandbox/pypi";

const sha256 = "0123456789abcdef".repeat(4);
const jsonType = "application/vnd.pypi.simple.v1+json";
const mebibyte = 1024 ** 2;

const file = (filename: string, more = "") =>
  `{"filename":"${filename}","url":"${filename}","hashes":{"sha256":"${sha256}"}${more}}`;
const json = (...files: readonly string[]) => `{"meta":{"api-version":"1.1"},"files":[${files.join(",")}]}`;
const link = (filename: string, more = "") => `<a href="${filename}#sha256=${sha256}"${more}>${filename}</a>`;
const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));
const honest = file("left-1.0.tar.gz");

/** What a page comes to: how many files, or why it is rejected. */
type Outcome = number | RegExp;

const pages: readonly (readonly [title: string, contentType: string, page: () => string, outcome: Outcome])[] = [
  ["a file name of 16 KiB, with hyphens", jsonType, () => json(file(`left-${"a-".repeat(8192)}1.tar.gz`), honest), 1],
  ["a file name of 16 KiB, without", jsonType, () => json(file(`left-1${".1".repeat(8192)}-x.whl`), honest), 1],
  [
    "50,000 names as long as a name may be",
    jsonType,
    () => json(...many(50_000, (n) => file(`left-${"a-".repeat(115)}${n}.tar.gz`)), honest),
    1,
  ],
  ["50,000 files", jsonType, () => json(...many(50_000, (n) => file(`left-1.${n}.tar.gz`))), 50_000],
  [
    "50,000 files of one version",
    jsonType,
    () => json(...many(50_000, (n) => file(`left-1.0-${n}-py3-none-any.whl`))),
    50_000,
  ],
  [
    "more files than are taken",
    jsonType,
    () => json(...many(50_001, (n) => file(`left-1.${n}.tar.gz`))),
    /more than 50,000 files/,
  ],
  [
    "texts that are written longer than they are",
    jsonType,
    () => json(...many(4_000, (n) => file(`left-1.${n}.tar.gz`, `,"requires-python":"${"&".repeat(2048)}"`))),
    4_000,
  ],
  [
    "a text longer than clients have a use for",
    jsonType,
    () => json(file("left-2.0.tar.gz", `,"yanked":"${"x".repeat(2049)}"`), honest),
    1,
  ],
  ["lists within lists", jsonType, () => `{"files":${"[".repeat(mebibyte)}`, /JSON that is more than 16 values deep/],
  [
    "objects within a file",
    jsonType,
    () => `{"files":[${'{"a":'.repeat(mebibyte)}`,
    /JSON that is more than 16 values deep/,
  ],
  ["a number of 20 MiB", jsonType, () => `{"files":[${"1".repeat(20 * mebibyte)}`, /more than 1 MiB between two files/],
  [
    "a text of 20 MiB",
    jsonType,
    () => `{"meta":"${"\\u0061".repeat(4 * mebibyte)}`,
    /more than 1 MiB between two files/,
  ],
  [
    "a million members",
    jsonType,
    () => `{${many(1_000_000, (n) => `"member-${n}":1`).join(",")}}`,
    /more than 1 MiB between two files/,
  ],
  [
    "300 KB of nested elements",
    "text/html",
    () => "<div>".repeat(60_000) + link("left-1.0.tar.gz"),
    /HTML that is more than 64 elements deep/,
  ],
  [
    "20 MiB of elements that are not nested",
    "text/html",
    () => "<p>".repeat(7 * mebibyte),
    /more than 1 MiB between two files/,
  ],
  ["150,000 links within links", "text/html", () => "<a href=x>left-1.0.tar.gz".repeat(150_000), 0],
  [
    "50,000 links",
    "text/html",
    () => many(50_000, (n) => link(`left-1.${n}.tar.gz`, ' data-yanked="&lt;&amp;"')).join("\n"),
    50_000,
  ],
  [
    "a base of a mebibyte, for many links",
    "text/html",
    () => `<base href="${"a/".repeat(mebibyte / 4)}">${link("left-1.0.tar.gz").repeat(50_000)}`,
    1,
  ],
  [
    "links of a mebibyte",
    "text/html",
    () => `<a href="${"../".repeat(mebibyte / 4)}">left-1.0.tar.gz</a>`.repeat(20) + link("left-1.0.tar.gz"),
    1,
  ],
  [
    "a tag that does not end",
    "text/html",
    () => `<a ${many(2_000_000, (n) => `a${n}`).join(" ")}`,
    /more than 1 MiB between two files/,
  ],
];

describe("a hostile page of the public index", () => {
  let hostile: Server;
  let registry: Registry;
  let page: { readonly contentType: string; readonly body: Buffer };

  before(async () => {
    hostile = createServer((_request, response) => {
      response.setHeader("content-type", page.contentType);
      response.end(page.body);
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => hostile.once("listening", listening));
    const { port } = hostile.address() as AddressInfo;
    // A minute passes with each look at the clock, so that no page is answered from the cache.
    let now = 1;
    registry = await openRegistry(simpleIndex(`http://127.0.0.1:${port}/simple/`, {}, () => (now += 60_000)));
  });

  after(async () => {
    await registry.close();
    hostile.close();
  });

  async function ask(accept: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${registry.endpoint}simple/left/`, {
      headers: { accept, authorization: `Bearer ${registry.reader}` },
    });
    return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString("latin1") };
  }

  for (const [title, contentType, text, outcome] of pages) {
    it(`holds up nothing: ${title}`, async () => {
      page = { contentType, body: Buffer.from(text()) };

      for (const accept of typeof outcome === "number" ? [jsonType, "text/html"] : [jsonType]) {
        const { result, longest } = await longestTurn(() => ask(accept));

        if (typeof outcome === "number" && outcome > 0) {
          expect(result.status).to.equal(200);
          expect(result.text.split(`${sha256}"`).length - 1).to.equal(outcome);
        } else {
          expect(result.status).to.equal(outcome === 0 ? 404 : 502);
          expect(result.text).to.match(outcome === 0 ? /has no files/ : (outcome as RegExp));
        }
        expect(longest, "milliseconds without a pause").to.be.below(longestAllowed);
      }
    });
  }

  it("would be seen: work that holds the event loop is measured whole", async () => {
    const { longest } = await longestTurn(async () => {
      await Promise.resolve();
      const { user, system } = process.cpuUsage();
      for (let now = 0; now < 1_100_000;) {
        const used = process.cpuUsage();
        now = used.user + used.system - user - system;
      }
    });

    expect(longest).to.be.at.least(1_100);
  });
});
