import type { FastifyRequest } from "fastify";
import { AwsError } from "../../core/awsError";
import { isObject, type JsonObject, parseJson } from "../../../iam/json";
import { throwIfInvalid } from "../errors";

/** What a request says, by the names that stand in its query and in its body. What the API does not know is passed over. */
export class RequestInput {
  readonly #path: string;
  readonly #query: URLSearchParams;
  readonly #bytes: Buffer;

  /** @param request - its body is a Buffer, or absent */
  constructor({ url, body }: Pick<FastifyRequest, "url" | "body">) {
    const [path = "", ...query] = url.split("?");
    this.#path = path;
    this.#query = new URLSearchParams(query.join("?"));
    this.#bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  }

  /** @throws ValidationException for a name that is given more than once */
  query(name: string): string | undefined {
    const [value, ...more] = this.#query.getAll(name);
    throwIfInvalid(
      more.length > 0 ? `'${name}' is given ${more.length + 1} times in the query: give it once.` : undefined,
    );
    return value;
  }

  /**
   * The body's members; none where there is no body.
   *
   * @throws SerializationException for a body that is no JSON object
   */
  body(): JsonObject {
    if (this.#bytes.length === 0) {
      return {};
    }
    const value = parseJson(this.#bytes.toString())?.value;
    if (!isObject(value)) {
      throw serializationError("The request's body must be a JSON object.");
    }
    return value;
  }

  /** The same text for all pages of one list, and another for every other list. */
  list(): string {
    const query = new URLSearchParams(this.#query);
    query.delete("next-token");
    query.delete("max-results");
    query.sort();
    return `${this.#path}?${query.toString()}`;
  }
}

/** What is sent cannot be read as what the API's model says. */
export function serializationError(message: string): AwsError {
  return new AwsError("SerializationException", message, 400);
}
