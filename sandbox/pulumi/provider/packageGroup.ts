import { isDeepStrictEqual } from "node:util";
import type { SandboxAccount } from "../../account";
import type { AllowedRepository, PackageGroup, RestrictionMode } from "../../codeartifact/packageGroups";
import type { AwsError } from "../../core/awsError";
import {
  type FoundResource,
  given,
  ignoreNotFound,
  type Properties,
  type ResourceType,
  translateError,
  withMade,
} from "./resourceType";

/** A package group as Cloud Control describes and takes it. */
interface Model {
  readonly domainName: string;
  readonly domainOwner?: string;
  readonly pattern: string;
  readonly description?: string;
  readonly contactInfo?: string;
  readonly originConfiguration?: OriginConfiguration;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** The group that every domain has: it is adopted instead of made, and stays when it is deleted. */
const root = "/*";

/**
 * `aws-native:codeartifact:PackageGroup`. The provider hands it to Cloud Control, whose handler makes the group first, and
 * then says where its packages come from.
 * Sources: provider/pkg/provider/provider.go of pulumi/pulumi-aws-native, and aws-codeartifact-packagegroup of
 * aws-cloudformation/aws-cloudformation-resource-providers-codeartifact
 */
export const packageGroupType: ResourceType<Model> = {
  inputs: ["domainName", "domainOwner", "pattern", "description", "contactInfo", "originConfiguration", "tags"],
  computed: ["arn"],
  check: (inputs) =>
    ["domainName", "pattern"]
      .filter((property) => inputs[property] === undefined)
      .map((property) => ({ property, reason: `required property '${property}' is missing` })),
  // Which inputs take another group is said by the SDK (replaceOnChanges).
  diff: () => ({ replaces: [], deleteBeforeReplace: true }),
  create: (account, desired) => {
    const made = () => {
      const group = describe(account, desired);
      return { id: group.arn, state: stateOf(group) };
    };
    if (desired.pattern !== root) {
      cloudControl("CREATE", desired.pattern, () => {
        make(account, desired);
      });
    }
    withMade(made, () => {
      cloudControl("CREATE", desired.pattern, () => {
        change(account, describe(account, desired), desired);
      });
    });
    return made();
  },
  read: (account, id, known) => {
    const group = cloudControl("READ", id, () => find(account, id));
    return group && refreshed(stateOf(group), known);
  },
  update: (account, _id, news, { inputs: olds }) =>
    cloudControl("UPDATE", news.pattern, () => {
      const current = describe(account, news);
      // Only what the program says otherwise than before is sent, on top of what AWS has.
      change(account, current, { ...modelOf(current), ...differing(olds, { ...news }) });
      return stateOf(describe(account, news));
    }),
  delete: (account, id) => {
    cloudControl("DELETE", id, () => {
      const group = find(account, id);
      if (group !== undefined && group.pattern !== root) {
        account.codeartifact.packageGroups.delete({ domain: group.domainName, packageGroup: group.pattern });
      }
    });
  },
};

function make({ codeartifact }: SandboxAccount, desired: Model): void {
  const { domainName: domain, domainOwner, pattern: packageGroup, description, contactInfo } = desired;
  codeartifact.packageGroups.create({
    domain,
    domainOwner,
    packageGroup,
    description,
    contactInfo,
    tags: tagsOf(desired),
  });
}

/** What the update handler does: each of three operations only where something differs. */
function change(account: SandboxAccount, current: PackageGroup, desired: Model): void {
  const { domainName: domain, pattern: packageGroup, description, contactInfo } = desired;
  if (description !== current.description || contactInfo !== current.contactInfo) {
    account.codeartifact.packageGroups.update({ domain, packageGroup, description, contactInfo });
  }
  const origins = desired.originConfiguration ?? { restrictions: {} };
  if (!isDeepStrictEqual(origins, originsOf(current))) {
    setOrigins(account, current, origins);
  }
  const tags = tagsOf(desired);
  account.codeartifact.tags.remove(
    current.arn,
    Object.keys(current.tags).filter((key) => !(key in tags)),
  );
  account.codeartifact.tags.add(current.arn, tags);
}

function describe(
  { codeartifact }: SandboxAccount,
  { domainName: domain, pattern: packageGroup }: Model,
): PackageGroup {
  return codeartifact.packageGroups.describe({ domain, packageGroup });
}

function find({ codeartifact }: SandboxAccount, arn: string): PackageGroup | undefined {
  const domain = /:package-group\/([^/]+)/.exec(arn)?.[1] ?? "";
  return ignoreNotFound(() => codeartifact.packageGroups.list({ domain }))?.find((group) => group.arn === arn);
}

function stateOf(group: PackageGroup): Properties {
  return { ...modelOf(group), arn: group.arn };
}

function modelOf(group: PackageGroup): Model {
  const tags = Object.entries(group.tags).map(([key, value]) => ({ key, value }));
  const model: Model = {
    domainName: group.domainName,
    domainOwner: group.domainOwner,
    pattern: group.pattern,
    description: group.description,
    contactInfo: group.contactInfo,
    originConfiguration: originsOf(group),
    tags: tags.length === 0 ? undefined : tags,
  };
  return given({ ...model }) as Partial<Model> as Model;
}

function tagsOf({ tags = [] }: Model): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** What AWS has, and the inputs that the program once gave with what has changed at AWS since; an import gives all of it. */
function refreshed(state: Properties, known: FoundResource | undefined): FoundResource {
  const inputs = known === undefined ? state : { ...known.inputs, ...differing(known.state, state) };
  return { state, inputs: given({ ...inputs, arn: undefined }) };
}

/** The properties of `news` that are not as in `olds`, and as undefined those that are no longer there. */
function differing(olds: Properties, news: Properties): Properties {
  const properties = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return Object.fromEntries(
    [...properties]
      .filter((property) => !isDeepStrictEqual(olds[property], news[property]))
      .map((property) => [property, news[property]]),
  );
}

/** Where a group's packages come from, as Cloud Control writes it. */
interface OriginConfiguration {
  readonly restrictions: Readonly<Partial<Record<Way, Restriction>>>;
}

interface Restriction {
  readonly restrictionMode: RestrictionMode;
  readonly repositories?: readonly string[];
}

type Way = keyof typeof ways;

const ways = {
  publish: "PUBLISH",
  externalUpstream: "EXTERNAL_UPSTREAM",
  internalUpstream: "INTERNAL_UPSTREAM",
} as const;

const everyWay = Object.keys(ways) as readonly Way[];

/** The API's limit for changes of allowed repositories in one request, which the handler keeps to. */
const updatesPerRequest = 100;

/** What a group says itself. A list is given only where it counts. */
function originsOf({ originConfiguration: { restrictions } }: PackageGroup): OriginConfiguration {
  const entries = everyWay.map((way) => {
    const { mode, repositories } = restrictions[ways[way]];
    const list = mode === "ALLOW_SPECIFIC_REPOSITORIES" ? { repositories } : {};
    return [way, { restrictionMode: mode, ...list }] as const;
  });
  return { restrictions: Object.fromEntries(entries) };
}

/** Makes a group say this and nothing else: a way that is left out is left to its parent, or is open where it has none. */
function setOrigins(
  { codeartifact }: SandboxAccount,
  group: PackageGroup,
  { restrictions }: OriginConfiguration,
): void {
  const at = { domain: group.domainName, packageGroup: group.pattern };
  const unsaid = group.parent === undefined ? "ALLOW" : "INHERIT";
  const modes = everyWay.map((way) => [ways[way], restrictions[way]?.restrictionMode ?? unsaid] as const);
  const added = listed((way) => {
    const had = group.originConfiguration.restrictions[ways[way]].repositories;
    return (restrictions[way]?.repositories ?? []).filter((name) => !had.includes(name));
  });
  const removed = listed((way) => {
    const { restrictionMode, repositories = [] } = restrictions[way] ?? { restrictionMode: unsaid };
    // The list of any other mode goes with the mode.
    const had =
      restrictionMode === "ALLOW_SPECIFIC_REPOSITORIES"
        ? group.originConfiguration.restrictions[ways[way]].repositories
        : [];
    return had.filter((name) => !repositories.includes(name));
  });

  const changes = [
    ...added.map((repository) => ({ repository, isAdded: true })),
    ...removed.map((repository) => ({ repository, isAdded: false })),
  ];
  for (let start = 0; start === 0 || start < changes.length; start += updatesPerRequest) {
    const some = changes.slice(start, start + updatesPerRequest);
    codeartifact.packageGroups.updateOriginConfiguration({
      ...at,
      ...(start === 0 ? { restrictions: Object.fromEntries(modes) } : {}),
      addAllowedRepositories: some.filter(({ isAdded }) => isAdded).map(({ repository }) => repository),
      removeAllowedRepositories: some.filter(({ isAdded }) => !isAdded).map(({ repository }) => repository),
    });
  }
}

function listed(names: (way: Way) => readonly string[]): readonly AllowedRepository[] {
  return everyWay.flatMap((way) =>
    names(way).map((repositoryName) => ({ repositoryName, originRestrictionType: ways[way] })),
  );
}

type Operation = "CREATE" | "READ" | "UPDATE" | "DELETE";

/**
 * Does something through Cloud Control, which answers every error with a code of its own.
 * Source: throwCfnException of the handlers, and
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 *
 * @param identifier - how messages name the resource
 * @throws ProviderError
 */
function cloudControl<Answer>(operation: Operation, identifier: string, call: () => Answer): Answer {
  return translateError(call, (error) => `operation ${operation} failed with ${described(error, identifier)}`);
}

const handlerCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  ConflictException: "AlreadyExists",
  ResourceNotFoundException: "NotFound",
  ServiceQuotaExceededException: "ServiceLimitExceeded",
  ValidationException: "InvalidRequest",
  InternalServerException: "ServiceInternalError",
};

function described({ code, message }: AwsError, identifier: string): string {
  const handlerCode = handlerCodes[code] ?? "GeneralServiceException";
  const resource = `Resource of type 'AWS::CodeArtifact::PackageGroup' with identifier '${identifier}'`;
  switch (handlerCode) {
    case "AlreadyExists":
      return `"${handlerCode}": ${resource} already exists.`;
    case "NotFound":
      return `"${handlerCode}": ${resource} was not found. (${message})`;
    default:
      return `"${handlerCode}": ${message}`;
  }
}
