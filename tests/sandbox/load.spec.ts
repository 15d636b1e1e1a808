import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { serveWatchedIndex } from "../support/sandbox/watchedIndex";
import { RunningSandbox } from "../support/commands/runningSandbox";
import { RegistryClient } from "../support/sandbox/registryClient";

/** A wheel of some size, which does not become smaller when it is packed. */
function largeWheel(name: string, version: string, bytes: number): Promise<MadeDistribution> {
  const text = createHash("shake256", { outputLength: bytes }).update(`${name} ${version}`).digest("hex");
  return makeWheel({ name, version, files: { [`${name.replaceAll("-", "_")}/__init__.py`]: `value = "${text}"\n` } });
}

/** Files by name. */
function byName(files: readonly MadeDistribution[]): ReadonlyMap<string, Buffer> {
  return new Map(files.map(({ filename, bytes }) => [filename, bytes]));
}

/** What a store's folder holds of bytes, by the digest that each file is named by. */
function storedBytes(data: string): readonly (readonly [string, Buffer])[] {
  return readdirSync(join(data, "bytes")).flatMap((shard) =>
    readdirSync(join(data, "bytes", shard)).map(
      (digest) => [digest, readFileSync(join(data, "bytes", shard, digest))] as const,
    ),
  );
}

describe("a sandbox under load", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const start = (...options: readonly string[]) =>
    RunningSandbox.start(["--data", join(directory, "data"), ...options]);

  it("serves 50 parallel installs during 20 parallel publishes: no error, no lost file, every byte as it was sent", async () => {
    const versions = Array.from({ length: 10 }, (_, number) => `1.${number}.0`);
    const publicFiles = [
      await largeWheel("public-one", "1.0.0", 200_000),
      await makeSdist({ name: "public-two", version: "2.0.0" }),
    ];
    const earlier = [
      await largeWheel("orb-models", "1.0.0", 200_000),
      await largeWheel("orb-common", "0.9.0", 200_000),
    ];
    const published = await Promise.all(
      versions.flatMap((version) => [
        largeWheel("orb-common", version, 200_000),
        makeSdist({ name: "orb-common", version }),
      ]),
    );
    const index = await serveWatchedIndex(publicFiles);
    const sandbox = await start("--upstream", index.url);
    try {
      const publisher = await RegistryClient.asJob(sandbox.address, "deploy-packages");
      const reader = await RegistryClient.asJob(sandbox.address, "deploy-lambda-layers");
      for (const file of earlier) {
        expect(await publisher.publish(file)).to.equal(200);
      }

      const everything = byName([...earlier, ...published, ...publicFiles]);
      let isPublishing = true;
      let installs = 0;
      const installOn = async () => {
        do {
          const projects = await Promise.all(
            ["orb-common", "orb-models", "public-one", "public-two"].map((name) => reader.install(name)),
          );
          for (const [filename, bytes] of projects.flatMap((files) => [...files])) {
            expect(everything.get(filename)?.equals(bytes), filename).to.equal(true);
          }
          expect(projects.map(({ size }) => size > 0)).to.deep.equal([true, true, true, true]);
          installs++;
        } while (isPublishing);
      };
      const installing = Promise.all(Array.from({ length: 50 }, installOn));
      const statuses = await Promise.all(published.map((file) => publisher.publish(file)));
      isPublishing = false;
      await installing;
      expect(statuses).to.deep.equal(published.map(() => 200));
      expect(installs).to.be.at.least(50);

      const found = await Promise.all(["orb-common", "orb-models"].map((name) => reader.install(name)));
      expect(new Map(found.flatMap((files) => [...files]))).to.deep.equal(byName([...earlier, ...published]));
      // A page is asked for again only after a while, and a file never.
      const files = index.asked.filter((path) => path.startsWith("/files/"));
      expect([...files].sort()).to.deep.equal(publicFiles.map(({ filename }) => `/files/${filename}`).sort());
      expect(index.asked.length - files.length).to.be.at.most(8);
      expect(sandbox.decisions.filter((line) => line.startsWith("denied"))).to.deep.equal([]);
    } finally {
      await sandbox.end("SIGKILL");
      await index.close();
    }
  });

  it("killed during publishes, time and again, has every acknowledged file, whole, and no half one", async () => {
    const rounds = 4;
    const sent = new Map<string, Buffer>();
    const acknowledged = new Set<string>();
    const incoming = join(directory, "data", "incoming");
    let sandbox = await start("--offline");
    try {
      for (let round = 0; round < rounds; round++) {
        const publisher = await RegistryClient.asJob(sandbox.address, "deploy-packages");
        // Eight at a time, until no one answers; the kill comes while others are written, at another moment each round.
        const lanes = 8;
        const enough = acknowledged.size + lanes + 3 * round;
        const files = await Promise.all(
          Array.from({ length: 5 * lanes }, (_, number) =>
            largeWheel(number % 2 === 0 ? "orb-common" : "orb-models", `${round}.${number}`, 1_000_000),
          ),
        );
        const publishOn = async (lane: number): Promise<void> => {
          for (const { filename, bytes } of files.filter((_, number) => number % lanes === lane)) {
            sent.set(filename, bytes);
            const status = await publisher.publish({ filename, bytes }).catch(() => "no answer");
            if (status === "no answer") {
              return;
            }
            expect(status, filename).to.equal(200);
            acknowledged.add(filename);
            if (acknowledged.size >= enough && readdirSync(incoming).length > 0) {
              sandbox.process.kill("SIGKILL");
            }
          }
        };
        await Promise.all(Array.from({ length: lanes }, (_, lane) => publishOn(lane)));
        expect(sandbox.process.killed, "killed while a file was written").to.equal(true);
        expect(await sandbox.ended).to.deep.equal({ exitCode: null, signal: "SIGKILL" });
        expect(acknowledged.size).to.be.within(enough, sent.size);

        sandbox = await start("--offline");
        const reader = await RegistryClient.asJob(sandbox.address, "deploy-lambda-layers");
        const found = new Map([...(await reader.install("orb-common")), ...(await reader.install("orb-models"))]);
        expect([...acknowledged].filter((filename) => !found.has(filename))).to.deep.equal([]);
        for (const [filename, bytes] of found) {
          expect(sent.get(filename)?.equals(bytes), filename).to.equal(true);
        }
        for (const [digest, bytes] of storedBytes(join(directory, "data"))) {
          expect(createHash("sha256").update(bytes).digest("hex")).to.equal(digest);
        }
        expect(readdirSync(incoming)).to.deep.equal([]);
      }
    } finally {
      await sandbox.end("SIGKILL");
    }
  });
});
