import { roleArn, userArn } from "./arns";

/** Who asks. */
export type Caller =
  /** Holds a token of an identity provider and no AWS credentials yet: the caller of AssumeRoleWithWebIdentity. */
  | { readonly kind: "web-identity"; readonly providerArn: string }
  /** A session of an IAM role, `arn:aws:iam::ACCOUNT:role/[PATH/]NAME`. */
  | { readonly kind: "role"; readonly arn: string; readonly sessionName?: string }
  /** An IAM user, `arn:aws:iam::ACCOUNT:user/[PATH/]NAME`. */
  | { readonly kind: "user"; readonly arn: string }
  /** An AWS service that acts on its own, such as `events.amazonaws.com`. */
  | { readonly kind: "service"; readonly principal: string };

/** One principal of a statement. `"*"` alone is read as type AWS, which means the same. */
export interface Principal {
  /** `AWS`, `Federated`, `Service` or `CanonicalUser`. */
  readonly type: string;
  readonly value: string;
}

/**
 * How a statement reaches the caller, the strongest first: `direct` names the session, the identity provider or
 * everyone; `role` the role behind the session; `account` only the account, which delegates to its own policies.
 */
export const reaches = ["direct", "role", "account"] as const;
export type Reach = (typeof reaches)[number];

/** `*` is any run of characters, `?` exactly one. */
export function wildcardMatches(pattern: string, text: string): boolean {
  return covers(pattern, text, () => true);
}

/** Actions are matched without regard to case (IAM User Guide, "IAM JSON policy elements: Action"). */
export function actionMatches(pattern: string, action: string): boolean {
  return wildcardMatches(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Wildcards stay within their segment between colons, but for a `*` that ends a segment: "If the * wildcard is the
 * last character of a resource ARN segment, it can expand to match beyond the colon boundaries" (same page). Slashes
 * are characters like any other.
 */
export function resourceMatches(pattern: string, resource: string): boolean {
  return covers(pattern, resource, (wildcard, next) => wildcard === "*" && (next === undefined || next === ":"));
}

/** The text as a pattern that only the text itself matches: a `*` or `?` in it is no wildcard. */
export function quoted(text: string): string {
  return text.replaceAll("*", quotedStar).replaceAll("?", quotedQuestion);
}

/** Characters of a private plane, which no policy and no request has. */
const quotedStar = "\u{F0001}";
const quotedQuestion = "\u{F0002}";
const unquoted: ReadonlyMap<string, string> = new Map([
  [quotedStar, "*"],
  [quotedQuestion, "?"],
]);

/** How these principals reach the caller, or undefined where none does. */
export function reachOf(principals: readonly Principal[], caller: Caller): Reach | undefined {
  const reached = principals.map((principal) => reachOfOne(principal, caller));
  return reaches.find((reach) => reached.includes(reach));
}

function reachOfOne({ type, value }: Principal, caller: Caller): Reach | undefined {
  // All principals, the anonymous included, for whom "*" and { "AWS": "*" } are equivalent (same page).
  if (value === "*") {
    return "direct";
  }
  if (caller.kind === "web-identity") {
    return type === "Federated" && value === caller.providerArn ? "direct" : undefined;
  }
  if (caller.kind === "service") {
    return type === "Service" && value === caller.principal ? "direct" : undefined;
  }
  if (type !== "AWS") {
    return undefined;
  }
  if (value === caller.arn) {
    // A session comes between a role and its request, and nothing between a user and its own.
    return caller.kind === "role" ? "role" : "direct";
  }
  const {
    partition = "",
    account = "",
    name = "",
  } = (caller.kind === "role" ? roleArn : userArn).exec(caller.arn)?.groups ?? {};
  if (value === account || value === `arn:${partition}:iam::${account}:root`) {
    return "account";
  }
  if (caller.kind === "user") {
    return undefined;
  }
  // The ARN of a session leaves out the path of its role.
  const session = `arn:${partition}:sts::${account}:assumed-role/${name}/`;
  return caller.sessionName !== undefined && value === session + caller.sessionName ? "direct" : undefined;
}

/**
 * Whether the pattern uses up the text exactly; `crosses` says whether the wildcard before `next` may take a colon.
 * It follows all ways of reading the wildcards at once, so that no pattern makes it take longer than the product of both
 * lengths.
 */
function covers(pattern: string, text: string, crosses: (wildcard: string, next: string | undefined) => boolean) {
  // Hundreds of packages are hundreds of patterns without any, and most others differ before their first.
  const plain = pattern.search(/[*?\u{F0001}\u{F0002}]/u);
  if (plain === -1) {
    return pattern === text;
  }
  if (!text.startsWith(pattern.slice(0, plain))) {
    return false;
  }
  const characters = Array.from(text.slice(plain));
  const tokens = Array.from(pattern.slice(plain));
  // Where the pattern so far may end in the text.
  let ends = new Uint8Array(characters.length + 1);
  ends[0] = 1;
  tokens.forEach((token, index) => {
    const isWildcard = token === "*" || token === "?";
    const takesColon = isWildcard && crosses(token, tokens[index + 1]);
    const next = new Uint8Array(characters.length + 1);
    characters.forEach((character, at) => {
      const takes = isWildcard ? character !== ":" || takesColon : character === (unquoted.get(token) ?? token);
      if (token === "*") {
        next[at] ||= ends[at] ?? 0;
        next[at + 1] = takes ? (next[at] ?? 0) : 0;
      } else {
        next[at + 1] = takes ? (ends[at] ?? 0) : 0;
      }
    });
    if (token === "*") {
      next[characters.length] ||= ends[characters.length] ?? 0;
    }
    ends = next;
  });
  return ends[characters.length] === 1;
}
