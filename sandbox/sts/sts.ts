import type { JWTVerifyGetKey } from "jose";
import { randomBytes } from "node:crypto";
import { nameInArn } from "../../iam/arns";
import type { Decision } from "../../iam/evaluate";
import { administratorAccess } from "../../iam/grammar";
import { sessionSeconds } from "../../iam/limits";
import type { SandboxAccount } from "../account";
import { decideAssumeRole, decidedOrDenied, type RoleCaller } from "../authorization";
import { constraintError, rangeError } from "../core/constraints";
import { base32, type Tags, uniqueId } from "../core/identifiers";
import type { RequestOrigin } from "../core/origin";
import type { Role } from "../iam/roles";
import { originKeys } from "../requestKeys";
import { AssumeRoleDenied, invalid, throwIfInvalid } from "./errors";
import { type SessionLimits, sessionPolicies } from "./sessionPolicies";
import { type VerifiedIdentity, verifyWebIdentityToken } from "./webIdentityToken";

/** What `assumeRoleWithWebIdentity` takes. */
export interface AssumeRoleWithWebIdentity {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly webIdentityToken: string;
  /** In seconds. @default 3600 */
  readonly durationSeconds?: number;
  readonly limits?: SessionLimits;
  /** Where the request comes from. @default - from this machine */
  readonly origin?: RequestOrigin;
}

/** A session that a role's session opens, once its permission is decided. */
interface ChainedSession {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds: number;
  readonly limits: SessionLimits;
  readonly tags: Tags;
  /** Keys of the tags that the session hands on to those that it opens. */
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
}

/** A role that a federated identity has assumed. */
export interface WebIdentitySession extends Session {
  /** ARN of the OIDC provider that the identity's token comes from. */
  readonly provider: string;
  readonly audience: string;
  /** The token's `sub`. */
  readonly subject: string;
  /** What let it in. */
  readonly decision: Decision;
}

/**
 * AWS STS of one account, and the sessions it has opened.
 * Operations: https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
 */
export class Sts {
  readonly #account: SandboxAccount;
  readonly #keys = new Map<string, JWTVerifyGetKey>();
  readonly #sessions = new Map<string, Session>();

  constructor(account: SandboxAccount) {
    this.#account = account;
  }

  /** Takes tokens of an issuer (`https://…`) that are signed with one of these keys. */
  trustKeys(issuer: string, keys: JWTVerifyGetKey): void {
    this.#keys.set(issuer, keys);
  }

  /**
   * @throws ValidationError, InvalidIdentityToken and ExpiredTokenException as AWS does
   * @throws AssumeRoleDenied for a role that the token's bearer may not assume, or that is not there
   */
  async assumeRoleWithWebIdentity(request: AssumeRoleWithWebIdentity): Promise<WebIdentitySession> {
    const { roleArn, roleSessionName, webIdentityToken, durationSeconds = sessionSeconds.default } = request;
    throwIfInvalid(...requestErrors({ roleArn, roleSessionName, webIdentityToken, durationSeconds }));
    const identity = await verifyWebIdentityToken(this.#account, this.#keys, webIdentityToken);
    const { role, decision } = this.#decide(roleArn, identity, { roleSessionName, origin: request.origin });
    if (durationSeconds > role.maxSessionDuration) {
      throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    const { provider, audience, subject, claims } = identity;
    const webIdentity = { providerArn: provider.arn, issuer: provider.url, claims };
    const limiting = sessionPolicies(this.#account, request.limits ?? {});
    const caller = { roleId: role.roleId, ...withPolicies(limiting) };
    const session = this.#open(role, roleSessionName, durationSeconds, { webIdentity, caller });
    return { ...session, provider: provider.arn, audience, subject, decision };
  }

  /** Opens a session of a role whose trust policy has let the caller in. @throws AwsError for session policies that are not valid */
  openChained(request: ChainedSession): Session {
    const { roleArn, roleSessionName, durationSeconds, limits, tags, transitiveTagKeys, sourceIdentity } = request;
    const role = this.#account.iam.roles.get({ roleName: nameInArn(roleArn) });
    const caller = {
      roleId: role.roleId,
      ...withPolicies(sessionPolicies(this.#account, limits)),
      ...(Object.keys(tags).length === 0 ? {} : { sessionTags: tags }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    };
    return this.#open(role, roleSessionName, durationSeconds, { caller, transitiveTagKeys });
  }

  /** Credentials, for 12 hours, of a caller that is allowed everything, as the account's administrators are. */
  administrator(): Session {
    const { partition, accountId } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:role/Administrator`;
    const role = { arn, roleName: "Administrator", roleId: uniqueId("AROA", arn) };
    const permissions = [{ name: "AdministratorAccess", document: administratorAccess }];
    return this.#open(role, "administrator", sessionSeconds.longest, { caller: { permissions } });
  }

  /** The session of an access key, expired or not. */
  find(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  #decide(
    roleArn: string,
    identity: VerifiedIdentity,
    {
      roleSessionName,
      origin = { sourceIp: "127.0.0.1" },
    }: Pick<AssumeRoleWithWebIdentity, "roleSessionName" | "origin">,
  ): { role: Role; decision: Decision } {
    const { provider, audience, subject, claims } = identity;
    const caller = { provider: provider.arn, audience, subject };
    const role = this.#account.iam.roles.list().find(({ arn }) => arn === roleArn);
    if (role === undefined) {
      throw new AssumeRoleDenied(caller, { outcome: "implicitlyDenied", reason: "the account holds no such role" });
    }
    const decision = decidedOrDenied(() =>
      decideAssumeRole(
        this.#account,
        role.roleName,
        { issuer: provider.url, claims },
        { ...originKeys(this.#account, origin), "sts:RoleSessionName": roleSessionName },
      ),
    );
    if (decision.outcome !== "allowed") {
      throw new AssumeRoleDenied(caller, decision);
    }
    return { role, decision };
  }

  #open(
    { arn, roleName, roleId }: Pick<Role, "arn" | "roleName" | "roleId">,
    sessionName: string,
    durationSeconds: number,
    rest: Pick<Session, "webIdentity" | "transitiveTagKeys"> & { readonly caller: Omit<RoleCaller, "arn"> },
  ): Session {
    const { partition, accountId, now } = this.#account;
    const issuedAt = now();
    const session: Session = {
      accessKeyId: accessKeyId(),
      secretAccessKey: opaqueText("", 30),
      // AWS's begin like this too.
      sessionToken: opaqueText("IQoJb3JpZ2luX2Vj", 384),
      issuedAt,
      expiration: new Date(issuedAt.getTime() + durationSeconds * 1000),
      ...rest,
      caller: { arn, sessionName, ...rest.caller },
      assumedRoleArn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      assumedRoleId: `${roleId}:${sessionName}`,
    };
    this.#sessions.set(session.accessKeyId, session);
    return session;
  }
}

function withPolicies(policies: RoleCaller["sessionPolicies"]): Pick<RoleCaller, "sessionPolicies"> {
  return policies === undefined ? {} : { sessionPolicies: policies };
}

/** @param member - how the request calls it */
export function sessionNameError(member: string, name: string | undefined): string | undefined {
  return constraintError(member, name, { minLength: 2, maxLength: 64, pattern: "[\\w+=,.@-]*" });
}

function requestErrors({
  roleArn,
  roleSessionName,
  webIdentityToken: { length },
  durationSeconds,
}: Required<Omit<AssumeRoleWithWebIdentity, "limits" | "origin">>): readonly (string | undefined)[] {
  return [
    constraintError("roleArn", roleArn, { minLength: 20, maxLength: 2048 }),
    sessionNameError("roleSessionName", roleSessionName),
    // The answer leaves the token out.
    length >= 4 && length <= 20_000
      ? undefined
      : "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: " +
        `Member must have 4 to 20000 characters (it has ${length})`,
    durationError(durationSeconds),
    /^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(roleArn) ? undefined : "Request ARN is invalid",
  ];
}

/** Temporary credentials of a role, and who holds them. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  /** Whom requests are decided for. */
  readonly caller: RoleCaller;
  /** As AWS names the holder: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly assumedRoleArn: string;
  /** `ROLEID:SESSION`. */
  readonly assumedRoleId: string;
  readonly issuedAt: Date;
  /** What an identity provider's token opened it with; absent where none did. */
  readonly webIdentity?: SessionIdentity;
  /** Keys of the tags that it hands on to the sessions that it opens. @default - none */
  readonly transitiveTagKeys?: readonly string[];
}

/** The identity behind a session that an identity provider's token opened. */
export interface SessionIdentity {
  readonly providerArn: string;
  /** Without `https://`. */
  readonly issuer: string;
  /** Those that are text. */
  readonly claims: Readonly<Record<string, string>>;
}

/** A session, and where a request of it comes from. */
export interface Requester extends Session {
  readonly origin: RequestOrigin;
}

/** What AWS answers to a life outside 15 minutes to 12 hours, or nothing. Sessions and registry tokens have the same limits. */
export function durationError(durationSeconds: number): string | undefined {
  return Number.isInteger(durationSeconds)
    ? rangeError("durationSeconds", durationSeconds, sessionSeconds.shortest, sessionSeconds.longest)
    : `1 validation error detected: Value '${durationSeconds}' at 'durationSeconds' failed to satisfy constraint: ` +
        "Member must be a whole number";
}

/**
 * Text that no one can guess and only its maker can read: URL-safe, so that it fits into a URL's userinfo, and never
 * beginning with a hyphen, which a command line takes for an option.
 *
 * @param prefix - of letters and digits, a multiple of four characters
 * @param bytes - of randomness, a multiple of three
 */
export function opaqueText(prefix: string, bytes: number): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

/** An id such as `ASIA` and 16 characters, of 80 random bits. */
function accessKeyId(): string {
  return `ASIA${[...randomBytes(16)].map((byte) => base32.charAt(byte % 32)).join("")}`;
}
