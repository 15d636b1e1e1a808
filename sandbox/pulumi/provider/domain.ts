import type { Domain } from "../../codeartifact/domains";
import { bridged, foundAs, type Inputs, tagChanges, tags, tagsState } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
import { type Properties, type ResourceType, type Tags } from "./resourceType";

interface DomainInputs {
  readonly domain: string;
  readonly encryptionKey?: string;
  readonly tags?: Tags;
}

const inputs: Inputs = {
  domain: { required: true, replaces: true },
  encryptionKey: { replaces: true, computed: true, is: "arn" },
  ...tags,
};

/** `aws:codeartifact/domain:Domain`. Source: internal/service/codeartifact/domain.go of terraform-provider-aws */
export const domainType: ResourceType<DomainInputs> = {
  ...bridged(inputs),
  computed: ["arn", "owner", "encryptionKey", "assetSizeBytes", "createdTime", "repositoryCount", "s3BucketArn"],
  create: ({ codeartifact }, news) => {
    const domain = withContext(`creating CodeArtifact Domain (${news.domain})`, () =>
      codeartifact.domains.create(news),
    );
    return { id: domain.arn, state: stateOf(domain) };
  },
  read: ({ codeartifact }, id) => {
    const domain = withContext(`reading CodeArtifact Domain (${id})`, () =>
      ignoreNotFound(() => codeartifact.domains.describe({ domain: nameOf(id) })),
    );
    return domain && foundAs(inputs, stateOf(domain));
  },
  update: ({ codeartifact }, id, news, { state }) => {
    const { added, removed } = tagChanges(state, news);
    withContext(`updating tags for CodeArtifact Domain (${id})`, () => {
      codeartifact.tags.remove(id, removed);
      codeartifact.tags.add(id, added);
    });
    return stateOf(codeartifact.domains.describe({ domain: nameOf(id) }));
  },
  delete: ({ codeartifact }, id) => {
    deleteIfExists(`deleting CodeArtifact Domain (${id})`, () => codeartifact.domains.delete({ domain: nameOf(id) }));
  },
};

function stateOf(domain: Domain): Properties {
  return {
    domain: domain.name,
    arn: domain.arn,
    owner: domain.owner,
    encryptionKey: domain.encryptionKey,
    assetSizeBytes: String(domain.assetSizeBytes),
    createdTime: domain.createdTime.toISOString(),
    repositoryCount: domain.repositoryCount,
    s3BucketArn: domain.s3BucketArn,
    ...tagsState(domain.tags),
  };
}

function nameOf(arn: string): string {
  return /:domain\/(.+)$/.exec(arn)?.[1] ?? arn;
}
