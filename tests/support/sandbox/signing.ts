import { SignatureV4 } from "@smithy/signature-v4";
import type { Session } from "../../../sandbox/sts/sts";
import { Sha256 } from "../../../sandbox/core/signature";
import type { RawRequest } from "./identities";

/** A request before it is signed. */
export interface Unsigned {
  readonly method?: string;
  /** As it is sent: what must be encoded is. @default / */
  readonly path?: string;
  /** Values as they are meant, several for a name that is repeated. */
  readonly query?: Readonly<Record<string, string | string[]>>;
  /** The host must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** How it is signed. */
export interface Signing {
  readonly session: Session;
  readonly date: Date;
  /** @default codeartifact */
  readonly service?: string;
  /** @default eu-central-1 */
  readonly region?: string;
  /** Headers that are sent but not signed. */
  readonly unsigned?: readonly string[];
}

/** The request as AWS's own signer sends it. */
export async function sign(
  { method = "GET", path = "/", query = {}, headers, body = "" }: Unsigned,
  { session, date, service = "codeartifact", region = "eu-central-1", unsigned = [] }: Signing,
): Promise<Required<RawRequest> & { readonly headers: Record<string, string> }> {
  const signer = new SignatureV4({
    ...{ credentials: session, region, service, sha256: Sha256 },
    uriEscapePath: service !== "s3",
  });
  const signed = await signer.sign(
    { ...{ method, path, body, protocol: "http:", hostname: "", headers: { ...headers } }, query: { ...query } },
    { signingDate: date, unsignableHeaders: new Set(unsigned) },
  );
  return { method, target: path + search(query), headers: signed.headers, body };
}

function search(query: Readonly<Record<string, string | string[]>>): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encoded(name)}=${encoded(value)}`),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** As RFC 3986 has it. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
