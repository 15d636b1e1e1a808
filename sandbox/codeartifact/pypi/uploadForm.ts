import { finished } from "node:stream/promises";
import type { Multipart } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { beyondLimit, type OwnLimit, ownLimits } from "../../ownLimits";
import { HttpError, quoted } from "./httpError";

/** What twine, uv, flit, hatch, poetry and curl send: texts, and the distribution as a file. */
export interface UploadForm {
  /** Values by name, in the order in which they came. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly filename: string;
  readonly bytes: Buffer;
}

/** An upload is held in memory as a whole. */
export const multipartLimits = {
  fileSize: ownLimits.uploadedFile.most,
  fieldSize: ownLimits.formTexts.most,
  files: ownLimits.formFiles.most,
  fields: ownLimits.formFields.most,
  parts: ownLimits.formFields.most + ownLimits.formFiles.most,
};

/** At most what a request's body takes, in bytes; an error if the request announces more. */
export function bodyLength({ headers }: FastifyRequest): number {
  const { most } = ownLimits.uploadRequest;
  const { "content-length": length = String(most) } = headers;
  if (Number(length) > most) {
    throw tooLong(ownLimits.uploadRequest, `The request has ${length} bytes,`);
  }
  return Number(length);
}

/** @throws HttpError 400 for what is no such form, 413 for one that is too long */
export async function readUploadForm(request: FastifyRequest): Promise<UploadForm> {
  if (!request.isMultipart()) {
    throw new HttpError(400, "An upload is a form of type multipart/form-data, as twine sends it.");
  }
  // The client may have disconnected while it waited.
  if (request.raw.destroyed) {
    throw cutOff();
  }
  try {
    return await readParts(request.parts({ preservePath: true }));
  } catch (error) {
    // The rest of the body is read and dropped, so that the client reads the answer.
    request.raw.unpipe();
    request.raw.resume();
    throw httpErrorOf(error);
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
        rejectOtherFile(part.fieldname, file !== undefined);
        file = { filename: part.filename, bytes: await part.toBuffer() };
      }
      continue;
    }
    // The parser has read a field of type application/json, which PyPI takes as text.
    const value = typeof part.value === "string" ? part.value : JSON.stringify(part.value);
    length += Buffer.byteLength(part.fieldname) + Buffer.byteLength(value);
    if (part.valueTruncated || length > ownLimits.formTexts.most) {
      throw tooLong(ownLimits.formTexts, "The form's texts have");
    }
    const values = fields.get(part.fieldname) ?? [];
    values.push(value);
    fields.set(part.fieldname, values);
  }
  if (file === undefined) {
    throw new HttpError(400, 'The form has no file: send it as "content", with its file name.');
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

/** @throws HttpError 400 */
function rejectOtherFile(fieldname: string, hasFile: boolean): void {
  if (fieldname !== "content") {
    throw new HttpError(
      400,
      `The form sends ${quoted(fieldname)} as a file: only "content" and its "gpg_signature" may be files.`,
    );
  }
  if (hasFile) {
    throw moreThanOneFile();
  }
}

function moreThanOneFile(): HttpError {
  return new HttpError(400, beyondLimit(ownLimits.formFiles, "The form has"));
}

/** What the parser has to say of a form. */
function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "FST_REQ_FILE_TOO_LARGE":
      return tooLong(ownLimits.uploadedFile, "The file has");
    case "FST_FIELDS_LIMIT":
    case "FST_PARTS_LIMIT":
      return tooLong(ownLimits.formFields, "The form has");
    case "FST_FILES_LIMIT":
      return moreThanOneFile();
    case "FST_PROTO_VIOLATION":
      return new HttpError(400, beyondLimit(ownLimits.formObjectFields, "The form has"));
    case "FST_INVALID_JSON_FIELD_ERROR":
      return new HttpError(400, beyondLimit(ownLimits.formJsonFields, "The form has"));
    case "FST_MP_PREMATURE_CLOSE":
    case "ECONNRESET":
      return cutOff();
    default:
      if (error instanceof TypeError) {
        throw error;
      }
      return new HttpError(400, `The form cannot be read: ${message}.`);
  }
}

function tooLong(limit: OwnLimit, subject: string): HttpError {
  return new HttpError(413, beyondLimit(limit, subject));
}

function cutOff(): HttpError {
  return new HttpError(400, "The form cannot be read: it ends before its last part does.");
}
