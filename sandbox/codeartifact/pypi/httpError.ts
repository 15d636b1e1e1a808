import type { FastifyError, FastifyReply } from "fastify";
import { AwsError } from "../../core/awsError";
import { withoutTokens } from "../../decisionLog";

/** An answer that is not what was asked for, and why. */
export class HttpError extends Error {
  constructor(
    /** Of HTTP, 400 or above. */
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** What the client learns of an error. An error of the sandbox itself says nothing more. */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  if (error instanceof AwsError) {
    return new HttpError(error.status, error.message);
  }
  const { statusCode = 500, message } = error as Partial<FastifyError>;
  return statusCode < 500 && message !== undefined
    ? new HttpError(statusCode, message)
    : new HttpError(500, "The request failed: this is an error of the sandbox.");
}

/** Answers with an error: the body says why, and so does the reason phrase, which is all that twine shows. */
export function sendHttpError(reply: FastifyReply, error: HttpError): void {
  const { status, headers } = error;
  const message = withoutTokens(error.message);
  reply.raw.statusMessage = reasonPhrase(message);
  void reply.code(status).headers(headers).type("text/plain; charset=utf-8").send(`${message}\n`);
}

/** A text as an error shows it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}

const longestReason = 1000;

/** One line of printable ASCII. */
function reasonPhrase(message: string): string {
  const line = message.replace(/[^ -~]+/g, "?");
  return line.length > longestReason ? `${line.slice(0, longestReason - 3)}...` : line;
}
