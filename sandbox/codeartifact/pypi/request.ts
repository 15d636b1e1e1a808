import type { FastifyRequest } from "fastify";
import type { Decision } from "../../../iam/evaluate";
import type { Call } from "../../cloudtrail/record";
import { decideRequest, requireAllowed, type SandboxContext } from "../../context";
import { originOf, type RequestOrigin } from "../../core/origin";
import { type DecisionSubject, questionOf } from "../../decisionLog";
import type { AuthorizationToken } from "../../sts/authorizationTokens";
import type { Requester } from "../../sts/sts";
import { type InDomain, repositoryArn, repositoryNameError } from "../names";
import type { RepositoryPlace } from "../packages/store";
import { HttpError, httpErrorOf } from "./httpError";

/** A request under way: who asks, for what, and the outcome, which is one line of the log. */
export class RegistryRequest {
  /** The repository's path, such as `/pypi/REPOSITORY`. */
  readonly root: string;
  /** Which the path names; a name is empty where it names none. */
  readonly place: RepositoryPlace;
  readonly #context: SandboxContext;
  readonly #domainOwner: string | undefined;
  readonly #action: string;
  readonly #repositoryArn: string | undefined;
  #resource: string;
  readonly #origin: RequestOrigin;
  readonly #http: object;
  #session: Requester | undefined;
  #decision: Decision | undefined;
  #package: { readonly packageName?: string; readonly packageVersion?: string } = {};
  #filename: string | undefined;

  constructor(context: SandboxContext, request: FastifyRequest) {
    const { method, url } = request;
    const { root, repository, domain = context.domain, domainOwner } = readPath(url);
    this.root = root;
    this.place = { domain: domain ?? "", repository: nameError(url) === undefined ? repository : "" };
    this.#domainOwner = domainOwner;
    this.#context = context;
    this.#origin = originOf(request);
    this.#http = { httpMethod: method, requestUri: url.split("?")[0] ?? "" };
    this.#action = method === "POST" ? "codeartifact:PublishPackageVersion" : "codeartifact:ReadFromRepository";
    // Only a caller with the permission learns whether there is such a repository.
    this.#repositoryArn =
      domain === undefined || this.place.repository === "" ? undefined : repositoryArn(context.account, this.place);
    this.#resource = this.#repositoryArn ?? "*";
  }

  /**
   * @throws TokenError
   * @throws HttpError 404 where the path names no domain, and no stack is deployed
   */
  enter(authorization: string | undefined): void {
    const { domain } = this.place;
    const token = registryToken(this.#context, { domain, domainOwner: this.#domainOwner }, authorization);
    this.#session = { ...token.session, origin: this.#origin };
    if (domain === "") {
      throw new HttpError(
        404,
        "the path names no domain: use /d/DOMAIN-OWNER/pypi/REPOSITORY/, as get-repository-endpoint returns it",
      );
    }
  }

  /** Says which package the request is for, as far as it is known. */
  about({ filename, ...named }: DecisionSubject): void {
    this.#package = named;
    this.#filename = filename;
  }

  /**
   * @param resource - made of the repository's ARN
   * @throws AccessDeniedException
   */
  authorize(resource: (repositoryArn: string) => string = (arn) => arn): void {
    if (this.#session === undefined || this.#repositoryArn === undefined) {
      throw new Error("the request is not authenticated, or names no repository");
    }
    this.#resource = resource(this.#repositoryArn);
    // Not of the time when the token was minted: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
    this.#decision = decideRequest(this.#context, this.#session, this.#action, this.#resource);
    requireAllowed(this.#session, this.#action, this.#resource, this.#decision);
  }

  /** The request gets what it asks for. */
  end(note = ""): void {
    this.#log(true, `${this.#decision?.reason ?? "nothing was decided"}${note}`);
    this.#record();
  }

  /** The request does not get what it asks for. */
  reject(error: unknown): HttpError {
    const httpError = httpErrorOf(error);
    const who = error instanceof TokenError ? error.who : undefined;
    const { outcome = "allowed", reason = "" } = this.#decision ?? {};
    const grant = reason === "" ? "" : ` (by IAM ${reason})`;
    this.#log(false, outcome === "allowed" ? `${httpError.status}: ${httpError.message}${grant}` : reason, who);
    this.#record({
      code:
        outcome === "allowed" ? (errorCodes.get(httpError.status) ?? "ValidationException") : "AccessDeniedException",
      message: httpError.message,
    });
    return httpError;
  }

  /** A request without a valid token has no identity of the account, and leaves no record. */
  #record(error?: Call["error"]): void {
    const { account } = this.#context;
    if (this.#session !== undefined) {
      const { domain: domainName, repository: repositoryName } = this.place;
      account.cloudTrail.add({
        service: "codeartifact",
        operation: this.#action.replace("codeartifact:", ""),
        caller: this.#session,
        origin: this.#origin,
        input: { domainName, domainOwner: account.accountId, repositoryName, packageFormat: "pypi", ...this.#package },
        error,
        resources: [this.#resource],
        additional: this.#http,
      });
    }
  }

  #log(allowed: boolean, reason: string, who = this.#session?.assumedRoleArn ?? "anonymous (not asked)"): void {
    const subject = { ...this.#package, filename: this.#filename };
    this.#context.decisions.add(
      { who, action: this.#action, resource: this.#resource, subject },
      { allowed, reason, question: this.#decision && questionOf(this.#decision) },
    );
  }
}

/** Statuses of the Python endpoint by the code that CodeArtifact's API has for the same. */
const errorCodes: ReadonlyMap<number, string> = new Map([
  [403, "AccessDeniedException"],
  [404, "ResourceNotFoundException"],
  [409, "ConflictException"],
  [500, "InternalServerException"],
  [502, "InternalServerException"],
]);

/** @throws HttpError 400 where a part of the path leads elsewhere, or names no repository */
export function requireNames(url: string): void {
  const error = nameError(url);
  if (error !== undefined) {
    throw new HttpError(400, error);
  }
}

function nameError(url: string): string | undefined {
  return segmentsOf(url).some(isTraversing)
    ? "a part of the path is no name: it is . or .., or holds a slash or a control character"
    : repositoryNameError(readPath(url).repository);
}

/** What a path says of its repository. */
interface RepositoryPath {
  readonly root: string;
  readonly repository: string;
  readonly domain?: string;
  readonly domainOwner?: string;
}

/** The repository of `/pypi/REPOSITORY/…`, or of `/d/DOMAIN-OWNER/pypi/REPOSITORY/…`. */
function readPath(url: string): RepositoryPath {
  const repository = segmentsOf(url)[0] ?? "";
  const [, endpoint] = /^\/d\/([^/?]*)\/pypi\//.exec(url) ?? [];
  if (endpoint === undefined) {
    return { root: `/pypi/${repository}`, repository };
  }
  const [, domain = "", domainOwner = ""] = /^(.*)-(.*)$/.exec(endpoint) ?? [];
  return { root: `/d/${endpoint}/pypi/${repository}`, repository, domain, domainOwner };
}

/** The parts behind `/pypi/`; undefined is one that cannot be decoded. */
function segmentsOf(url: string): readonly (string | undefined)[] {
  const [path = ""] = url.replace(/^\/d\/[^/?]*(?=\/pypi\/)/, "").split("?");
  return path.split("/").slice(2).map(decoded);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function isTraversing(segment: string | undefined): boolean {
  return segment === undefined || segment === "." || segment === ".." || /[/\\\p{Cc}]/u.test(segment);
}

/** The request has no valid token. */
class TokenError extends HttpError {
  constructor(
    /** Empty where the path names none. */
    domain: string,
    /** Who the caller is: `anonymous (no token)`. */
    readonly who: string,
    message: string,
  ) {
    super(401, message, {
      "www-authenticate": `Basic realm="CodeArtifact${domain === "" ? "" : ` domain ${domain}`}"`,
    });
  }
}

const wayOut = 'The user is "aws", the password a token from: aws codeartifact get-authorization-token';

/**
 * The token that a request shows, by Basic with the user `aws` or by Bearer.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
 *
 * @param place - the domain that the path names; empty where it names none
 * @param authorization - the header
 * @throws TokenError, which never tells back what was shown
 */
function registryToken(
  { tokens, account }: SandboxContext,
  { domain, domainOwner = account.accountId }: InDomain,
  authorization: string | undefined,
): Omit<AuthorizationToken, "authorizationToken"> {
  const tokenError = (who: string, message: string) => new TokenError(domain, `anonymous (${who})`, message);
  const quoted = readAuthorization(authorization);
  if (quoted === undefined) {
    throw tokenError("no token", `This registry wants a token, by Basic or Bearer. ${wayOut}`);
  }
  // No other name is documented, and one that only the sandbox takes would fail where it counts.
  if (quoted.user !== "aws") {
    throw tokenError("another user than aws", `Another user than "aws" asks. ${wayOut}`);
  }
  if (quoted.password === "") {
    throw tokenError("empty password", `The password is empty. ${wayOut}`);
  }
  const token = tokens.find(quoted.password);
  if (token === undefined) {
    throw tokenError("unknown token", `This token was not minted here, or by another run of the sandbox. ${wayOut}`);
  }
  if (domain !== "" && (token.domain !== domain || domainOwner !== account.accountId)) {
    throw tokenError(
      "token of another domain",
      `This token is for the domain ${token.domain}, this is ${domain}. ${wayOut}`,
    );
  }
  if (token.expiration <= account.now()) {
    const { assumedRoleArn } = token.session;
    const time = token.expiration.toISOString();
    throw tokenError(`expired token of ${assumedRoleArn}`, `This token expired at ${time}. ${wayOut}`);
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
