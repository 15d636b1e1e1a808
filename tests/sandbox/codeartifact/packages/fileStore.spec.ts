import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { FilePackageStore } from "../../../../sandbox/codeartifact/packages/fileStore";
import type { Asset, PackageRecord, VersionRecord } from "../../../../sandbox/codeartifact/packages/records";
import {
  MemoryPackageStore,
  type PackageStore,
  PackageStoreError,
} from "../../../../sandbox/codeartifact/packages/store";
import { projectDirectory } from "../../../support/deployments";
import { app, domain, sha256, store as upstream } from "../../../support/sandbox/packages";

/** A package with one version, 1.0.0, of one file with this text. */
function aPackage(name: string, text: string, about: Partial<Asset> = {}): { record: PackageRecord; bytes: Buffer } {
  const bytes = Buffer.from(text);
  const filename = `${name}-1.0.0.tar.gz`;
  const asset = { filename, version: "1.0.0", sha256: sha256(bytes), size: bytes.length, ...about };
  const origin = { originType: "INTERNAL", domainEntryPoint: { repositoryName: app.repository } } as const;
  const version: VersionRecord = {
    ...{
      version: "1.0.0",
      status: "Published" as const,
      revision: "1",
      publishedTime: "2026-05-06T07:08:09.000Z",
      origin,
    },
    assets: { [filename]: asset },
  };
  return {
    record: { name, restrictions: { publish: "ALLOW", upstream: "BLOCK" }, versions: { "1.0.0": version } },
    bytes,
  };
}

async function keep(store: PackageStore, { record, bytes }: ReturnType<typeof aPackage>): Promise<void> {
  await store.putBytes(sha256(bytes), bytes);
  await store.put(app, record);
}

/** What a store rejects to be opened with. */
async function openError(directory: string): Promise<string> {
  try {
    await (await FilePackageStore.open(directory)).close();
  } catch (error) {
    if (error instanceof PackageStoreError) {
      return error.message.replaceAll(directory, "DIR");
    }
    throw error;
  }
  return "nothing was rejected";
}

describe("a store in a folder", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("keeps packages with names of 250 and of 255 characters, the most that AWS takes", async () => {
    const packages = [250, 251, 255].map((length) => aPackage("a".repeat(length), String(length)));
    const first = await FilePackageStore.open(directory);
    for (const one of packages) {
      await keep(first, one);
    }
    await first.close();

    const again = await FilePackageStore.open(directory);
    expect(packages.map(({ record }) => again.find(app, record.name))).to.deep.equal(
      packages.map(({ record }) => record),
    );
    for (const { record } of packages) {
      await again.delete(app, record.name);
    }
    expect(again.list(app)).to.deep.equal([]);
    await again.close();
  });

  /** Opens the store, and closes it after use. */
  async function opened<Answer>(use: (store: FilePackageStore) => Promise<Answer> | Answer): Promise<Answer> {
    const store = await FilePackageStore.open(directory);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  const recordFile = (name: string) => join(directory, "packages", domain, app.repository, `${name}.json`);
  const bytesFile = (text: string) => {
    const digest = sha256(Buffer.from(text));
    return join(directory, "bytes", digest.slice(0, 2), digest);
  };

  it("answers as one in memory does, before and after it is opened again", async () => {
    const memory = new MemoryPackageStore();
    const seen = async (store: PackageStore) => ({
      found: [store.find(app, "two"), store.find(app, "three"), store.find(upstream, "two"), store.find(app, "gone")],
      listed: [store.list(app), store.list(upstream), store.list({ domain, repository: "other" })],
      bytes: [await store.getBytes(sha256(Buffer.from("2"))), await store.getBytes(sha256(Buffer.from("3")))],
    });
    const expected = await opened(async (store) => {
      for (const each of [store, memory]) {
        for (const [name, text] of [
          ["two", "2"],
          ["one", "1"],
          ["gone", "0"],
        ] as const) {
          await keep(each, aPackage(name, text));
        }
        await each.put(upstream, aPackage("two", "2").record);
        await each.put(app, { ...aPackage("two", "2").record, restrictions: { publish: "BLOCK", upstream: "ALLOW" } });
        await each.delete(app, "gone");
        await each.delete(app, "never was");
      }
      expect(await seen(store)).to.deep.equal(await seen(memory));
      return seen(memory);
    });

    expect(await opened(seen)).to.deep.equal(expected);
    expect(expected.listed.map((list) => list.map(({ name }) => name))).to.deep.equal([["one", "two"], ["two"], []]);
  });

  it("keeps bytes once for all who have them, and nothing else beside its records", async () => {
    await opened(async (store) => {
      await keep(store, aPackage("one", "the same"));
      await keep(store, aPackage("two", "the same"));
      await keep(store, aPackage("three", "other"));
    });
    const files = (readdirSync(directory, { recursive: true }) as string[])
      .map((path) => join(directory, path))
      .filter((path) => statSync(path).isFile());
    expect(files.sort()).to.deep.equal(
      [
        ...[recordFile("one"), recordFile("two"), recordFile("three"), bytesFile("the same"), bytesFile("other")],
        join(directory, "store.json"),
      ].sort(),
    );
  });

  it("has the last of several records that are put at once", async () => {
    const records = Array.from({ length: 20 }, (_, number) => ({ ...aPackage("one", "1").record, number }));
    await opened(async (store) => {
      await store.putBytes(sha256(Buffer.from("1")), Buffer.from("1"));
      await Promise.all(records.map((record) => store.put(app, record)));
      expect(store.find(app, "one")).to.equal(records.at(-1));
    });

    expect(await opened((store) => store.find(app, "one"))).to.deep.equal(records.at(-1));
  });

  it("keeps a name that would lead out of the folder within it", async () => {
    await opened((store) => store.put(app, { ...aPackage("x", "1").record, name: "../../../x", versions: {} }));

    expect(existsSync(join(directory, "packages", domain, app.repository, "..%2F..%2F..%2Fx.json"))).to.equal(true);
    expect(await opened((store) => store.list(app).map(({ name }) => name))).to.deep.equal(["../../../x"]);
  });

  it("sweeps away what was being written when its process ended, and nothing else", async () => {
    await opened((store) => keep(store, aPackage("one", "1")));
    writeFileSync(join(directory, "incoming", "half"), "half a fi");

    expect(await opened((store) => store.find(app, "one"))).to.deep.equal(aPackage("one", "1").record);
    expect(readdirSync(join(directory, "incoming"))).to.deep.equal([]);
  });

  it("is made where nothing is yet, also where its making was broken off", async () => {
    expect(await openError(join(directory, "new", "folder"))).to.equal("nothing was rejected");
    mkdirSync(join(directory, "broken off", "incoming"), { recursive: true });
    mkdirSync(join(directory, "broken off", "lock"));
    expect(await openError(join(directory, "broken off"))).to.equal("nothing was rejected");
  });

  it("leaves a folder alone that holds something else", async () => {
    writeFileSync(join(directory, "thesis.txt"), "mine");

    expect(await openError(directory)).to.equal(
      "DIR is not empty and holds no packages of the sandbox: there is thesis.txt. Choose another folder",
    );
    expect(readdirSync(directory)).to.deep.equal(["thesis.txt"]);
    expect(await openError(join(directory, "thesis.txt"))).to.match(
      /^DIR cannot keep packages: EEXIST: .*\. Choose another folder$/,
    );
  });

  it("is not opened by another version of the program", async () => {
    await opened(() => undefined);
    const format = readFileSync(join(directory, "store.json"), "utf8");
    writeFileSync(join(directory, "store.json"), format.replace('"version":1', '"version":2'));

    expect(await openError(directory)).to.equal(
      `DIR was made by another version of the sandbox: store.json is not ${format}. Choose another folder`,
    );
  });

  describe("says which file is damaged, and what to do, where", () => {
    const wayOut = "Put a copy of it back, or start with an empty folder";

    beforeEach(() => opened((store) => keep(store, aPackage("one", "text"))));

    for (const [why, text] of [
      ["a record is no JSON", '{"name":"one","vers'],
      ["a record is empty", ""],
      ["a record is something else", '{"name":"one"}'],
      ["an asset has no digest", JSON.stringify(aPackage("one", "text", { sha256: "../x" }).record)],
    ] as const) {
      it(why, async () => {
        writeFileSync(recordFile("one"), text);
        expect(await openError(directory)).to.equal(
          `${recordFile("one").replace(directory, "DIR")} is damaged: it is no record of a package. ${wayOut}`,
        );
      });
    }

    it("a record names another package", async () => {
      writeFileSync(recordFile("two"), readFileSync(recordFile("one")));
      expect(await openError(directory)).to.equal(
        `${recordFile("two").replace(directory, "DIR")} is damaged: it is the record of another package, one. ${wayOut}`,
      );
    });

    it("bytes are missing, or are not as many as they were", async () => {
      const [record, bytes] = [recordFile("one"), bytesFile("text")].map((file) => file.replace(directory, "DIR"));
      const rejected = (how: string) =>
        `${record} is damaged: ${bytes}, which hold its one-1.0.0.tar.gz, ${how}. ${wayOut}`;
      writeFileSync(bytesFile("text"), "tex");
      expect(await openError(directory)).to.equal(rejected("have 3 bytes, not 4"));
      rmSync(bytesFile("text"));
      expect(await openError(directory)).to.equal(rejected("are missing"));
    });

    it("bytes are others than they were, once they are asked for", async () => {
      writeFileSync(bytesFile("text"), "TEXT");
      const answer = await opened((store) => store.getBytes(sha256(Buffer.from("text"))).catch(String));
      expect(answer).to.equal(
        `Error: ${bytesFile("text")} is damaged: its SHA-256 is another one than its name says. ${wayOut}`,
      );
    });
  });

  it("does not miss the bytes of a public file, which may still be to be fetched, whatever its size is said to be", async () => {
    const one = aPackage("one", "1", { url: "https://files.example/one", size: 99 });
    await opened((store) => store.put(app, one.record));
    await opened((store) => store.putBytes(sha256(one.bytes), one.bytes));

    expect(await opened((store) => store.getBytes(sha256(one.bytes)))).to.deep.equal(one.bytes);
  });

  it("throws no error away: what cannot be written is not acknowledged, and the record stays what it was", async () => {
    const one = aPackage("one", "1");
    await opened(async (store) => {
      await keep(store, one);
      rmSync(join(directory, "incoming"), { recursive: true });

      expect(await store.put(app, { ...one.record, versions: {} }).catch(String)).to.match(/^Error: ENOENT/);
      expect(store.find(app, "one")).to.equal(one.record);
    });
    expect(await opened((store) => store.find(app, "one"))).to.deep.equal(one.record);
  });
});

describe("a store on a disk that takes only a part of a file", () => {
  it("does not acknowledge the file and does not keep the part", async () => {
    const directory = mkdtempSync(join(tmpdir(), "package-registry-"));
    // Node leaves this signal to its default, which ends the process; with a listener the write ends short, as on a full disk.
    const writer = `
      process.on("SIGXFSZ", () => {});
      const { FilePackageStore } = require(${JSON.stringify(join(projectDirectory, "sandbox/codeartifact/packages/fileStore"))});
      FilePackageStore.open(${JSON.stringify(directory)}).then(async (store) => {
        const put = (digit, length) => store.putBytes(digit.repeat(64), Buffer.alloc(length)).then(() => "kept", ({ code }) => code);
        console.log(await put("a", 100_000), await put("b", 3_000_000));
      });`;
    try {
      const tsx = pathToFileURL(require.resolve("tsx")).href;
      const child = spawn(
        "sh",
        ["-c", 'ulimit -f 2048 && exec "$@"', "sh", process.execPath, "--import", tsx, "-e", writer],
        {
          cwd: projectDirectory,
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      const printed: Buffer[] = [];
      child.stdout.on("data", (part: Buffer) => printed.push(part));
      await once(child, "close");
      expect(Buffer.concat(printed).toString()).to.equal("kept EFBIG\n");
      expect(readdirSync(join(directory, "bytes", "aa"))).to.deep.equal(["a".repeat(64)]);
      expect(readdirSync(join(directory, "bytes", "bb"))).to.deep.equal([]);
      expect(readdirSync(join(directory, "incoming"))).to.deep.equal([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the lock of a store", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const lock = join("lock", "");
  const locks = () => readdirSync(join(directory, lock));
  const inUse = (pid: number, file: string) =>
    `DIR is in use by process ${pid}: stop it, or choose another folder. ` +
    `If that process is no sandbox, delete DIR/lock/${file}`;

  it("keeps a second opening out of this process, until the first is closed", async () => {
    const store = await FilePackageStore.open(directory);
    const [file = ""] = locks();
    expect(await openError(directory)).to.equal(inUse(process.pid, file));
    expect(locks()).to.deep.equal([file]);

    await store.close();
    expect(await openError(directory)).to.equal("nothing was rejected");
    expect(locks()).to.deep.equal([]);
  });

  it("lets at most one in of ten that come at once", async () => {
    const openings = await Promise.allSettled(Array.from({ length: 10 }, () => FilePackageStore.open(directory)));
    const open = openings.flatMap((opening) => (opening.status === "fulfilled" ? [opening.value] : []));

    expect(open.length).to.be.at.most(1);
    await Promise.all(open.map((store) => store.close()));
    expect(locks()).to.deep.equal([]);
    expect(await openError(directory)).to.equal("nothing was rejected");
  });

  it("of a process that was killed does not count, and one of a running process does", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('ready')"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(child.stdout, "data");
      await (await FilePackageStore.open(directory)).close();
      const file = `${child.pid ?? 0}-of-a-child`;
      writeFileSync(join(directory, lock, file), "");
      expect(await openError(directory)).to.equal(inUse(child.pid ?? 0, file));

      child.kill("SIGKILL");
      await once(child, "exit");
      expect(await openError(directory)).to.equal("nothing was rejected");
      expect(locks()).to.deep.equal([]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("of an earlier process with the same number does not count", async () => {
    await (await FilePackageStore.open(directory)).close();
    writeFileSync(join(directory, lock, `${process.pid}-before`), "");

    expect(await openError(directory)).to.equal("nothing was rejected");
  });
});

describe("a store whose process is killed while it writes", () => {
  const rounds = 5;

  /** Puts packages, eight at a time, each first without its file, and says every one that was acknowledged. */
  const writer = `
    const { createHash } = require("node:crypto");
    const { FilePackageStore } = require(${JSON.stringify(join(projectDirectory, "sandbox/codeartifact/packages/fileStore"))});
    const [directory, round] = process.argv.slice(-2);
    const place = { domain: "team-dev", repository: "app" };
    FilePackageStore.open(directory).then(async (store) => {
      const write = async (number) => {
        const name = "package-" + round + "-" + number;
        const bytes = Buffer.alloc(3_000_000 + number, name);
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        const filename = name + ".tar.gz";
        const versions = { 1: { assets: { [filename]: { filename, sha256, size: bytes.length } } } };
        await store.putBytes(sha256, bytes);
        await store.put(place, { name, versions: {} });
        await store.put(place, { name, versions });
        process.stdout.write(name + " " + sha256 + "\\n");
      };
      const writeOn = async (number) => {
        await write(number);
        await writeOn(number + 8);
      };
      await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(writeOn));
    });`;

  it(`has everything that was acknowledged, whole, and nothing half, ${rounds} times over`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "package-registry-"));
    const acknowledged = new Map<string, string>();
    try {
      for (let round = 0; round < rounds; round++) {
        const tsx = pathToFileURL(require.resolve("tsx")).href;
        const child = spawn(process.execPath, ["--import", tsx, "-e", writer, directory, String(round)], {
          cwd: projectDirectory,
          stdio: ["ignore", "pipe", "inherit"],
        });
        const exit = once(child, "exit");
        const last = 8 + round;
        let count = 0;
        for await (const line of createInterface({ input: child.stdout })) {
          const [name = "", digest = ""] = line.split(" ");
          acknowledged.set(name, digest);
          count++;
          if (count === last) {
            child.kill("SIGKILL");
          }
        }
        await exit;
        expect(count).to.be.at.least(last);

        const store = await FilePackageStore.open(directory);
        for (const [name, digest] of acknowledged) {
          const [asset] = Object.values(store.find(app, name)?.versions["1"]?.assets ?? {});
          expect(asset?.sha256, name).to.equal(digest);
          expect(sha256((await store.getBytes(digest)) ?? Buffer.alloc(0)), name).to.equal(digest);
        }
        for (const path of readdirSync(join(directory, "bytes"), { recursive: true }) as string[]) {
          const [, digest] = path.split(sep);
          if (digest !== undefined) {
            expect(sha256(readFileSync(join(directory, "bytes", path)))).to.equal(digest);
          }
        }
        expect(readdirSync(join(directory, "incoming"))).to.deep.equal([]);
        await store.close();
      }
      expect(acknowledged.size).to.be.at.least(8 * rounds);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
