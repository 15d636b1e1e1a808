import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-codeartifact";
import type { SandboxContext } from "../../context";
import { requestTagKeys, requestTags } from "../../core/conditions";
import { constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import type { Tags } from "../../core/identifiers";
import { tagErrors } from "../codeartifact";
import { invalid, throwIfInvalid } from "../errors";

const listTagsForResource: Operation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput> = (
  context,
  { resourceArn },
) => {
  checkArn(context, resourceArn);
  return {
    resource: resourceArn,
    answer: () => {
      const tags = Object.entries(context.account.codeartifact.tags.list(resourceArn));
      return { tags: tags.map(([key, value]) => ({ key, value })) };
    },
  };
};

const tagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput> = (context, { resourceArn, tags }) => {
  checkArn(context, resourceArn);
  const added = readTags(tags);
  return {
    resource: resourceArn,
    conditions: requestTags(added),
    answer: () => {
      context.account.codeartifact.tags.add(resourceArn, added);
      return {};
    },
  };
};

const untagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput> = (
  context,
  { resourceArn, tagKeys: keys },
) => {
  checkArn(context, resourceArn);
  checkCount("tagKeys", keys);
  return {
    resource: resourceArn,
    conditions: requestTagKeys(keys),
    answer: () => {
      context.account.codeartifact.tags.remove(resourceArn, keys);
      return {};
    },
  };
};

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const tagOperations = {
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
};

/** The tags of a request, which gives each key once. */
export function readTags(tags: readonly Partial<Tag>[] = []): Tags {
  checkCount("tags", tags);
  // The model requires key and value of a tag.
  const entries = tags.map(({ key = "", value = "" }) => [key, value] as const);
  const keys = new Set(entries.map(([key]) => key));
  throwIfInvalid(
    keys.size < tags.length ? "A tag's key is given more than once in 'tags': give each once." : undefined,
    ...entries.flatMap(([key, value]) => tagErrors(key, value)),
  );
  return Object.fromEntries(entries);
}

/** Domains, repositories and package groups can have tags. */
function checkArn({ account: { partition } }: SandboxContext, resourceArn: string): void {
  throwIfInvalid(
    constraintError("resourceArn", resourceArn, {
      minLength: 1,
      maxLength: 1011,
      pattern: `arn:${partition}:codeartifact:[a-z0-9-]+:[0-9]{12}:(?:domain|repository|package-group)/\\S+`,
    }),
  );
}

function checkCount(member: string, list: readonly unknown[]): void {
  if (list.length > 200) {
    throw invalid(`'${member}' has ${list.length} entries; at most 200 are allowed.`);
  }
}
