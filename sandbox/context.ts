import type { Decision, RequestContext } from "../iam/evaluate";
import type { SandboxAccount } from "./account";
import { decide, decidedOrDenied, decideToken } from "./authorization";
import type { Packages } from "./codeartifact/packages/packages";
import { AwsError } from "./core/awsError";
import { type DecisionLog, verdictOf } from "./decisionLog";
import { organizationDenial } from "./organization";
import type { ConnectLines } from "./page/answers";
import { requesterKeys } from "./requestKeys";
import type { AuthorizationTokens } from "./sts/authorizationTokens";
import type { Requester, Session, Sts } from "./sts/sts";

/** What every route works on. */
export interface SandboxContext {
  readonly account: SandboxAccount;
  readonly packages: Packages;
  readonly sts: Sts;
  readonly tokens: AuthorizationTokens;
  /**
   * The domain whose repositories are also at `/pypi/REPOSITORY/`, a path that names no domain.
   * @default - none
   */
  readonly domain?: string;
  readonly decisions: DecisionLog;
  /** Names of the stacks that are deployed into the account. @default - none */
  readonly stacks?: readonly string[];
  /** What a person pastes into another shell, for the page to show. @default - nothing */
  readonly connectLines?: () => ConnectLines;
  /**
   * Carries out what changes the account, and keeps it.
   * @default - the account lasts as long as the process
   */
  readonly keep?: <Output>(
    call: { readonly action: string; readonly input: object; readonly roleArn: string },
    work: () => Output | Promise<Output>,
  ) => Promise<Output>;
  /** `http://127.0.0.1:PORT`, without a slash at its end; known once the server listens. */
  readonly address: () => string;
}

/** The path before `/pypi/REPOSITORY/` in the endpoint of a domain's repositories. */
export function endpointPath(
  { domain: only }: Pick<SandboxContext, "domain">,
  { domain, domainOwner }: { readonly domain: string; readonly domainOwner: string },
): string {
  return domain === only ? "" : `/d/${domain}-${domainOwner}`;
}

/** What every route works on, where a stack is deployed. */
export interface StackContext extends SandboxContext {
  readonly domain: string;
}

/**
 * Lets a session do something to a resource, or throws AccessDeniedException (403). Either is logged.
 *
 * @param resource - ARN, or `*`
 * @param conditions - the action's own condition keys, such as `lambda:Layer`
 */
export function authorize(
  context: SandboxContext,
  session: Requester,
  action: string,
  resource: string,
  conditions: RequestContext = {},
): void {
  settle(context, session, action, resource, decideRequest(context, session, action, resource, conditions));
}

/** Whether a session may do something, by all that is known of its request. Nothing is logged. */
export function decideRequest(
  { account }: Pick<SandboxContext, "account">,
  session: Requester,
  action: string,
  resource: string,
  conditions: RequestContext = {},
): Decision {
  return decidedOrDenied(() =>
    decide(account, session.caller, action, resource, () => ({ ...requesterKeys(account, session), ...conditions })),
  );
}

/** Lets a session mint a registry token of this life, or throws AccessDeniedException (403). Either is logged. */
export function authorizeToken(
  context: SandboxContext,
  session: Requester,
  domainArn: string,
  durationSeconds: number,
): void {
  const { account } = context;
  const decision = decidedOrDenied(() =>
    decideToken(account, session.caller, domainArn, durationSeconds, () => requesterKeys(account, session)),
  );
  settle(context, session, "codeartifact:GetAuthorizationToken", domainArn, decision);
}

/** Throws AccessDeniedException (403) where a decision is against a session. */
export function requireAllowed(session: Session, action: string, resource: string, decision: Decision): void {
  if (decision.outcome !== "allowed") {
    const what = `${session.assumedRoleArn} is not authorized to perform: ${action} on resource: ${resource}`;
    throw new AwsError(
      "AccessDeniedException",
      `User: ${what}${organizationDenial(decision)} (${decision.reason})`,
      403,
    );
  }
}

function settle(
  { decisions }: SandboxContext,
  session: Requester,
  action: string,
  resource: string,
  decision: Decision,
): void {
  decisions.add({ who: session.assumedRoleArn, action, resource }, verdictOf(decision));
  requireAllowed(session, action, resource, decision);
}
