import type { SandboxContext } from "../../context";
import { bodyObjects, bodyText, bodyTexts, required, text } from "./members";
import type { Operation } from "./operation";
import type { RequestInput } from "./request";
import { invalid, throwIfInvalid } from "../errors";

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource: Operation = (context, input) => {
  const resource = readArn(context, input);
  return {
    resource,
    answer: () => {
      const tags = Object.entries(context.cloud.codeartifact.tags.list(resource));
      return { tags: tags.map(([key, value]) => ({ key, value })) };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_TagResource.html */
export const tagResource: Operation = (context, input) => {
  const resource = readArn(context, input);
  const tags = required("tags", bodyObjects(input.body(), "tags")).map(
    (tag) => [required("tags.key", bodyText(tag, "key")), required("tags.value", bodyText(tag, "value"))] as const,
  );
  checkCount("tags", tags);
  const keys = new Set(tags.map(([key]) => key));
  throwIfInvalid(
    keys.size < tags.length ? "A tag's key is given more than once in 'tags': give each once." : undefined,
  );
  return {
    resource,
    answer: () => {
      context.cloud.codeartifact.tags.add(resource, Object.fromEntries(tags));
      return undefined;
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_UntagResource.html */
export const untagResource: Operation = (context, input) => {
  const resource = readArn(context, input);
  const tagKeys = required("tagKeys", bodyTexts(input.body(), "tagKeys"));
  checkCount("tagKeys", tagKeys);
  return {
    resource,
    answer: () => {
      context.cloud.codeartifact.tags.remove(resource, tagKeys);
      return undefined;
    },
  };
};

/** The ARN of something that can have tags. */
function readArn({ cloud: { partition } }: SandboxContext, input: RequestInput): string {
  return text("resourceArn", required("resourceArn", input.query("resourceArn")), {
    minLength: 1,
    maxLength: 1011,
    pattern: `arn:${partition}:codeartifact:[a-z0-9-]+:[0-9]{12}:(?:domain|repository|package-group)/\\S+`,
  });
}

function checkCount(member: string, list: readonly unknown[]): void {
  if (list.length > 200) {
    throw invalid(`'${member}' has ${list.length} entries; at most 200 are allowed.`);
  }
}
