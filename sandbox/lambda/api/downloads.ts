import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { LRUCache } from "lru-cache";
import type { SandboxContext } from "../../context";
import type { Code } from "../code";

/** For how long an address of code is valid: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
const validMilliseconds = 10 * 60_000;

/** Addresses that answers have given, by their last part. */
const addresses = new WeakMap<SandboxContext, LRUCache<string, Code>>();

/** An address at which code can be read for ten minutes, by all who have it, as with AWS's signed addresses. */
export function codeLocation(context: SandboxContext, code: Code): string {
  const id = randomUUID();
  given(context).set(id, code);
  return `${context.address()}${path}/${id}`;
}

/** Serves the code of layers and functions at the addresses that answers have given. */
export function codeDownloads(context: SandboxContext, server: FastifyInstance): void {
  server.get<{ Params: { id: string } }>(`${path}/:id`, (request, reply) => {
    const code = given(context).get(request.params.id);
    void (code === undefined
      ? reply.code(403).type("text/plain; charset=utf-8").send("This address of code is not valid, or no longer.\n")
      : reply.type("application/zip").send(code.bytes));
  });
}

const path = "/lambda-code";

function given(context: SandboxContext): LRUCache<string, Code> {
  const known = addresses.get(context) ?? new LRUCache<string, Code>({ max: 1_000, ttl: validMilliseconds });
  addresses.set(context, known);
  return known;
}
