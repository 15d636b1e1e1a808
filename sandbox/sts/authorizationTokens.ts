import { createHash } from "node:crypto";
import { throwIfInvalid } from "../codeartifact/errors";
import type { AccountInfo } from "../core/identifiers";
import { durationError, opaqueText, type Session } from "./sts";

/** A registry token and its session. */
export interface AuthorizationToken {
  readonly authorizationToken: string;
  readonly domain: string;
  readonly expiration: Date;
  readonly session: Session;
}

/** The registry tokens that were minted here. */
export class AuthorizationTokens {
  readonly #account: AccountInfo;
  /** By the token's hash: how long a look-up takes tells nothing of a token, and none is kept. */
  readonly #tokens = new Map<string, Omit<AuthorizationToken, "authorizationToken">>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  /**
   * A token's life is its own: a session of 15 minutes still yields a token of 12 hours.
   * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
   *
   * @param durationSeconds - 900 to 43,200, or 0 for as long as the session
   * @throws ValidationException for another life
   */
  mint(session: Session, domain: string, durationSeconds: number): AuthorizationToken {
    throwIfInvalid(durationSeconds === 0 ? undefined : durationError(durationSeconds));
    const end = this.#account.now().getTime() + durationSeconds * 1000;
    const expiration = durationSeconds === 0 ? session.expiration : new Date(end);
    // AWS's begin like this too.
    const authorizationToken = opaqueText("eyJ2ZXIiOjF9", 384);
    const token = { domain, expiration, session };
    this.#tokens.set(hash(authorizationToken), token);
    return { authorizationToken, ...token };
  }

  /** The token, expired or not; nothing where none was minted with this text. */
  find(authorizationToken: string): AuthorizationToken | undefined {
    const token = this.#tokens.get(hash(authorizationToken));
    return token && { authorizationToken, ...token };
  }
}

function hash(authorizationToken: string): string {
  return createHash("sha256").update(authorizationToken).digest("base64");
}
