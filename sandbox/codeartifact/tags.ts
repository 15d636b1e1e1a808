import { type Tags } from "../core/account";
import { constraintError } from "../core/constraints";
import { type Domains } from "./domains";
import { notFound, quotaExceeded, throwIfInvalid } from "./errors";

// https://docs.aws.amazon.com/codeartifact/latest/ug/tag-repositories.html
const maximumTags = 50;

interface Tagged {
  readonly tags: Tags;
  readonly setTags: (tags: Tags) => void;
}

/** The tags of a domain's, a repository's or a package group's ARN. Each resource holds its own. */
export class ResourceTags {
  readonly #domains: Domains;

  constructor(domains: Domains) {
    this.#domains = domains;
  }

  /** @throws ResourceNotFoundException */
  list(resourceArn: string): Tags {
    return this.#find(resourceArn).tags;
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

  /** A key that is not there changes nothing. */
  remove(resourceArn: string, keys: readonly string[]): void {
    const { tags, setTags } = this.#find(resourceArn);
    setTags(Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
  }

  #find(resourceArn: string): Tagged {
    const [, domain = ""] = /:(?:domain|repository|package-group)\/([^/]+)/.exec(resourceArn) ?? [];
    const state = this.#domains.find(domain);
    if (state?.about.arn === resourceArn) {
      const setTags = (tags: Tags) => {
        this.#domains.setTags(domain, tags);
      };
      return { tags: state.about.tags, setTags };
    }
    const repository = state?.repositories.list().find(({ arn }) => arn === resourceArn);
    if (state !== undefined && repository !== undefined) {
      const setTags = (tags: Tags) => {
        state.repositories.setTags(repository.name, tags);
      };
      return { tags: repository.tags, setTags };
    }
    const group = state?.packageGroups.list().find(({ arn }) => arn === resourceArn);
    if (state !== undefined && group !== undefined) {
      const setTags = (tags: Tags) => {
        state.packageGroups.setTags(group.pattern, tags);
      };
      return { tags: group.tags, setTags };
    }
    throw notFound(`Resource not found. ${resourceArn} does not exist.`);
  }
}

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_Tag.html */
function tagErrors(key: string, value: string): readonly (string | undefined)[] {
  return [
    constraintError("tags.key", key, { minLength: 1, maxLength: 128, pattern: "\\P{C}+" }),
    constraintError("tags.value", value, { maxLength: 256, pattern: "\\P{C}*" }),
    /^aws:/i.test(key) ? `Tag '${key}' cannot be set: keys that begin with 'aws:' are AWS's own.` : undefined,
  ];
}
