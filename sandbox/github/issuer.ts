import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import type { Settings } from "../../settings";
import type { KnownJob } from "./jobDescription";
import { madeUpId } from "./madeUp";

/** GitHub as an issuer of identity tokens, with a key of its own, and what it knows of the repositories that a stack names. */
export interface Issuer {
  /** What tokens name as their `iss`: GitHub's real one, since the deployed trust policies know no other. */
  readonly url: string;
  /** What tokens are verified with. */
  readonly keys: JWTVerifyGetKey;
  /** The same keys, as they are published. */
  readonly keySet: JSONWebKeySet;
  readonly knownJobs: readonly KnownJob[];
  /** A token that says these claims, who issued it and for which enterprise, if any. */
  sign(claims: JWTPayload): Promise<string>;
}

/** An issuer whose key is drawn anew and never leaves this process. */
export async function createIssuer({
  issuer,
  publishers,
  readers,
}: Pick<Settings, "issuer" | "publishers" | "readers">): Promise<Issuer> {
  const url = `https://${issuer}`;
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const keySet = { keys: [{ ...jwk, kid, alg: "RS256", use: "sig" }] };
  return {
    ...{ url, keySet, keys: createLocalJWKSet(keySet) },
    knownJobs: [
      ...publishers.map(({ job }) => ({ ...job, publishes: true })),
      ...readers.map(({ job }) => ({ ...job, publishes: false })),
    ],
    sign: (claims) =>
      new SignJWT({ ...claims, ...enterpriseClaims(issuer), iss: url })
        .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
        .sign(privateKey),
  };
}

/** An issuer with a slug serves the repositories of one enterprise alone. */
function enterpriseClaims(issuer: string): JWTPayload {
  const [, enterprise] = issuer.split("/");
  return enterprise === undefined ? {} : { enterprise, enterprise_id: madeUpId(`enterprise ${enterprise}`) };
}
