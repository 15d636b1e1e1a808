import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { extract } from "tar-stream";
import { projectDirectory } from "../deployments";

/**
 * Starts Chromium without a window. On Linux with x64 it is the one in the npm package `@sparticuz/chromium`, with the
 * libraries that it needs beside libc; elsewhere it is the Chrome that the machine has.
 *
 * @throws where there is no browser: tests of the page then fail
 */
export async function startChromium(): Promise<Browser> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return chromium.launch({ channel: "chrome" });
  }
  const folder = await unpackedChromium();
  const libraries = [join(folder, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined);
  return chromium.launch({
    executablePath: join(folder, "chromium"),
    args: ["--disable-gpu", "--font-render-hinting=none"],
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: libraries.join(":"),
      // A machine without fonts shows no text.
      ...(existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_PATH: join(folder, "fonts") }),
    },
  });
}

/** The folder that the package's browser is unpacked into, once for each version. */
async function unpackedChromium(): Promise<string> {
  const packageFolder = dirname(dirname(dirname(createRequire(__filename).resolve("@sparticuz/chromium"))));
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as { version: string };
  const parent = join(projectDirectory, "node_modules/.cache/chromium");
  const folder = join(parent, version);
  if (!existsSync(folder)) {
    await mkdir(parent, { recursive: true });
    const unpacking = await mkdtemp(join(parent, "unpacking-"));
    const packed = (name: string) => join(packageFolder, "bin", name);
    await pipeline(
      createReadStream(packed("chromium.br")),
      createBrotliDecompress(),
      createWriteStream(join(unpacking, "chromium"), { mode: 0o755 }),
    );
    await unpack(packed("al2023.tar.br"), join(unpacking, "al2023"));
    await unpack(packed("fonts.tar.br"), join(unpacking, "fonts"));
    // Another process may have been quicker.
    await rename(unpacking, folder).catch(() => rm(unpacking, { recursive: true }));
  }
  return folder;
}

async function unpack(archive: string, folder: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createBrotliDecompress(), entries);
  for await (const entry of entries) {
    const file = join(folder, entry.header.name);
    if (entry.header.type === "file") {
      await mkdir(dirname(file), { recursive: true });
      await pipeline(entry, createWriteStream(file));
    } else {
      entry.resume();
    }
  }
  await reading;
}
