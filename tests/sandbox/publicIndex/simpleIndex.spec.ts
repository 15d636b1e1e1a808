import { createHash } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { PublicIndexUnavailable } from "../../../sandbox/codeartifact/packages/search";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import { HttpServers } from "../../support/httpServers";

const jsonType = "application/vnd.pypi.simple.v1+json";

const bytes = Buffer.from("what is in left 1.0");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const page = JSON.stringify({
  meta: { "api-version": "1.1" },
  files: [{ filename: "left-1.0.tar.gz", url: "/files/left-1.0.tar.gz", hashes: { sha256 } }],
});

/** What is answered, or why the index cannot be used. */
async function ending<Answer>(answer: Promise<Answer>): Promise<Answer | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PublicIndexUnavailable) {
      return error.message;
    }
    throw error;
  }
}

describe("a client of a simple index", () => {
  const servers = new HttpServers();
  afterEach(() => servers.close());

  /** A server that answers as the listener does, and remembers what it was asked. */
  async function serve(answer: RequestListener) {
    const asked: IncomingMessage[] = [];
    const address = await servers.serve((request, response) => {
      asked.push(request);
      answer(request, response);
    });
    return { address, asked, host: address.replace("http://", "") };
  }

  const asIndex: RequestListener = ({ url = "" }, response) => {
    if (url.startsWith("/simple/left/")) {
      response.setHeader("content-type", jsonType).end(page);
    } else if (url === "/files/left-1.0.tar.gz") {
      response.end(bytes);
    } else {
      response.writeHead(404).end();
    }
  };

  it("asks for a project's page, JSON before HTML, and knows none where there is none", async () => {
    const { address, asked } = await serve(asIndex);
    const index = simpleIndex(`${address}/simple/`);

    expect(await index.files("left")).to.deep.equal([
      { filename: "left-1.0.tar.gz", version: "1.0", url: `${address}/files/left-1.0.tar.gz`, sha256 },
    ]);
    expect(await index.files("right")).to.equal(undefined);
    expect(asked.map(({ method, url }) => `${method ?? ""} ${url ?? ""}`)).to.deep.equal([
      "GET /simple/left/",
      "GET /simple/right/",
    ]);
    expect(asked[0]!.headers.accept).to.equal(
      "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1",
    );
  });

  for (const spelling of ["/simple", "/simple/", "/simple//", "/simple/?x=1#top"]) {
    it(`finds the same pages below ${spelling}`, async () => {
      const { address, asked } = await serve(asIndex);

      expect(await simpleIndex(address + spelling).files("left")).to.have.length(1);
      expect(asked[0]!.url).to.equal("/simple/left/");
    });
  }

  it("fetches a page once for fifty who ask at once, and again after ten seconds", async () => {
    let time = 1;
    const { address, asked } = await serve(asIndex);
    const index = simpleIndex(`${address}/simple/`, {}, () => time);

    const answers = await Promise.all(Array.from({ length: 50 }, () => index.files("left")));
    expect(new Set(answers).size).to.equal(1);
    time = 9_999;
    await index.files("left");
    expect(asked).to.have.length(1);
    time = 10_002;
    await index.files("left");
    expect(asked).to.have.length(2);
  });

  it("asks again at once after a failed answer", async () => {
    let answer: RequestListener = (_request, response) => response.writeHead(503).end();
    const { address, host } = await serve((request, response) => {
      answer(request, response);
    });
    const index = simpleIndex(`${address}/simple/`);

    expect(await ending(index.files("left"))).to.equal(`${host} answers 503 Service Unavailable`);
    answer = asIndex;
    expect(await index.files("left")).to.have.length(1);
  });

  it("has at most ten requests under way", async () => {
    const waiting: (() => void)[] = [];
    const { address, asked } = await serve((_request, response) => {
      waiting.push(() => response.writeHead(404).end());
      if (asked.length === 10) {
        // Anyone who is not held back arrives within a turn or two.
        setTimeout(() => {
          waiting.splice(0).forEach((end) => {
            end();
          });
        }, 100);
      } else if (asked.length > 10) {
        waiting.splice(0).forEach((end) => {
          end();
        });
      }
    });
    const index = simpleIndex(address);
    const counts: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async (_, number) => {
        await index.files(`project-${number}`);
        counts.push(asked.length);
      }),
    );
    expect(counts[0]).to.equal(10);
    expect(asked).to.have.length(12);
  });

  it("downloads a file whose digest is as expected, and rejects other bytes", async () => {
    const { address, asked, host } = await serve(asIndex);
    const index = simpleIndex(`${address}/simple/`);
    const other = "0".repeat(64);

    expect(await index.download(`${address}/files/left-1.0.tar.gz`, sha256)).to.deep.equal(bytes);
    expect(asked[0]!.headers["accept-encoding"]).to.equal("identity");
    expect(await ending(index.download(`${address}/files/left-1.0.tar.gz`, other))).to.equal(
      `${host} has other bytes for /files/left-1.0.tar.gz: SHA-256 ${sha256}, not ${other}`,
    );
    expect(await ending(index.download(`${address}/files/gone.tar.gz`, sha256))).to.equal(
      `${host} answers 404 for /files/gone.tar.gz`,
    );
  });

  describe("with user and password in the address", () => {
    const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    const withLogin = (address: string) => `${address.replace("http://", "http://me:p%40ss@")}/simple/`;

    it("sends them to the index for pages and files, and to no one else", async () => {
      const other = await serve(asIndex);
      const { address, asked } = await serve(asIndex);
      const index = simpleIndex(withLogin(address));

      const [file] = (await index.files("left")) ?? [];
      expect(file!.url).to.equal(`${address}/files/left-1.0.tar.gz`);
      await index.download(file!.url, sha256);
      await index.download(`${other.address}/files/left-1.0.tar.gz`, sha256);
      expect(asked.map(({ headers }) => headers.authorization)).to.deep.equal([basic, basic]);
      expect(other.asked.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
    });

    it("does not send them on by a redirect", async () => {
      const other = await serve(asIndex);
      const { address, asked } = await serve(({ url = "" }, response) => {
        response.writeHead(302, { location: other.address + url }).end();
      });

      const files = await simpleIndex(withLogin(address)).files("left");
      expect(files!.map(({ url }) => url)).to.deep.equal([`${other.address}/files/left-1.0.tar.gz`]);
      expect(asked[0]!.headers.authorization).to.equal(basic);
      expect(other.asked[0]!.headers.authorization).to.equal(undefined);
    });

    it("does not say them in an error", async () => {
      const { address, host } = await serve((_request, response) => response.writeHead(401).end());
      expect(await ending(simpleIndex(withLogin(address)).files("left"))).to.equal(`${host} answers 401 Unauthorized`);
    });
  });

  describe("gives the reason of an index that", () => {
    it("is not there", async () => {
      const { address, host } = await serve(asIndex);
      await servers.close();

      expect(await ending(simpleIndex(address).files("left"))).to.equal(`${host}: connect ECONNREFUSED ${host}`);
    });

    it("breaks off, before its answer and within", async () => {
      const { address, host } = await serve(({ url = "", socket }, response) => {
        if (url.startsWith("/left")) {
          socket.destroy();
        } else {
          response.writeHead(200, { "content-length": 100 }).write("half");
          setImmediate(() => socket.destroy());
        }
      });
      const index = simpleIndex(address);

      expect(await ending(index.files("left"))).to.equal(`${host}: other side closed`);
      expect(await ending(index.files("right"))).to.equal(`${host}: other side closed`);
    });

    it("says nothing, before its answer and within", async () => {
      const { address, host } = await serve(({ url = "" }, response) => {
        if (url.startsWith("/right")) {
          response.writeHead(200).write("half");
        }
      });
      const index = simpleIndex(address, { silence: 100 });
      const silence =
        `${host} sends nothing for more than 0.1 seconds. ` +
        "This is the sandbox's own limit: no limit of AWS is known.";

      expect(await ending(index.files("left"))).to.equal(silence);
      expect(await ending(index.files("right"))).to.equal(silence);
    });

    it("sends too much, counted as it is once unpacked; just as much as is taken passes", async () => {
      const { address, host } = await serve(({ url = "" }, response) => {
        const packed = url.startsWith("/packed");
        const body = page.padEnd(2000);
        response.writeHead(200, { "content-type": jsonType, ...(packed ? { "content-encoding": "gzip" } : {}) });
        response.end(packed ? gzipSync(body) : body);
      });
      const tooLong = (elsewhere: string) =>
        `${host} answers with more than 1,999 bytes. This is the sandbox's own limit: ${elsewhere}.`;

      for (const project of ["left", "packed"]) {
        expect(await ending(simpleIndex(address, { page: 1999 }).files(project))).to.equal(
          tooLong("no limit of AWS is known"),
        );
        expect(await simpleIndex(address, { page: 2000 }).files(project)).to.be.an("array");
      }
      expect(await ending(simpleIndex(address, { file: 1999 }).download(`${address}/left`, sha256))).to.equal(
        tooLong("AWS takes 5 GB"),
      );
    });

    it("sends on to what is no web address", async () => {
      const { address, host } = await serve((_request, response) => {
        response.writeHead(302, { location: "file:///etc/passwd" }).end();
      });

      expect(await ending(simpleIndex(address).files("left"))).to.equal(`${host}: URL scheme must be a HTTP(S) scheme`);
    });

    it("sends on without end", async () => {
      const { address, host, asked } = await serve(({ url = "" }, response) => {
        response.writeHead(302, { location: url }).end();
      });

      expect(await ending(simpleIndex(address).files("left"))).to.equal(
        `${host} answers with more than 20 redirects. ` + "This is the sandbox's own limit: no limit of AWS is known.",
      );
      expect(asked).to.have.lengthOf(21);
    });
  });

  it("waits for a slow answer as long as something comes", async () => {
    const { address } = await serve((_request, response) => {
      response.writeHead(200, { "content-type": jsonType });
      const parts = page.match(/.{1,40}/gs) ?? [];
      const timer = setInterval(() => {
        const part = parts.shift();
        if (part === undefined) {
          clearInterval(timer);
          response.end();
        } else {
          response.write(part);
        }
      }, 60);
    });
    const start = performance.now();
    expect(await simpleIndex(address, { silence: 200 }).files("left")).to.have.length(1);
    expect(performance.now() - start).to.be.above(200);
  });
});
