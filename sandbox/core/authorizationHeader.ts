import { signatureError, type SignedService } from "./signatureErrors";

const algorithm = "AWS4-HMAC-SHA256";

/** In the order in which AWS's error names those that are missing. */
const names = ["Credential", "Signature", "SignedHeaders"];

/** What the Authorization header of a signed request says. */
export interface SignedAuthorization {
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
export function parseAuthorization(service: SignedService, header: string): SignedAuthorization {
  if (header === "") {
    throw signatureError(service, "missing");
  }
  const incomplete = (fault: string) => signatureError(service, "incomplete", fault);
  if (!header.startsWith(`${algorithm} `)) {
    throw incomplete(`Authorization header is none of Signature Version 4: it must begin with '${algorithm}'.`);
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
  // What else it holds would not be under the signature, and of two values nobody knows which is meant.
  if (pairs.length > names.length) {
    throw incomplete(`Authorization header holds other than ${names.join(", ")}, once each.`);
  }
  const scope = (parts.get("Credential") ?? "").split("/");
  const [accessKeyId = "", date = "", region = "", scopedService = "", terminator = ""] = scope;
  if (scope.length !== 5 || terminator !== "aws4_request") {
    throw incomplete("Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.");
  }
  return {
    ...{ accessKeyId, date, region, service: scopedService },
    signedHeaders: (parts.get("SignedHeaders") ?? "").split(";"),
    signature: parts.get("Signature") ?? "",
  };
}

/** The header in the form in which signers write it. */
export function writeAuthorization(authorization: SignedAuthorization): string {
  const { accessKeyId, date, region, service, signedHeaders, signature } = authorization;
  const scope = [date, region, service, "aws4_request"].join("/");
  return `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
}
