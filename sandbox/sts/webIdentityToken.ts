import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";
import type { SandboxAccount } from "../account";
import type { OpenIDConnectProvider } from "../iam/oidcProviders";
import { expiredToken, invalidIdentityToken } from "./errors";

/** What a federated identity's token proves. */
export interface VerifiedIdentity {
  readonly provider: OpenIDConnectProvider;
  readonly audience: string;
  readonly subject: string;
  /** Those that are text: a condition compares no others. */
  readonly claims: Readonly<Record<string, string>>;
}

/** Keys by issuer, `https://…`. */
type TrustedKeys = ReadonlyMap<string, JWTVerifyGetKey>;

// "IAM provides a five-minute window beyond the expiration time specified in the JWT to account for clock skew":
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
const clockTolerance = 300;

/**
 * Checks an identity token with the account's OIDC providers and their keys.
 *
 * @throws InvalidIdentityToken
 * @throws ExpiredTokenException
 */
export async function verifyWebIdentityToken(
  { iam, now }: SandboxAccount,
  trusted: TrustedKeys,
  token: string,
): Promise<VerifiedIdentity> {
  const { iss } = readUnverified(token);
  if (iss === undefined) {
    throw missingClaim("iss");
  }
  const provider = iam.oidcProviders.list().find(({ url }) => `https://${url}` === iss);
  if (provider === undefined) {
    throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${shownIssuer(iss)}`);
  }
  const keys = trusted.get(iss);
  if (keys === undefined) {
    throw noVerificationKey();
  }
  const claims = await verify(token, keys, now());
  const { aud, sub } = claims;
  if (typeof aud !== "string" || !provider.clientIDList.includes(aud)) {
    throw invalidIdentityToken("Incorrect token audience");
  }
  if (typeof sub !== "string" || sub === "") {
    throw missingClaim("sub");
  }
  return { provider, audience: aud, subject: sub, claims: textClaims(claims) };
}

async function verify(token: string, keys: JWTVerifyGetKey, currentDate: Date): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256"],
      requiredClaims: ["sub", "aud", "exp", "iat"],
      clockTolerance,
      currentDate,
    });
    return payload;
  } catch (error) {
    throw error instanceof errors.JOSEError ? errorOf(error, currentDate) : error;
  }
}

function errorOf(error: errors.JOSEError, currentDate: Date): Error {
  if (error instanceof errors.JWTExpired) {
    const seconds = Math.floor(currentDate.getTime() / 1000);
    return expiredToken(
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${error.payload.exp}`,
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.reason === "missing") {
    return missingClaim(error.claim);
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return noVerificationKey();
  }
  return invalidIdentityToken(
    "The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity " +
      `provider and then retry the request. (${error.message})`,
  );
}

/** What the token says of itself: enough to look up who could have signed it, and nothing to be believed. */
function readUnverified(token: string): JWTPayload {
  try {
    const { kid } = decodeProtectedHeader(token);
    const payload = decodeJwt(token);
    if (typeof kid === "string") {
      return payload;
    }
  } catch {
    throw invalidIdentityToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
  throw noVerificationKey();
}

function missingClaim(claim: string): Error {
  return invalidIdentityToken(`Missing a required claim: ${claim}`);
}

function noVerificationKey(): Error {
  return invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity " +
      "documentation for requirements",
  );
}

/** An issuer that nothing vouches for is shown only where it looks like one. */
function shownIssuer(issuer: unknown): string {
  return typeof issuer === "string" && /^https?:\/\/[\w.:/~-]{1,255}$/.test(issuer) ? issuer : "the token's issuer";
}

function textClaims(claims: JWTPayload): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(claims).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
