import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Answer } from "./pypi";

/** Sends bytes as they are, and reads what is answered until the server closes. */
export async function sendRaw(port: number, ...parts: readonly (string | Buffer)[]): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  for (const part of parts) {
    socket.write(part);
  }
  const [head = "", text = ""] = (await buffer(socket)).toString().split(/\r\n\r\n(.*)/s);
  const [, status = "0", reason = ""] = /^HTTP\/1\.1 (\d{3}) ([^\r]*)/.exec(head) ?? [];
  return { status: Number(status), reason, text };
}

/** A request that asks to be closed after. */
export function request(
  line: string,
  headers: Readonly<Record<string, string | number>>,
  body: string | Buffer = "",
): Buffer {
  const all = { host: "127.0.0.1", connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`${line} HTTP/1.1`, ...lines, "", ""].join("\r\n")), Buffer.from(body)]);
}

/** A part of a form. */
export interface Part {
  readonly name: string;
  /** The text between the quotes. @default none */
  readonly filename?: string;
  /** @default none */
  readonly type?: string;
  readonly value: string | Buffer;
}

export const boundary = "--a-boundary";

/** A form of type multipart/form-data, written by hand. */
export function multipart(parts: readonly Part[]): Buffer {
  const written = parts.flatMap(({ name, filename, type, value }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"` +
        (filename === undefined ? "" : `; filename="${filename}"`) +
        (type === undefined ? "" : `\r\ncontent-type: ${type}`) +
        "\r\n\r\n",
    ),
    Buffer.from(value),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)]);
}
