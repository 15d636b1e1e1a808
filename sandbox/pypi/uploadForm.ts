import { finished } from "node:stream/promises";
import type { Multipart } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { Refusal, shown } from "./refusal";

/** What twine, uv and poetry send: texts, and the distribution as a file. */
export interface UploadForm {
  /** Values by name, in the order in which they came. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly filename: string;
  readonly bytes: Buffer;
}

/** In bytes. AWS takes 5 GB, out of which a laptop's memory would not come: the sandbox holds an upload as a whole. */
export const longestUpload = 256 * 2 ** 20;

/** In bytes, together. A package's description is the longest. */
const longestFields = 8 * 2 ** 20;

export const multipartLimits = {
  fileSize: longestUpload,
  fieldSize: longestFields,
  // The distribution and its signature.
  files: 2,
  // Each classifier and each dependency is a field.
  fields: 5000,
  parts: 5002,
};

/** At most what a request's body takes, in bytes; refused if it says itself that it is more. */
export function bodyLength({ headers }: FastifyRequest): number {
  const longest = longestUpload + longestFields;
  const { "content-length": length = String(longest) } = headers;
  if (Number(length) > longest) {
    throw tooLong(`The request has ${length} bytes`);
  }
  return Number(length);
}

/** @throws Refusal 400 for what is no such form, 413 for one that is too long */
export async function readUploadForm(request: FastifyRequest): Promise<UploadForm> {
  if (!request.isMultipart()) {
    throw new Refusal(400, "An upload is a form of type multipart/form-data, as twine sends it.");
  }
  // Whoever left while waiting would be waited for.
  if (request.raw.destroyed) {
    throw cutOff();
  }
  try {
    return await readParts(request.parts({ preservePath: true }));
  } catch (error) {
    // What is still under way is let pass, or the client would never come to read the answer.
    request.raw.unpipe();
    request.raw.resume();
    throw refusalOf(error);
  }
}

async function readParts(parts: AsyncIterable<Multipart>): Promise<UploadForm> {
  const fields = new Map<string, string[]>();
  let file: Pick<UploadForm, "filename" | "bytes"> | undefined;
  let length = 0;
  for await (const part of parts) {
    if (part.type === "file") {
      if (part.fieldname === "gpg_signature") {
        await drop(part);
      } else {
        refuseOtherFile(part.fieldname, file !== undefined);
        file = { filename: part.filename, bytes: await part.toBuffer() };
      }
      continue;
    }
    if (typeof part.value !== "string") {
      throw new Refusal(400, `The field ${shown(part.fieldname)} is not text.`);
    }
    length += part.fieldname.length + part.value.length;
    if (part.valueTruncated || length > longestFields) {
      throw tooLong(`The form's fields have more than ${longestFields} bytes`);
    }
    const values = fields.get(part.fieldname) ?? [];
    values.push(part.value);
    fields.set(part.fieldname, values);
  }
  if (file === undefined) {
    throw new Refusal(400, 'The form has no file: send it as "content", with its file name.');
  }
  return { fields, ...file };
}

/**
 * Reads the signature that twine sends for FILE.asc and keeps nothing of it, as PyPI does:
 * https://blog.pypi.org/posts/2023-05-23-removing-pgp/
 */
async function drop({ file }: Extract<Multipart, { type: "file" }>): Promise<void> {
  file.resume();
  await finished(file);
}

/** @throws Refusal 400 */
function refuseOtherFile(fieldname: string, hasFile: boolean): void {
  if (fieldname !== "content") {
    throw new Refusal(
      400,
      `The form sends ${shown(fieldname)} as a file: only "content" and its "gpg_signature" may be files.`,
    );
  }
  if (hasFile) {
    throw moreThanOneFile();
  }
}

function moreThanOneFile(): Refusal {
  return new Refusal(400, 'The form has more than one file: send one "content" and at most one "gpg_signature".');
}

/** What the parser has to say of a form. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "FST_REQ_FILE_TOO_LARGE":
      return tooLong(`The file has more than ${longestUpload} bytes`);
    case "FST_FIELDS_LIMIT":
    case "FST_PARTS_LIMIT":
      return tooLong(`The form has more than ${multipartLimits.fields} fields`);
    case "FST_FILES_LIMIT":
      return moreThanOneFile();
    case "FST_MP_PREMATURE_CLOSE":
    case "ECONNRESET":
      return cutOff();
    default:
      if (error instanceof TypeError) {
        throw error;
      }
      return new Refusal(400, `The form cannot be read: ${message}.`);
  }
}

function tooLong(what: string): Refusal {
  return new Refusal(
    413,
    `${what}, more than the sandbox takes: ${longestUpload} bytes for the file. ` +
      "This is a limit of the sandbox, not of AWS.",
  );
}

function cutOff(): Refusal {
  return new Refusal(400, "The form cannot be read: it ends before its last part does.");
}
