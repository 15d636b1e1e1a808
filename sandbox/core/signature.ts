import { SignatureV4 } from "@smithy/signature-v4";
import type { FastifyRequest } from "fastify";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SandboxContext } from "../context";
import type { Requester, Session } from "../sts/sts";
import { AwsError } from "./awsError";
import { originOf } from "./origin";

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
 * @param service - that the signature must be made for
 * @param comparer - of the hash that the request states with its body's
 * @throws AwsError under the code that the service gives, 400 or 403
 */
export async function verifiedSession(
  { account, sts }: Pick<SandboxContext, "account" | "sts">,
  request: FastifyRequest,
  service: SignedService = "codeartifact",
  comparer: HashComparer = "signature",
): Promise<Requester> {
  const signed = readRequest(request);
  const header = (name: string) => (signed.headers[name] ?? []).join(",");
  const authorization = parseAuthorization(service, header("authorization"));
  checkSignedHeaders(service, authorization, signed);
  const signingDate = readDate(service, header("x-amz-date"));
  checkScope(service, authorization, { region: account.region, date: header("x-amz-date").slice(0, 8) });
  checkSkew(service, signingDate, account.now());

  const session = sts.find(authorization.accessKeyId);
  if (session === undefined || !sameText(header("x-amz-security-token"), session.sessionToken)) {
    throw signatureError(service, "unknownKey");
  }
  const expected = await expectedAuthorization(signed, session, authorization, signingDate, comparer);
  if (expected === undefined || !sameText(expected, writeAuthorization(authorization))) {
    throw signatureError(service, "mismatch");
  }
  if (session.expiration <= account.now()) {
    throw signatureError(service, "expired");
  }
  return { ...session, origin: originOf(request) };
}

function readRequest({ raw, body }: FastifyRequest): SignedRequest {
  // A body that a parser has made something else of is not the one that was signed, and is never taken for none.
  if (body !== undefined && body !== null && !Buffer.isBuffer(body)) {
    throw new TypeError("the body of a signed request must come as the bytes that were sent");
  }
  return {
    method: raw.method ?? "GET",
    target: raw.url ?? "/",
    headers: raw.headersDistinct,
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
  // STS answers at one global endpoint too and IAM at no other, which is in us-east-1; a client with a set endpoint signs
  // for its own region. CloudTrail has IAM's events in us-east-1 alone, so that its clients ask there too.
  const regions = ["iam", "sts", "cloudtrail"].includes(service) ? [region, "us-east-1"] : [region];
  const wrong =
    scope.service !== service
      ? `Credential should be scoped to correct service: '${service}'.`
      : !regions.includes(scope.region)
        ? `Credential should be scoped to a valid region, not '${scope.region}': this account is served in ${region}.`
        : scope.date !== date
          ? `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date}'.`
          : undefined;
  if (wrong !== undefined) {
    throw signatureError(service, "mismatch", wrong);
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

/**
 * What compares the hash that a request states with its body's. The signature covers the stated hash in either case. An
 * operation that has the hash as a member compares it itself, and its error says what is wrong.
 */
export type HashComparer = "signature" | "operation";

/** A request as it came in. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query; a proxy's client names the whole address. */
  readonly target: string;
  /** By lower-case name: every value, in the order in which they came. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * The Authorization header that the request would carry, had it been signed with the key as it came in, over those headers
 * that are said to be signed.
 * How: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @returns nothing where the request states a hash that is not its body's, or holds what no signature would cover
 */
export async function expectedAuthorization(
  { method, target, headers, body }: SignedRequest,
  { accessKeyId, secretAccessKey }: Pick<Session, "accessKeyId" | "secretAccessKey">,
  { region, service, signedHeaders }: Pick<SignedAuthorization, "region" | "service" | "signedHeaders">,
  signingDate: Date,
  comparer: HashComparer = "signature",
): Promise<string | undefined> {
  const { path, query } = splitTarget(target);
  // @smithy/signature-v4 takes a stated hash for the body's.
  const stated = headers["x-amz-content-sha256"]?.join(",");
  const isUnsigned = service === "s3" && unsignedPayloads.includes(stated ?? "");
  const isCompared = stated !== undefined && !isUnsigned && comparer === "signature";
  if (isCompared && stated !== createHash("sha256").update(body).digest("hex")) {
    return undefined;
  }
  if (Object.keys(query).some((name) => leftOut.test(name))) {
    return undefined;
  }
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
    // "You do not normalize URI paths for requests to Amazon S3", nor encode them twice (same page).
    uriEscapePath: service !== "s3",
  });
  const signed = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname: "127.0.0.1",
      path,
      query,
      body,
      headers: present(headers, signedHeaders),
    },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return signed.headers.authorization;
}

/**
 * What S3 takes in place of a body's hash, so that a client need not read the body twice:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
 */
export const unsignedPayloads = ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"];

/** Names of a query that @smithy/signature-v4 leaves out of what it signs. */
const leftOut = /^(?:x-amz-signature|__proto__)$/i;

function present(headers: SignedRequest["headers"], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = Object.hasOwn(headers, name) ? headers[name] : undefined;
      return values === undefined ? [] : [[name, values.join(",")] as const];
    }),
  );
}

function splitTarget(target: string): { readonly path: string; readonly query: Record<string, string[]> } {
  const [, path = "", search = ""] = /^(?:https?:\/\/[^/?]*)?([^?]*)\??(.*)$/is.exec(target) ?? [];
  const query = new Map<string, string[]>();
  for (const pair of search.split("&").filter((text) => text !== "")) {
    const [name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(pair)?.slice(1) ?? [];
    query.set(decoded(name), [...(query.get(decoded(name)) ?? []), decoded(value)]);
  }
  return { path: path === "" ? "/" : path, query: Object.fromEntries(query) };
}

/**
 * As the routes read it, so that what they act on is what was signed: a plus is a space, and what is not encoded as it should
 * be is itself.
 */
function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

type Bytes = string | ArrayBuffer | ArrayBufferView;
type Hashing = ReturnType<typeof createHash | typeof createHmac>;

/** SHA-256, with a secret its HMAC, in the shape that @smithy/signature-v4 asks for. */
export class Sha256 {
  readonly #secret: Buffer | undefined;
  #hash: Hashing;

  constructor(secret?: Bytes) {
    this.#secret = secret === undefined ? undefined : toBuffer(secret);
    this.#hash = this.#begin();
  }

  update(data: Bytes): void {
    this.#hash.update(toBuffer(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hashing {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function toBuffer(data: Bytes): Buffer {
  if (typeof data === "string") {
    return Buffer.from(data);
  }
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

const algorithm = "AWS4-HMAC-SHA256";

/** In the order in which AWS's error names those that are missing. */
const names = ["Credential", "Signature", "SignedHeaders"];

/** What the Authorization header of a signed request says. */
interface SignedAuthorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Names, as they were signed. */
  readonly signedHeaders: readonly string[];
  /** In hexadecimal. */
  readonly signature: string;
}

/**
 * Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
 *
 * @param service - whose errors are thrown
 * @throws AwsError where there is none, or a part is missing
 */
function parseAuthorization(service: SignedService, header: string): SignedAuthorization {
  if (header === "") {
    throw signatureError(service, "missing");
  }
  const incomplete = (message: string) => signatureError(service, "incomplete", message);
  if (!header.startsWith(`${algorithm} `)) {
    throw incomplete(`Authorization header is not of Signature Version 4: it must begin with '${algorithm}'.`);
  }
  const pairs = header
    .slice(algorithm.length)
    .split(",")
    .map((part) => /^\s*(\w+)=(\S+)\s*$/.exec(part)?.slice(1) ?? ["", ""])
    .map(([name = "", value = ""]) => [name, value] as const);
  const parts = new Map(pairs);
  const missing = names.filter((name) => !parts.has(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" "));
  }
  // What else it holds would not be under the signature, and of two values it is unknown which one counts.
  if (pairs.length > names.length) {
    throw incomplete(`Authorization header holds other than ${names.join(", ")}, once each.`);
  }
  const scope = (parts.get("Credential") ?? "").split("/");
  const [accessKeyId = "", date = "", region = "", scopedService = "", terminator = ""] = scope;
  if (scope.length !== 5 || terminator !== "aws4_request") {
    throw incomplete("Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.");
  }
  return {
    accessKeyId,
    date,
    region,
    service: scopedService,
    signedHeaders: (parts.get("SignedHeaders") ?? "").split(";"),
    signature: parts.get("Signature") ?? "",
  };
}

/** The header in the form in which signers write it. */
function writeAuthorization(authorization: SignedAuthorization): string {
  const { accessKeyId, date, region, service, signedHeaders, signature } = authorization;
  const scope = [date, region, service, "aws4_request"].join("/");
  return `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
}

/** A service that is asked by signed requests. */
export type SignedService =
  "access-analyzer" | "codeartifact" | "iam" | "lambda" | "s3" | "sns" | "sts" | JsonServiceName;

/** A service whose protocol is awsJson1.0 or awsJson1.1, by the name that requests to it are signed for. */
export type JsonServiceName = keyof typeof jsonServices;

const jsonServices = { cloudcontrolapi: true, cloudtrail: true, events: true, kms: true, logs: true } as const;

/** What is wrong with a request's signature. */
type SignatureProblem = "missing" | "incomplete" | "unknownKey" | "mismatch" | "expired";

/**
 * AWS's errors before an identity is known: in the protocol restJson1, which CodeArtifact, IAM Access Analyzer and Lambda speak; in awsJson, which
 * KMS, Cloud Control, CloudTrail, CloudWatch Logs and EventBridge speak; in the query protocol, which IAM, SNS and STS speak; and
 * of S3:
 * https://docs.aws.amazon.com/codeartifact/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const codes: Readonly<
  Record<SignatureProblem, Readonly<Record<"rest" | "json" | "query" | "s3", readonly [code: string, status: number]>>>
> = {
  missing: {
    rest: ["MissingAuthenticationTokenException", 403],
    json: ["MissingAuthenticationTokenException", 400],
    query: ["MissingAuthenticationToken", 403],
    s3: ["AccessDenied", 403],
  },
  incomplete: {
    rest: ["IncompleteSignatureException", 400],
    json: ["IncompleteSignatureException", 400],
    query: ["IncompleteSignature", 400],
    s3: ["AuthorizationHeaderMalformed", 400],
  },
  unknownKey: {
    rest: ["UnrecognizedClientException", 403],
    json: ["UnrecognizedClientException", 400],
    query: ["InvalidClientTokenId", 403],
    s3: ["InvalidAccessKeyId", 403],
  },
  mismatch: {
    rest: ["InvalidSignatureException", 403],
    json: ["InvalidSignatureException", 400],
    query: ["SignatureDoesNotMatch", 403],
    s3: ["SignatureDoesNotMatch", 403],
  },
  expired: {
    rest: ["ExpiredTokenException", 403],
    json: ["ExpiredTokenException", 400],
    query: ["ExpiredToken", 403],
    s3: ["ExpiredToken", 400],
  },
};

const messages: Readonly<Record<SignatureProblem, string>> = {
  missing: "Missing Authentication Token",
  incomplete: "The request signature does not conform to AWS standards",
  unknownKey: "The security token included in the request is invalid.",
  mismatch:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
    "and signing method. Consult the service documentation for details.",
  expired: "The security token included in the request is expired",
};

/** The error that a service answers with. */
function signatureError(service: SignedService, kind: SignatureProblem, message?: string): AwsError {
  const [code, status] = codes[kind][protocolOf(service)];
  return new AwsError(code, message ?? messages[kind], status);
}

function protocolOf(service: SignedService): "rest" | "json" | "query" | "s3" {
  if (service === "s3") {
    return "s3";
  }
  if (service === "iam" || service === "sns" || service === "sts") {
    return "query";
  }
  return service in jsonServices ? "json" : "rest";
}
