import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import type { Socket } from "node:net";
import { expect } from "chai";
import type { FastifyInstance } from "fastify";
import { PublicIndexUnavailable } from "../../sandbox/codeartifact/packages/search";
import { SandboxAccount } from "../../sandbox/account";
import { CloudTrail } from "../../sandbox/cloudtrail/cloudTrail";
import { LogEvents } from "../../sandbox/logs/logEvents";
import { DecisionLog } from "../../sandbox/decisionLog";
import { uploadForm } from "../../sandbox/fixtures/distributions";
import { readJob } from "../../sandbox/github/jobDescription";
import { Jobs } from "../../sandbox/github/routes";
import { amountOf, noteOf, type OwnLimit, ownLimits } from "../../sandbox/ownLimits";
import { type IndexLimits, simpleIndex } from "../../sandbox/publicIndex/simpleIndex";
import { createServer } from "../../sandbox/sandbox";
import { listItems, sectionOf } from "../support/docs/document";
import { projectDirectory } from "../support/deployments";
import { HttpServers } from "../support/httpServers";
import {
  addFields,
  announced,
  deep,
  describeJob,
  fill,
  gapOf,
  htmlPage,
  listed,
  longPage,
  many,
  metadataPath,
  pageOf,
  sdistOf,
  sha256,
  sign,
  wheelName,
  wheelOf,
} from "../support/sandbox/limitedInputs";
import { metadata, zip } from "../support/sandbox/archives";
import { boundary, multipart, sendRaw } from "../support/sandbox/rawHttp";
import { type DeployedSandbox, deploySandbox } from "../support/sandbox/servedSandbox";

type Name = keyof typeof ownLimits;

/** A limit that is reached: the answer to what is just within it, or well within it, and to what is beyond. */
interface Reached {
  readonly within: () => Promise<string>;
  /** What `within` comes to. @default 200 */
  readonly fine?: string;
  readonly beyond: () => Promise<string>;
  /** Where reaching the limit itself takes too much time or memory. @default - the limit itself */
  readonly lowered?: number;
}

const [kibibyte, mebibyte] = [2 ** 10, 2 ** 20] as const;
const jsonType = "application/vnd.pypi.simple.v1+json";
const sdistName = "orb_common-1.0.0.tar.gz";
const { most: longestText } = ownLimits.formTexts;

describe("the sandbox's own limits", () => {
  let deployed: DeployedSandbox;
  let server: FastifyInstance;
  let address: string;
  let token: string;
  const indexes = new HttpServers();

  before(async () => {
    deployed = await deploySandbox();
    const { context, issuer } = deployed;
    server = createServer(context, issuer);
    address = await server.listen({ host: "127.0.0.1", port: 0 });
    token = context.tokens.mint(deployed.administrator(), context.domain, 3600).authorizationToken;
  });
  afterEach(async () => {
    const { context } = deployed;
    await context.packages.store.delete({ domain: context.domain, repository: "python-packages" }, "orb-common");
  });
  after(async () => {
    await Promise.all([server.close(), deployed.close(), indexes.close()]);
  });

  const port = () => Number(new URL(address).port);
  const answer = async (path: string, request: RequestInit = {}) => {
    const response = await fetch(address + path, { method: "POST", ...request });
    const text = await response.text();
    return response.ok ? String(response.status) : `${response.status} ${text}`;
  };
  const send = (filename: string, bytes: Buffer, change: (form: FormData) => void = () => undefined) => {
    const body = uploadForm({ filename, bytes });
    body.set("name", "orb-common");
    body.set("version", "1.0.0");
    change(body);
    return answer("/pypi/python-packages/", { headers: { authorization: `Bearer ${token}` }, body });
  };
  const sendWheel = (text: string) => zip([metadataPath, text]).then((bytes) => send(wheelName, bytes));
  const sendForm = async (change: (form: FormData) => void) =>
    send(wheelName, await zip([metadataPath, metadata()]), change);
  /** A form with a field that says it is JSON, as curl sends it with `;type=application/json`. */
  const sendTyped = async (json: string) => {
    const bytes = await zip([metadataPath, metadata()]);
    const fields = [...uploadForm({ filename: wheelName, bytes })].flatMap(([name, value]) =>
      typeof value === "string" ? [{ name, value }] : [],
    );
    const attestations = { name: "attestations", type: "application/json", value: json };
    const body = multipart([...fields, attestations, { name: "content", filename: wheelName, value: bytes }]);
    const type = `multipart/form-data; boundary=${boundary}`;
    const headers = { authorization: `Bearer ${token}`, "content-type": type };
    return answer("/pypi/python-packages/", { headers, body: new Uint8Array(body) });
  };
  /** How many files the public index has by a page, or why there are none. */
  const readPage = async (body: string, type = jsonType) => {
    const url = await indexes.serve((_request, response) =>
      response.writeHead(200, { "content-type": type }).end(body),
    );
    return ended(simpleIndex(url).files("left"));
  };
  const readRedirected = async (times: number) => {
    let left = times;
    const url = await indexes.serve(({ url = "" }, response) => {
      left -= 1;
      if (left >= 0) {
        response.writeHead(302, { location: url }).end();
      } else {
        response.writeHead(200, { "content-type": jsonType }).end(pageOf(listed("left-1.0.tar.gz")));
      }
    });
    return ended(simpleIndex(url).files("left"));
  };
  const download = async (size: number, limits: Partial<IndexLimits>) => {
    const bytes = Buffer.alloc(size);
    const url = await indexes.serve((_request, response) => response.end(bytes));
    return ended(simpleIndex(url, limits).download(`${url}/left`, sha256));
  };

  const reached: Readonly<Record<Exclude<Name, Silent>, Reached>> = {
    uploadRequest: {
      within: () => sendWheel(metadata()),
      beyond: () => sendRaw(port(), announced(ownLimits.uploadRequest.most + 1, token)).then(({ text }) => text),
    },
    uploadedFile: {
      within: async () => send(wheelName, await wheelOf(ownLimits.uploadedFile.most)),
      beyond: async () => send(wheelName, await wheelOf(ownLimits.uploadedFile.most + 1)),
    },
    formTexts: {
      within: () =>
        sendForm((form) => {
          fill(form, longestText);
        }),
      beyond: () =>
        sendForm((form) => {
          fill(form, longestText + 1);
        }),
    },
    formFields: {
      within: () =>
        sendForm((form) => {
          addFields(form, ownLimits.formFields.most);
        }),
      beyond: () =>
        sendForm((form) => {
          addFields(form, ownLimits.formFields.most + 1);
        }),
    },
    formFiles: {
      within: () =>
        sendForm((form) => {
          sign(form, 1);
        }),
      beyond: () =>
        sendForm((form) => {
          sign(form, 2);
        }),
    },
    formObjectFields: {
      within: () =>
        sendForm((form) => {
          form.append("constructors", "a");
        }),
      beyond: () =>
        sendForm((form) => {
          form.append("constructor", "a");
        }),
    },
    formJsonFields: {
      within: () => sendTyped('{"a": 1}'),
      beyond: () => sendTyped("{"),
    },
    fileFormats: {
      within: async () => send("orb_common-1.0.0.zip", await zip(["orb_common-1.0.0/PKG-INFO", metadata()])),
      beyond: () => send("orb_common-1.0.0.egg", Buffer.from("an egg")),
    },
    metadata: {
      within: () => sendWheel(`${metadata()}\n`.padEnd(ownLimits.metadata.most, "d")),
      beyond: () => sendWheel(`${metadata()}\n`.padEnd(ownLimits.metadata.most + 1, "d")),
    },
    metadataHeaders: {
      within: () => sendWheel(`${metadata()}${"Classifier: a\n".repeat(ownLimits.metadataHeaders.most - 3)}\ntext`),
      beyond: () => sendWheel(`${metadata()}${"Classifier: a\n".repeat(ownLimits.metadataHeaders.most - 2)}\ntext`),
    },
    requiresPython: {
      within: () => sendWheel(`${metadata()}Requires-Python: ${">=3.".padEnd(ownLimits.requiresPython.most, "0")}\n`),
      beyond: () =>
        sendWheel(`${metadata()}Requires-Python: ${">=3.".padEnd(ownLimits.requiresPython.most + 1, "0")}\n`),
    },
    archiveEntries: {
      within: async () => send(sdistName, await sdistOf({ entries: ownLimits.archiveEntries.most })),
      beyond: async () => send(sdistName, await sdistOf({ entries: ownLimits.archiveEntries.most + 1 })),
    },
    unpacked: {
      within: async () => send(sdistName, await sdistOf({ noise: 24 * mebibyte, zeros: 999 * mebibyte })),
      beyond: async () => send(sdistName, await sdistOf({ noise: 24 * mebibyte, zeros: 1000 * mebibyte })),
    },
    inflation: {
      within: async () => send(sdistName, await sdistOf({ noise: 2 * mebibyte, zeros: 97 * mebibyte })),
      beyond: async () => send(sdistName, await sdistOf({ noise: 2 * mebibyte, zeros: 110 * mebibyte })),
    },
    requestHeaders: {
      within: () => answer("/github/.well-known/jwks", { method: "GET", headers: { "x-long": "a".repeat(15_000) } }),
      beyond: () => answer("/github/.well-known/jwks", { method: "GET", headers: { "x-long": "a".repeat(16_400) } }),
    },
    requestTime: {
      within: () => answer("/github/.well-known/jwks", { method: "GET" }),
      beyond: async () => {
        expect([server.server.requestTimeout, server.server.headersTimeout]).to.deep.equal([120_000, 120_000]);
        const connected = once(server.server, "connection") as Promise<[Socket]>;
        const answered = sendRaw(port(), "GET / HTTP/1.1\r\n");
        const [socket] = await connected;
        // As Node does once the time is over.
        server.server.emit("clientError", Object.assign(new Error(), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), socket);
        const { status, text } = await answered;
        return `${status} ${text}`;
      },
    },
    publishedAsset: {
      within: () => answer("/v1/package/version/publish", { body: new Uint8Array(ownLimits.publishedAsset.most) }),
      fine: "Missing Authentication",
      beyond: () => answer("/v1/package/version/publish", { body: new Uint8Array(ownLimits.publishedAsset.most + 1) }),
    },
    apiBody: {
      within: () => answer("/v1/package/versions/dispose", { body: " ".repeat(ownLimits.apiBody.most) }),
      fine: "Missing Authentication",
      beyond: () => answer("/v1/package/versions/dispose", { body: " ".repeat(ownLimits.apiBody.most + 1) }),
    },
    objectBody: {
      within: () => answer("/bucket/key", { method: "PUT", headers: signedForS3, body: "content" }),
      fine: "AuthorizationHeaderMalformed",
      beyond: () => {
        const headers = Object.entries({ ...signedForS3, "content-length": String(ownLimits.objectBody.most + 1) });
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
        return sendRaw(port(), `PUT /bucket/key HTTP/1.1\r\nhost: a\r\n${lines}\r\n`).then(({ text }) => text);
      },
    },
    jsonBody: {
      within: () =>
        answer("/", {
          headers: { "x-amz-target": "TrentService.ListKeys" },
          body: " ".repeat(ownLimits.jsonBody.most),
        }),
      fine: "MissingAuthenticationTokenException",
      beyond: () =>
        answer("/", {
          headers: { "x-amz-target": "TrentService.ListKeys" },
          body: " ".repeat(ownLimits.jsonBody.most + 1),
        }),
    },
    queryBody: {
      within: () => answer("/", { body: new URLSearchParams({ a: "b".repeat(ownLimits.queryBody.most - 2) }) }),
      fine: "MissingAction",
      beyond: () => answer("/", { body: new URLSearchParams({ a: "b".repeat(ownLimits.queryBody.most - 1) }) }),
    },
    jobBody: {
      within: () => answer("/github/jobs", describeJob(ownLimits.jobBody.most)),
      fine: "201",
      beyond: () => answer("/github/jobs", describeJob(ownLimits.jobBody.most + 1)),
    },
    audience: {
      within: () => identityToken(ownLimits.audience.most),
      beyond: () => identityToken(ownLimits.audience.most + 1),
    },
    indexPage: {
      within: () => readPage(longPage(ownLimits.indexPage.most)),
      fine: "20000 files",
      beyond: () => readPage(longPage(ownLimits.indexPage.most + 1)),
    },
    indexFile: {
      within: () => download(1000, { file: 1000 }),
      fine: "has other bytes",
      beyond: () => download(1001, { file: 1000 }),
      lowered: 1000,
    },
    indexSilence: {
      within: () => readPage(pageOf(listed("left-1.0.tar.gz"))),
      fine: "1 files",
      beyond: async () => {
        const url = await indexes.serve(() => undefined);
        return ended(simpleIndex(url, { silence: 200 }).files("left"));
      },
      lowered: 0.2,
    },
    indexRedirects: {
      within: () => readRedirected(ownLimits.indexRedirects.most),
      fine: "1 files",
      beyond: () => readRedirected(ownLimits.indexRedirects.most + 1),
    },
    indexFiles: {
      within: () => readPage(pageOf(...many(ownLimits.indexFiles.most))),
      fine: "50000 files",
      beyond: () => readPage(pageOf(...many(ownLimits.indexFiles.most + 1))),
    },
    indexGap: {
      within: () => readPage(gapOf(0.9 * mebibyte)),
      fine: "2 files",
      beyond: () => readPage(gapOf(1.1 * mebibyte + 64 * kibibyte)),
    },
    indexHtmlDepth: {
      within: () => readPage(htmlPage(ownLimits.indexHtmlDepth.most - 1), "text/html"),
      fine: "1 files",
      beyond: () => readPage(htmlPage(ownLimits.indexHtmlDepth.most), "text/html"),
    },
    indexJsonDepth: {
      within: () => readPage(pageOf(listed("left-1.0.tar.gz", deep(ownLimits.indexJsonDepth.most - 3)))),
      fine: "1 files",
      beyond: () => readPage(pageOf(listed("left-1.0.tar.gz", deep(ownLimits.indexJsonDepth.most - 2)))),
    },
  };

  async function identityToken(length: number): Promise<string> {
    const response = await fetch(`${address}/github/jobs`, { method: "POST", ...describeJob(200) });
    const { url, token: bearer } = (await response.json()) as { url: string; token: string };
    const path = url.replace(/^.*(?=\/github)/, "");
    const headers = { authorization: `Bearer ${bearer}` };
    return answer(`${path}&audience=${"a".repeat(length)}`, { method: "GET", headers });
  }

  for (const [name, { within, fine = "200", beyond, lowered }] of Object.entries(reached)) {
    const limit: OwnLimit = ownLimits[name as Name];
    const shown = lowered === undefined ? limit : { ...limit, most: lowered };
    it(`are named by the answer beyond them, and allow what is within: ${limit.of}, ${amountOf(shown)}`, async () => {
      const allowed = await within();
      const rejected = await beyond();

      expect(allowed).to.include(fine).and.not.to.include("own limit");
      expect(unescaped(rejected)).to.include(noteOf(limit));
      if (name !== "fileFormats") {
        expect(rejected).to.include(`more than ${amountOf(shown)}`);
      }
    });
  }

  const silent: Readonly<Record<Silent, () => Promise<readonly [within: unknown, beyond: unknown]>>> = {
    jobs: () => {
      const jobs = new Jobs();
      const job = readJob({ repository: "octo/tools", workflow: ".github/workflows/ci.yml" }, []);
      const first = jobs.start(job);
      Array.from({ length: ownLimits.jobs.most - 1 }, () => jobs.start(job));
      const within = jobs.find(first) === job;
      jobs.start(job);
      return Promise.resolve([within, jobs.find(first) === job]);
    },
    decisions: () => {
      const log = new DecisionLog();
      const add = (number: number) => {
        log.add(asking(String(number)), { allowed: true, reason: "" });
      };
      Array.from({ length: ownLimits.decisions.most }, (_, number) => {
        add(number);
      });
      const within = log.entries()[0]?.resource === "0";
      add(ownLimits.decisions.most);
      return Promise.resolve([within, log.entries()[0]?.resource === "0"]);
    },
    cloudTrailRecords: () => {
      const trail = new CloudTrail(new SandboxAccount());
      const caller = { provider: "", audience: "", subject: "job" };
      const add = (number: number) => {
        trail.add({ service: "sts", operation: `Get${number}`, caller, origin: { sourceIp: "127.0.0.1" } });
      };
      Array.from({ length: ownLimits.cloudTrailRecords.most }, (_, number) => {
        add(number);
      });
      const first = () => trail.calls()[0]?.record.eventName === "Get0";
      const within = first();
      add(ownLimits.cloudTrailRecords.most);
      return Promise.resolve([within, first()]);
    },
    versionEvents: () => {
      const { eventBridge } = new SandboxAccount();
      const changes = {
        assetsAdded: 1,
        assetsRemoved: 0,
        assetsUpdated: 0,
        metadataUpdated: true,
        statusChanged: true,
      };
      const origin = { originType: "INTERNAL", domainEntryPoint: {} } as const;
      const add = (number: number) => {
        eventBridge.add({
          place: { domain: "orb", repository: "app" },
          key: "orb-common",
          version: {
            version: String(number),
            status: "Published",
            revision: "",
            publishedTime: "2026-01-01T00:00:00Z",
            origin,
            assets: {},
          },
          operationType: "Created",
          changes,
        });
      };
      Array.from({ length: ownLimits.versionEvents.most }, (_, number) => {
        add(number);
      });
      const first = () => eventBridge.events()[0]?.detail.packageVersion === "0";
      const within = first();
      add(ownLimits.versionEvents.most);
      return Promise.resolve([within, first()]);
    },
    logEvents: () => {
      const events = new LogEvents();
      events.createStream("stream", new Date(0));
      const add = (timestamp: number) => {
        events.add("stream", { timestamp, message: "left" }, new Date(0));
      };
      Array.from({ length: ownLimits.logEvents.most }, (_, number) => {
        add(number);
      });
      const first = () => events.list()[0]?.timestamp === 0;
      const within = first();
      add(ownLimits.logEvents.most);
      return Promise.resolve([within, first()]);
    },
    topicMessages: () => {
      const { sns } = new SandboxAccount();
      const { topicArn } = sns.create("alarms");
      const add = (number: number) => {
        sns.publish(topicArn, { message: String(number) });
      };
      Array.from({ length: ownLimits.topicMessages.most }, (_, number) => {
        add(number);
      });
      const first = () => sns.messages(topicArn)[0]?.message === "0";
      const within = first();
      add(ownLimits.topicMessages.most);
      return Promise.resolve([within, first()]);
    },
    decisionText: () => {
      const whole = (length: number) => {
        const log = new DecisionLog();
        log.add(asking("a".repeat(length)), { allowed: true, reason: "" });
        return log.entries()[0]?.resource === "a".repeat(length);
      };
      return Promise.resolve([whole(ownLimits.decisionText.most), whole(ownLimits.decisionText.most + 1)]);
    },
    indexText: async () => {
      const taken = async (length: number) => {
        const file = listed("left-1.0.tar.gz", `"yanked":"${"y".repeat(length)}"`);
        return (await readPage(pageOf(file))) === "1 files";
      };
      return [await taken(ownLimits.indexText.most), await taken(ownLimits.indexText.most + 1)];
    },
  };

  for (const [name, reach] of Object.entries(silent)) {
    const limit: OwnLimit = ownLimits[name as Name];
    it(`keep what is within, and not what is beyond: ${limit.of}, ${amountOf(limit)}`, async () => {
      expect(await reach()).to.deep.equal([true, false]);
    });
  }

  it("are all in one file: no other constant of the sandbox limits what it takes", () => {
    // Each is no limit on what a client may send, or is one of AWS or PyPI.
    const others = [
      "inspection.ts: alwaysTaken = 64",
      "simpleIndex.ts: keptPages = 500",
      "httpError.ts: longestReason = 1000",
      "checks.ts: maximumVersions = 100",
      "routes.ts: mostRequestBytes = 69",
      "checks.ts: most = 10",
      "events.ts: mostWaiting = 2",
      "roleSentences.ts: mostListed = 6",
    ];
    // The folders of state hold AWS's own limits.
    const taking = [
      "",
      "core",
      "codeartifact/api",
      "codeartifact/pypi",
      "github",
      "lambda/api",
      "page",
      "publicIndex",
      "s3",
    ];
    const files = taking
      .flatMap((folder) => readdirSync(join(projectDirectory, "sandbox", folder), { withFileTypes: true }))
      .filter((file) => file.name.endsWith(".ts") && file.name !== "ownLimits.ts");
    const found = files.flatMap((file) => {
      const text = readFileSync(join(file.parentPath, file.name), "utf8");
      const constants = /\b(?:longest|most|largest|deepest|oldest|kept|always|max)[A-Za-z]* ?= ?\[?\d+/g;
      const options =
        /\b(?:bodyLimit|maxHeaderSize|headersTimeout|requestTimeout|fileSize|fieldSize|fields|files): ?\d+/g;
      return [...text.matchAll(constants), ...text.matchAll(options)].map(([text]) => `${file.name}: ${text}`);
    });
    expect(files.length).to.be.greaterThan(40);
    expect(found).to.have.members(others);
  });

  it("are the ones that sandbox/README.md lists, in the same words", () => {
    expect(listItems(sectionOf("sandbox/README.md", "The sandbox's own limits"))).to.deep.equal(
      Object.values(ownLimits).map((limit) => `${limit.of}: ${amountOf(limit)} (${limit.elsewhere})`),
    );
  });
});

/** The head of a request that is sent to S3's routes, without a date. */
const signedForS3 = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=ASIAUNKNOWN/20260506/us-east-1/s3/aws4_request, " +
    "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=0",
  "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
};

/** Limits that cause no answer. */
type Silent =
  | "jobs"
  | "decisions"
  | "cloudTrailRecords"
  | "versionEvents"
  | "logEvents"
  | "topicMessages"
  | "decisionText"
  | "indexText";

async function ended(asked: Promise<readonly unknown[] | Buffer | undefined>): Promise<string> {
  try {
    return `${(await asked)?.length} files`;
  } catch (error) {
    if (error instanceof PublicIndexUnavailable) {
      return error.message;
    }
    throw error;
  }
}

function unescaped(text: string): string {
  return text.replaceAll("&#39;", "'").replaceAll("&apos;", "'");
}

function asking(resource: string) {
  return { who: "caller", action: "sts:GetCallerIdentity", resource };
}
