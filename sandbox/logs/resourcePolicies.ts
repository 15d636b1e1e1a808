import { type NamedDocument, type ParsedPolicy, parsePolicy, PolicyError } from "../../iam/grammar";
import { AwsError } from "../core/awsError";
import { type AccountInfo, revision } from "../core/identifiers";
import { invalid, notFound } from "./errors";

/** A policy of the account and region that lets other services write to log groups. */
export interface ResourcePolicy {
  readonly policyName: string;
  /** JSON text, as it was given. */
  readonly policyDocument: string;
  readonly lastUpdatedTime: Date;
  readonly revisionId: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html */
const mostPolicies = 10;
const longestDocument = 5120;

/** The resource policies of CloudWatch Logs, which count for every log group of the account and region. */
export class ResourcePolicies {
  readonly #policies = new Map<string, { readonly about: ResourcePolicy; readonly policy: ParsedPolicy }>();

  readonly #account: Pick<AccountInfo, "now">;

  constructor(account: Pick<AccountInfo, "now">) {
    this.#account = account;
  }

  /** @throws InvalidParameterException, LimitExceededException */
  put(policyName: string, policyDocument: string): ResourcePolicy {
    const policy = parse(policyDocument);
    if (!this.#policies.has(policyName) && this.#policies.size >= mostPolicies) {
      throw new AwsError("LimitExceededException", "Resource limit exceeded.");
    }
    const lastUpdatedTime = this.#account.now();
    const revisionId = revision(`${policyName} ${lastUpdatedTime.getTime()} ${policyDocument}`);
    const about = { policyName, policyDocument, lastUpdatedTime, revisionId };
    this.#policies.set(policyName, { about, policy });
    return about;
  }

  /** By name. */
  list(): readonly ResourcePolicy[] {
    const policies = [...this.#policies.values()].map(({ about }) => about);
    return policies.sort((one, other) => (one.policyName < other.policyName ? -1 : 1));
  }

  delete(policyName: string): void {
    if (!this.#policies.delete(policyName)) {
      throw notFound(`Policy with name [${policyName}] does not exist`);
    }
  }

  /** What decides requests for the account's log groups. */
  documents(): readonly NamedDocument<ParsedPolicy>[] {
    return [...this.#policies].map(([name, { policy }]) => ({ name: `resource policy ${name}`, document: policy }));
  }
}

function parse(document: string): ParsedPolicy {
  if (document.length > longestDocument) {
    throw invalid(`The policy document has ${document.length} characters; at most ${longestDocument} are allowed.`);
  }
  try {
    return parsePolicy(document, "resource", "resource policy");
  } catch (error) {
    throw error instanceof PolicyError ? invalid(error.reason) : error;
  }
}
