import { decide } from "../../authorization";
import type { Session } from "../../sts/session";
import type { Decision } from "../../../iam/evaluate";
import { requireAllowed, type SandboxContext } from "../../context";
import { type HttpError, httpErrorOf } from "./httpError";
import { registryToken, TokenError } from "./registryToken";

/** A request under way: who asks, and what it comes to, of which the log tells in one line. */
export class RegistryRequest {
  readonly #context: SandboxContext;
  readonly #action: string;
  readonly #repositoryArn: string | undefined;
  #resource: string;
  #session: Session | undefined;
  #decision: Decision | undefined;

  /** @param repository - which the path names; absent where it names none */
  constructor(context: SandboxContext, action: `codeartifact:${string}`, repository: string | undefined) {
    const { arn } = context.cloud.codeartifact.describeDomain({ domain: context.domain });
    this.#context = context;
    this.#action = action;
    // Whether there is such a repository is not told before it is known who may ask.
    this.#repositoryArn =
      repository === undefined ? undefined : `${arn.replace(":domain/", ":repository/")}/${repository}`;
    this.#resource = this.#repositoryArn ?? "*";
  }

  /** @throws TokenError */
  enter(authorization: string | undefined): void {
    this.#session = registryToken(this.#context, authorization).session;
  }

  /**
   * @param resource - made of the repository's ARN
   * @throws AccessDeniedException
   */
  authorize(resource: (repositoryArn: string) => string = (arn) => arn): void {
    if (this.#session === undefined || this.#repositoryArn === undefined) {
      throw new Error("nobody has entered, or no repository is named");
    }
    this.#resource = resource(this.#repositoryArn);
    // Not of the time when the token was minted: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
    this.#decision = decide(this.#context.cloud, this.#session.caller, this.#action, this.#resource);
    requireAllowed(this.#session, this.#action, this.#resource, this.#decision);
  }

  /** The request gets what it asks for. */
  end(note = ""): void {
    this.#log(true, `${this.#decision?.reason ?? "nothing was decided"}${note}`);
  }

  /** The request does not get what it asks for. */
  refuse(error: unknown): HttpError {
    const refusal = httpErrorOf(error);
    const who = error instanceof TokenError ? error.who : undefined;
    const { outcome = "allowed", reason = "" } = this.#decision ?? {};
    const grant = reason === "" ? "" : ` (by IAM ${reason})`;
    this.#log(false, outcome === "allowed" ? `${refusal.status}: ${refusal.message}${grant}` : reason, who);
    return refusal;
  }

  #log(allowed: boolean, reason: string, who = this.#session?.assumedRoleArn ?? "nobody (not asked)"): void {
    this.#context.decisions.add({ who, action: this.#action, resource: this.#resource }, { allowed, reason });
  }
}
