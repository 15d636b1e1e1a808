import { constraintError } from "../core/constraints";
import type { AccountInfo, Tags } from "../core/identifiers";
import type { Kms } from "../kms/kms";
import { Domains } from "./domains";
import { notFound, quotaExceeded, throwIfInvalid } from "./errors";
import { PackageGroups } from "./packageGroups";
import { Repositories } from "./repositories";

/**
 * The control plane of AWS CodeArtifact in one account and region.
 * Operations: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_Operations.html
 */
export class CodeArtifact {
  readonly domains: Domains;
  readonly repositories: Repositories;
  readonly packageGroups: PackageGroups;
  readonly tags: ResourceTags;

  constructor(account: AccountInfo, kms: Kms) {
    this.domains = new Domains(account, kms);
    this.repositories = new Repositories(account, this.domains);
    this.packageGroups = new PackageGroups(account, this.domains, this.repositories);
    this.tags = new ResourceTags(this);
  }
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/tag-repositories.html
const maximumTags = 50;

interface Tagged {
  readonly tags: Tags;
  readonly setTags: (tags: Tags) => void;
}

/** The tags of domains, repositories and package groups, by ARN. */
class ResourceTags {
  readonly #codeartifact: Pick<CodeArtifact, "domains" | "repositories" | "packageGroups">;

  constructor(codeartifact: Pick<CodeArtifact, "domains" | "repositories" | "packageGroups">) {
    this.#codeartifact = codeartifact;
  }

  /** @throws ResourceNotFoundException */
  list(resourceArn: string): Tags {
    return this.#find(resourceArn).tags;
  }

  /** None where there is no such resource. */
  find(resourceArn: string): Tags {
    const [, domain = "", repository] = /:(?:domain|repository)\/([^/]+)(?:\/([^/]+))?$/.exec(resourceArn) ?? [];
    const state = this.#codeartifact.domains.find(domain);
    const about = repository === undefined ? state?.about : state?.repositories.get(repository)?.about;
    return (about?.arn === resourceArn ? about : this.#search(resourceArn))?.tags ?? {};
  }

  /**
   * A tag of a key that is there gets the new value.
   *
   * @throws ResourceNotFoundException
   * @throws ServiceQuotaExceededException where there would be more than 50
   */
  add(resourceArn: string, added: Tags): void {
    throwIfInvalid(...Object.entries(added).flatMap(([key, value]) => tagErrors(key, value)));
    const { tags, setTags } = this.#find(resourceArn);
    const all = { ...tags, ...added };
    const count = Object.keys(all).length;
    if (count > maximumTags) {
      throw quotaExceeded(`${resourceArn} would have ${count} tags; at most ${maximumTags} are allowed.`);
    }
    setTags(all);
  }

  /** Keys that the resource does not have change nothing. */
  remove(resourceArn: string, keys: readonly string[]): void {
    const { tags, setTags } = this.#find(resourceArn);
    setTags(Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
  }

  #find(resourceArn: string): Tagged {
    const found = this.#search(resourceArn);
    if (found === undefined) {
      throw notFound(`Resource not found. ${resourceArn} does not exist.`);
    }
    return found;
  }

  #search(resourceArn: string): Tagged | undefined {
    const { domains, repositories, packageGroups } = this.#codeartifact;
    const [, domain = ""] = /:(?:domain|repository|package-group)\/([^/]+)/.exec(resourceArn) ?? [];
    if (domains.find(domain) !== undefined) {
      const about = domains.describe({ domain });
      if (about.arn === resourceArn) {
        const setTags = (tags: Tags) => {
          domains.setTags(domain, tags);
        };
        return { tags: about.tags, setTags };
      }
      const repository = repositories.list({ domain }).find(({ arn }) => arn === resourceArn);
      if (repository !== undefined) {
        const setTags = (tags: Tags) => {
          repositories.setTags({ domain, repository: repository.name }, tags);
        };
        return { tags: repository.tags, setTags };
      }
      const group = packageGroups.list({ domain }).find(({ arn }) => arn === resourceArn);
      if (group !== undefined) {
        const setTags = (tags: Tags) => {
          packageGroups.setTags({ domain, packageGroup: group.pattern }, tags);
        };
        return { tags: group.tags, setTags };
      }
    }
    return undefined;
  }
}

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_Tag.html */
export function tagErrors(key: string, value: string): readonly (string | undefined)[] {
  return [
    constraintError("tags.key", key, { minLength: 1, maxLength: 128, pattern: "\\P{C}+" }),
    constraintError("tags.value", value, { maxLength: 256, pattern: "\\P{C}*" }),
    /^aws:/i.test(key) ? `Tag '${key}' cannot be set: keys that begin with 'aws:' are AWS's own.` : undefined,
  ];
}
