import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** An upload form as a client sent it. */
export interface RecordedForm {
  /** Values by field, in the order in which they came; of a file its name. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** The fields that came as files. */
  readonly files: readonly string[];
}

/** Passes requests on to the sandbox and keeps what was uploaded. */
export class FormRecorder {
  readonly forms: RecordedForm[] = [];
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });

  private constructor(readonly target: string) {}

  /** @param target - `http://127.0.0.1:PORT` */
  static async start(target: string): Promise<FormRecorder> {
    const recorder = new FormRecorder(target);
    await new Promise<void>((listening) => recorder.#server.listen(0, "127.0.0.1", listening));
    return recorder;
  }

  /** `http://127.0.0.1:PORT`. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((closed) => {
      this.#server.close(() => {
        closed();
      });
    });
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const body = new Uint8Array(await buffer(request));
    const { authorization = "", accept = "*/*", "content-type": type = "" } = headers;
    if (type.startsWith("multipart/form-data")) {
      this.forms.push(await read(body, type));
    }
    const answer = await fetch(this.target + url, {
      method,
      headers: { authorization, accept, ...(type === "" ? {} : { "content-type": type }) },
      ...(method === "POST" ? { body } : {}),
    });
    const kept = ["content-type", "www-authenticate"].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    response.writeHead(answer.status, answer.statusText, Object.fromEntries(kept));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }
}

async function read(body: Uint8Array<ArrayBuffer>, type: string): Promise<RecordedForm> {
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  const entries = [...form].map(([name, value]) => [name, typeof value === "string" ? value : value.name] as const);
  return {
    fields: Object.fromEntries(
      entries.map(([name]) => [name, entries.flatMap(([other, value]) => (other === name ? [value] : []))]),
    ),
    files: [...form].flatMap(([name, value]) => (typeof value === "string" ? [] : [name])),
  };
}
