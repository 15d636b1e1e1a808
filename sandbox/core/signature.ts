import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Session } from "../sts/session";
import type { SandboxContext } from "../context";
import { parseAuthorization, type SignedAuthorization, writeAuthorization } from "./authorizationHeader";
import { expectedAuthorization, type SignedRequest } from "./expectedSignature";
import { signatureError, type SignedService } from "./signatureErrors";

/**
 * How far a client's clock may be from ours, in minutes.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
const clockSkew = 5;

/**
 * The session whose key signed the request, by Signature Version 4:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param request - its body is a Buffer, or absent
 * @param service - that the signature must be meant for
 * @throws AwsError under the code that the service gives, 400 or 403
 */
export async function verifiedSession(
  { cloud, sts }: Pick<SandboxContext, "cloud" | "sts">,
  request: FastifyRequest,
  service: SignedService = "codeartifact",
): Promise<Session> {
  const signed = readRequest(request);
  const header = (name: string) => (signed.headers[name] ?? []).join(",");
  const authorization = parseAuthorization(service, header("authorization"));
  checkSignedHeaders(service, authorization, signed);
  const signingDate = readDate(service, header("x-amz-date"));
  checkScope(service, authorization, { region: cloud.region, date: header("x-amz-date").slice(0, 8) });
  checkSkew(service, signingDate, cloud.now());

  const session = sts.find(authorization.accessKeyId);
  if (session === undefined || !sameText(header("x-amz-security-token"), session.sessionToken)) {
    throw signatureError(service, "unknownKey");
  }
  const expected = await expectedAuthorization(signed, session, authorization, signingDate);
  if (expected === undefined || !sameText(expected, writeAuthorization(authorization))) {
    throw signatureError(service, "mismatch");
  }
  if (session.expiration <= cloud.now()) {
    throw signatureError(service, "expired");
  }
  return session;
}

function readRequest({ raw, body }: FastifyRequest): SignedRequest {
  // A body that a parser has made something else of is not the one that was signed, and is never taken for none.
  if (body !== undefined && body !== null && !Buffer.isBuffer(body)) {
    throw new TypeError("the body of a signed request must come as the bytes that were sent");
  }
  return {
    ...{ method: raw.method ?? "GET", target: raw.url ?? "/", headers: raw.headersDistinct },
    body: body ?? Buffer.alloc(0),
  };
}

/** "The host header …, and any x-amz-* headers in the request" must be signed. */
function checkSignedHeaders(
  service: SignedService,
  { signedHeaders }: SignedAuthorization,
  { headers }: SignedRequest,
): void {
  const needed = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  const unsigned = needed.filter((name) => !signedHeaders.includes(name));
  if (unsigned.length > 0) {
    const names = unsigned.map((name) => `'${name}'`).join(", ");
    throw signatureError(service, "mismatch", `${names} must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

function readDate(service: SignedService, text: string): Date {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const read = new Date(iso === text ? Number.NaN : iso);
  if (Number.isNaN(read.getTime())) {
    throw signatureError(
      service,
      "incomplete",
      "Date must be in ISO-8601 'basic format': give X-Amz-Date as YYYYMMDDTHHMMSSZ.",
    );
  }
  return read;
}

function checkScope(
  service: SignedService,
  scope: SignedAuthorization,
  { region, date }: { readonly region: string; readonly date: string },
): void {
  // STS answers at one global endpoint too and IAM at no other, which is in us-east-1; a client that is told an endpoint signs
  // for its own region.
  const regions = service === "codeartifact" ? [region] : [region, "us-east-1"];
  const refusal =
    scope.service !== service
      ? `Credential should be scoped to correct service: '${service}'.`
      : !regions.includes(scope.region)
        ? `Credential should be scoped to a valid region, not '${scope.region}': this account is served in ${region}.`
        : scope.date !== date
          ? `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date}'.`
          : undefined;
  if (refusal !== undefined) {
    throw signatureError(service, "mismatch", refusal);
  }
}

function checkSkew(service: SignedService, signingDate: Date, now: Date): void {
  const skew = clockSkew * 60_000;
  const [earliest, latest] = [new Date(now.getTime() - skew), new Date(now.getTime() + skew)];
  if (signingDate < earliest) {
    const rule = `${basic(signingDate)} is now earlier than ${basic(earliest)} (${basic(now)} - ${clockSkew} min.)`;
    throw signatureError(service, "mismatch", `Signature expired: ${rule}`);
  }
  if (signingDate > latest) {
    const rule = `${basic(signingDate)} is still later than ${basic(latest)} (${basic(now)} + ${clockSkew} min.)`;
    throw signatureError(service, "mismatch", `Signature not yet current: ${rule}`);
  }
}

/** ISO 8601 without punctuation, to the second. */
function basic(date: Date): string {
  return date.toISOString().replace(/\.\d+|[-:]/g, "");
}

/** Compares in a time that does not tell where the texts differ. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
