import { AwsError } from "../core/awsError";
import { type AccountInfo, uuid } from "../core/identifiers";

/** How a request to make, change or delete a resource went. */
export interface ResourceRequest {
  readonly requestToken: string;
  readonly typeName: string;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly status: "SUCCESS" | "FAILED";
  readonly identifier?: string;
  readonly errorCode?: string;
  readonly statusMessage?: string;
  readonly eventTime: Date;
}

/** For how long a client token names its request: https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations.html */
const clientTokenHours = 36;

/** The requests to Cloud Control. Each ends at once; AWS keeps them for seven days. */
export class ResourceRequests {
  readonly #account: AccountInfo;
  readonly #requests = new Map<string, ResourceRequest>();
  readonly #clientTokens = new Map<string, { readonly content: string; readonly requestToken: string }>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  /**
   * The request that a client token names already, if it is the same one.
   *
   * @throws ClientTokenConflictException for another request with this token
   */
  known(clientToken: string | undefined, content: string): ResourceRequest | undefined {
    const known = clientToken === undefined ? undefined : this.#clientTokens.get(clientToken);
    const request = known && this.#requests.get(known.requestToken);
    const oldest = this.#account.now().getTime() - clientTokenHours * 60 * 60 * 1000;
    if (clientToken === undefined || known === undefined || request === undefined || +request.eventTime < oldest) {
      return undefined;
    }
    if (known.content !== content) {
      throw new AwsError(
        "ClientTokenConflictException",
        `ClientToken ${clientToken} is already associated with an existing operation with RequestToken ` +
          known.requestToken,
      );
    }
    return request;
  }

  add(
    request: Omit<ResourceRequest, "requestToken" | "eventTime">,
    clientToken: string | undefined,
    content: string,
  ): ResourceRequest {
    const { accountId, region, now } = this.#account;
    const requestToken = uuid(`${accountId} ${region} resource request ${this.#requests.size}`);
    const added = { ...request, requestToken, eventTime: now() };
    this.#requests.set(requestToken, added);
    if (clientToken !== undefined) {
      this.#clientTokens.set(clientToken, { content, requestToken });
    }
    return added;
  }

  /** @throws RequestTokenNotFoundException */
  get(requestToken: string): ResourceRequest {
    const request = this.#requests.get(requestToken);
    if (request === undefined) {
      throw new AwsError("RequestTokenNotFoundException", `Request with token ${requestToken} was not found`);
    }
    return request;
  }

  /** The latest first. */
  list(): readonly ResourceRequest[] {
    return [...this.#requests.values()].reverse();
  }
}
