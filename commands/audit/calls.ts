import { nameInArn } from "../../iam/arns";
import type { EventRecord } from "../aws/cloudTrail";
import { type Parameters, textOf } from "./belonging";

/** What a call is counted as. */
export const kinds = [
  "publish",
  "delete",
  "status",
  "origin",
  "group",
  "policy",
  "registry",
  "role",
  "session",
  "token",
  "file",
  "index",
  "look",
] as const;

export type CallKind = (typeof kinds)[number];

/** What a call is about; what the call does not name is absent. */
export interface Target {
  /** Of CodeArtifact. */
  readonly repository?: string;
  readonly package?: string;
  readonly versions: readonly string[];
  /** Name of the file that was read. */
  readonly file?: string;
  /** Such as `/pypi//orb~`. */
  readonly packageGroup?: string;
  /** Name of the role that is asked for or changed. */
  readonly role?: string;
  /** Name of the managed or inline policy that is changed. */
  readonly policy?: string;
}

/** A call in words. */
export interface DescribedCall {
  readonly kind: CallKind;
  /** Such as `publish orb-common 1.4.0 to python-packages`. */
  readonly words: string;
  readonly target: Target;
}

export function describeCall(record: EventRecord): DescribedCall {
  const { eventName, requestParameters } = record;
  const parameters = requestParameters ?? {};
  const target = targetOf(record, parameters);
  if (eventName === "ReadFromRepository") {
    return target.file === undefined
      ? { kind: "index", words: sentence("read the index page of", target.package, "in", target.repository), target }
      : { kind: "file", words: sentence("read", target.file, "from", target.repository), target };
  }
  const [kind, words] = described[eventName] ?? others(record);
  return { kind, words: words({ target, parameters }), target };
}

/** What the words of a call are made of. */
interface Described {
  readonly target: Target;
  readonly parameters: Parameters;
}

type Words = (call: Described) => string;

/** The calls that change something, or that give a session or a token. */
const described: Readonly<Record<string, readonly [CallKind, Words]>> = {
  PublishPackageVersion: ["publish", ({ target }) => sentence("publish", nameOf(target), "to", target.repository)],
  CopyPackageVersions: [
    "publish",
    ({ target, parameters }) => {
      const source = textOf(parameters, "sourceRepository", "sourceRepositoryName");
      return sentence("copy", nameOf(target), "from", source, "to", target.repository);
    },
  ],
  DeletePackageVersions: ["delete", ({ target }) => sentence("delete", nameOf(target), "from", target.repository)],
  DeletePackage: ["delete", ({ target }) => sentence("delete all of", target.package, "from", target.repository)],
  DisposePackageVersions: [
    "delete",
    ({ target }) => sentence("dispose of the files of", nameOf(target), "in", target.repository),
  ],
  UpdatePackageVersionsStatus: [
    "status",
    ({ target, parameters }) => {
      const status = textOf(parameters, "targetStatus");
      return sentence("set", nameOf(target), "in", target.repository, "to", status);
    },
  ],
  PutPackageOriginConfiguration: [
    "origin",
    ({ target }) => sentence("set the origins of", target.package, "in", target.repository),
  ],
  CreatePackageGroup: ["group", ({ target }) => sentence("make package group", target.packageGroup)],
  DeletePackageGroup: ["group", ({ target }) => sentence("delete package group", target.packageGroup)],
  UpdatePackageGroup: ["group", ({ target }) => sentence("change package group", target.packageGroup)],
  UpdatePackageGroupOriginConfiguration: [
    "group",
    ({ target }) => sentence("change the origins of package group", target.packageGroup),
  ],
  PutDomainPermissionsPolicy: ["policy", () => "change the domain's policy"],
  DeleteDomainPermissionsPolicy: ["policy", () => "delete the domain's policy"],
  PutRepositoryPermissionsPolicy: [
    "policy",
    ({ target }) => sentence("change the policy of repository", target.repository),
  ],
  DeleteRepositoryPermissionsPolicy: [
    "policy",
    ({ target }) => sentence("delete the policy of repository", target.repository),
  ],
  CreateDomain: ["registry", () => "make the domain"],
  DeleteDomain: ["registry", () => "delete the domain"],
  CreateRepository: ["registry", ({ target }) => sentence("make repository", target.repository)],
  DeleteRepository: ["registry", ({ target }) => sentence("delete repository", target.repository)],
  UpdateRepository: ["registry", ({ target }) => sentence("change repository", target.repository)],
  AssociateExternalConnection: [
    "registry",
    ({ target, parameters }) =>
      sentence("connect repository", target.repository, "to", textOf(parameters, "externalConnection")),
  ],
  DisassociateExternalConnection: [
    "registry",
    ({ target, parameters }) =>
      sentence("disconnect repository", target.repository, "from", textOf(parameters, "externalConnection")),
  ],
  TagResource: ["registry", ({ parameters }) => sentence("tag", resourceOf(parameters))],
  UntagResource: ["registry", ({ parameters }) => sentence("untag", resourceOf(parameters))],
  GetAuthorizationToken: ["token", () => "get a registry token"],
  AssumeRoleWithWebIdentity: ["session", ({ target }) => sentence("assume", target.role)],
  AssumeRole: ["session", ({ target }) => sentence("assume", target.role)],
};

/** A call that only looks, or one of IAM or STS: its name says what it does. */
function others({ eventSource, eventName }: EventRecord): readonly [CallKind, Words] {
  if (eventSource === "iam.amazonaws.com" || eventSource === "sts.amazonaws.com") {
    const kind = eventSource === "iam.amazonaws.com" ? "role" : "session";
    return [
      kind,
      ({ target: { role, policy } }) =>
        role === undefined ? sentence(`${eventName} of`, policy) : sentence(`${eventName} of`, role, "with", policy),
    ];
  }
  const kind = /^(?:Get|List|Describe)/.test(eventName) ? "look" : "registry";
  return [
    kind,
    ({ target }) => {
      const named = target.packageGroup ?? nameOf(target);
      return named === ""
        ? sentence(eventName, target.repository === undefined ? "" : `of ${target.repository}`)
        : sentence(`${eventName} of`, named, "in", target.repository);
    },
  ];
}

function resourceOf(parameters: Parameters): string | undefined {
  return textOf(parameters, "resourceArn")?.replace(/^(?:[^:]*:){5}/, "");
}

/** Such as `orb-common 1.0, 1.1`. */
function nameOf({ package: name = "", versions }: Target): string {
  return [name, versions.join(", ")].filter((part) => part !== "").join(" ");
}

/**
 * Joins words.
 *
 * @param pairs - a preposition and what follows it; both are left out where nothing does
 */
function sentence(verb: string, object: string | undefined, ...pairs: readonly (string | undefined)[]): string {
  const parts = [verb, object ?? ""];
  for (let index = 0; index < pairs.length; index += 2) {
    const [preposition, word] = [pairs[index], pairs[index + 1]];
    if (preposition !== undefined && word !== undefined) {
      parts.push(preposition, word);
    }
  }
  return parts.filter((part) => part !== "").join(" ");
}

function targetOf({ additionalEventData }: EventRecord, parameters: Parameters): Target {
  const path = textOf(additionalEventData, "requestUri")?.split("?")[0];
  const [, inPath, version, file] = /\/simple\/+([^/]+)\/(?:([^/]+)\/([^/]+))?$/.exec(path ?? "") ?? [];
  const repository = textOf(parameters, "destinationRepository", "repositoryName", "repository");
  const role = textOf(parameters, "roleName", "roleArn");
  const policy = textOf(parameters, "policyName", "policyArn");
  return {
    ...defined({
      repository,
      package: textOf(parameters, "packageName", "package") ?? decoded(inPath),
      file: textOf(parameters, "assetName", "asset") ?? decoded(file),
      packageGroup: textOf(parameters, "packageGroup"),
      role: role === undefined ? undefined : nameInArn(role),
      policy: policy === undefined ? undefined : nameInArn(policy),
    }),
    versions: versionsOf(parameters, decoded(version)),
  };
}

/** The versions that a request names: one, a list, or the names of revisions. */
function versionsOf(parameters: Parameters, inPath: string | undefined): readonly string[] {
  const { versions, versionRevisions } = parameters;
  const one = textOf(parameters, "packageVersion") ?? inPath;
  const several = Array.isArray(versions)
    ? versions.filter((version) => typeof version === "string")
    : Object.keys(typeof versionRevisions === "object" && versionRevisions !== null ? versionRevisions : {});
  return one === undefined ? several : [one];
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return part;
  }
}

function defined<Members extends object>(members: Members): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: NonNullable<Members[Name]>;
  };
}
