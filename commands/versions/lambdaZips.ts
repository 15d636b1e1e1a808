import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fromBufferPromise } from "yauzl";
import * as z from "zod";
import { parseJson } from "../../iam/json";
import { normalizePackageName } from "../../naming/packagePatterns";
import { normalVersion } from "../../naming/versions";
import { LockError, type Pin } from "./locks";

/** What hub/lambda/describe.py writes beside a zip that it builds. */
const manifest = z.object({
  sha256: z.string(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
});

/**
 * The packages of a layer or function, by the `.dist-info` folders of its zip. Nothing is unpacked. Of a wheel that is
 * installed the SHA-256 is known only from the manifest that a build writes beside the zip.
 *
 * @param path - of the zip
 * @throws LockError for a file that is no zip, and for a manifest of another zip
 */
export async function readLambdaZip(path: string): Promise<readonly Pin[]> {
  const bytes = readFileSync(path);
  const wheels = readManifest(path, createHash("sha256").update(bytes).digest("hex"));
  const found = new Map<string, Pin>();
  try {
    const archive = await fromBufferPromise(bytes);
    for await (const { fileName } of archive.eachEntry()) {
      const [, written = "", version = ""] =
        /(?:^|\/)([^/]+)-([^-/]+)\.dist-info\/(?:METADATA|RECORD)$/.exec(fileName) ?? [];
      if (normalVersion(version) !== undefined) {
        const name = normalizePackageName(written);
        const hashes = wheels.filter(
          (wheel) => wheel.name === name && normalVersion(wheel.version) === normalVersion(version),
        );
        found.set(`${name} ${version}`, { name, version, hashes: hashes.map(({ sha256 }) => sha256) });
      }
    }
  } catch (error) {
    throw new LockError(`it is no zip file: ${(error as Error).message}`);
  }
  return [...found.values()];
}

function readManifest(path: string, sha256: string): z.infer<typeof manifest>["packages"] {
  const file = path.replace(/\.zip$/, ".json");
  if (file === path || !existsSync(file)) {
    return [];
  }
  const { data } = manifest.safeParse(parseJson(readFileSync(file, "utf8"))?.value);
  if (data !== undefined && data.sha256 !== sha256) {
    throw new LockError(`${file} beside it is of another zip, with SHA-256 ${data.sha256}: build again, or remove it`);
  }
  return data?.packages ?? [];
}
