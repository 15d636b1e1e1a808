import { createHash } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Session } from "../sts/session";
import type { SignedAuthorization } from "./authorizationHeader";
import { Sha256 } from "./sha256";

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
): Promise<string | undefined> {
  const { path, query } = splitTarget(target);
  // @smithy/signature-v4 takes a stated hash for the body's.
  const stated = headers["x-amz-content-sha256"]?.join(",");
  if (stated !== undefined && stated !== createHash("sha256").update(body).digest("hex")) {
    return undefined;
  }
  if (Object.keys(query).some((name) => leftOut.test(name))) {
    return undefined;
  }
  const signer = new SignatureV4({
    ...{ service, region, credentials: { accessKeyId, secretAccessKey } },
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      ...{ method, protocol: "http:", hostname: "127.0.0.1", path, query, body },
      headers: present(headers, signedHeaders),
    },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return signed.headers.authorization;
}

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
 * As the doors read it, so that what they act on is what was signed: a plus is a space, and what is not encoded as it should
 * be stands for itself.
 */
function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
