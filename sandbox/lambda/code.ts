import { createHash } from "node:crypto";
import { fromBufferPromise } from "yauzl";
import { invalid } from "./errors";

/** A zip file that a layer or a function is made of. */
export interface Code {
  readonly bytes: Buffer;
  /** In base64. */
  readonly sha256: string;
  /** Of all its files, in bytes. */
  readonly unzippedSize: number;
}

/**
 * Most that a function's code and its layers have together, unzipped, in bytes.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const mostUnzipped = 250 * 2 ** 20;

/**
 * Reads a zip file as Lambda does before it stores it. Sizes are those that the archive's directory states: nothing is unpacked.
 *
 * @throws InvalidParameterValueException for bytes that are not a zip file, are empty or unpack to too much
 */
export async function readCode(bytes: Buffer): Promise<Code> {
  if (bytes.length === 0) {
    throw invalid("Uploaded file must be a non-empty zip");
  }
  const unzippedSize = await sizeOfFiles(bytes);
  if (unzippedSize === 0) {
    throw invalid("Uploaded file must be a non-empty zip");
  }
  if (unzippedSize > mostUnzipped) {
    throw invalid(`Unzipped size must be smaller than ${mostUnzipped} bytes`);
  }
  return { bytes, sha256: createHash("sha256").update(bytes).digest("base64"), unzippedSize };
}

async function sizeOfFiles(bytes: Buffer): Promise<number> {
  try {
    const archive = await fromBufferPromise(bytes);
    let size = 0;
    for await (const { uncompressedSize } of archive.eachEntry()) {
      size += uncompressedSize;
    }
    return size;
  } catch {
    throw invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
  }
}
