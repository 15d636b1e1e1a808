import type { AuthorizationToken } from "../../sts/authorizationTokens";
import type { SandboxContext } from "../../context";
import { HttpError } from "./httpError";

/** Nobody is let in with what was shown. */
export class TokenError extends HttpError {
  constructor(
    domain: string,
    /** How the caller showed up: `nobody (no token)`. */
    readonly who: string,
    message: string,
  ) {
    super(401, message, { "www-authenticate": `Basic realm="CodeArtifact domain ${domain}"` });
  }
}

const wayOut = 'The user is "aws", the password a token from: aws codeartifact get-authorization-token';

/**
 * The token that a request shows, by Basic with the user `aws` or by Bearer.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
 *
 * @param authorization - the header
 * @throws TokenError, which never tells back what was shown
 */
export function registryToken(
  { tokens, domain, cloud }: SandboxContext,
  authorization: string | undefined,
): Omit<AuthorizationToken, "authorizationToken"> {
  const refusal = (who: string, message: string) => new TokenError(domain, `nobody (${who})`, message);
  const shown = readAuthorization(authorization);
  if (shown === undefined) {
    throw refusal("no token", `This registry wants a token, by Basic or Bearer. ${wayOut}`);
  }
  // No other name is documented, and one that only the sandbox takes would fail where it counts.
  if (shown.user !== "aws") {
    throw refusal("another user than aws", `Another user than "aws" asks. ${wayOut}`);
  }
  if (shown.password === "") {
    throw refusal("empty password", `The password is empty. ${wayOut}`);
  }
  const token = tokens.find(shown.password);
  if (token === undefined) {
    throw refusal("unknown token", `This token was not minted here, or by another run of the sandbox. ${wayOut}`);
  }
  if (token.domain !== domain) {
    throw refusal(
      "token of another domain",
      `This token is for the domain ${token.domain}, this is ${domain}. ${wayOut}`,
    );
  }
  if (token.expiration <= cloud.now()) {
    const { assumedRoleArn } = token.session;
    const time = token.expiration.toISOString();
    throw refusal(`expired token of ${assumedRoleArn}`, `This token expired at ${time}. ${wayOut}`);
  }
  return token;
}

function readAuthorization(header = ""): { readonly user: string; readonly password: string } | undefined {
  const [, scheme = "", credentials = ""] = /^(Basic|Bearer) +([\w+/=.~-]+) *$/i.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case "basic": {
      const text = Buffer.from(credentials, "base64").toString();
      const colon = text.indexOf(":");
      return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
    }
    case "bearer":
      return { user: "aws", password: credentials };
    default:
      return undefined;
  }
}
