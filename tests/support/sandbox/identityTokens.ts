import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import { SandboxAccount } from "../../../sandbox/account";
import { Sts, type WebIdentitySession } from "../../../sandbox/sts/sts";
import { ending } from "./packages";

export const issuer = "token.actions.githubusercontent.com";
export const roleArn = "arn:aws:iam::123456789012:role/publisher";
export const subject = "repo:acme/hub:environment:dev";

/** When every test begins. */
export const start = new Date("2026-05-06T07:08:09Z");
export const startSeconds = start.getTime() / 1000;

/** Someone with a key who signs tokens. */
export interface Signer {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** What verifies the tokens. */
  readonly keys: ReturnType<typeof createLocalJWKSet>;
}

export async function createSigner(kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" };
  return {
    publicKey,
    privateKey,
    keys: createLocalJWKSet({ keys: [jwk] }),
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "JWT", kid, ...header }).sign(privateKey),
  };
}

/** What GitHub says of the job that may publish; undefined takes a claim away. */
export function claims(change: JWTPayload = {}): JWTPayload {
  return {
    iss: `https://${issuer}`,
    aud: "sts.amazonaws.com",
    sub: subject,
    repository_id: "11",
    iat: startSeconds,
    nbf: startSeconds - 600,
    exp: startSeconds + 300,
    ...change,
  };
}

/** An account that trusts GitHub, with a role for one job, and a clock that a test sets. */
export function account({ keys }: Pick<Signer, "keys">) {
  const clock = { now: start };
  const account = new SandboxAccount({ now: () => clock.now });
  const { arn: provider } = account.iam.oidcProviders.create({
    url: `https://${issuer}`,
    clientIDList: ["sts.amazonaws.com", "other.example"],
  });
  account.iam.roles.create({ roleName: "publisher", assumeRolePolicyDocument: trust(provider) });
  const sts = new Sts(account);
  sts.trustKeys(`https://${issuer}`, keys);
  return { clock, account, provider, sts };
}

/** A trust policy for one job that shows a token of the provider. */
export function trust(provider: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Job",
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subject } },
      },
    ],
  });
}

/** Seconds after the start. */
export function after(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000);
}

/** What AWS answers to the token: `assumed`, or the error. */
export async function assuming(
  { sts }: { readonly sts: Sts },
  webIdentityToken: string,
  change: { readonly roleArn?: string; readonly roleSessionName?: string; readonly durationSeconds?: number } = {},
): Promise<string> {
  const answer = await ending<WebIdentitySession>(
    sts.assumeRoleWithWebIdentity({ roleArn, roleSessionName: "GitHubActions", webIdentityToken, ...change }),
  );
  return typeof answer === "string" ? answer : "assumed";
}
