import { packageArn } from "../../iam/arns";
import { isPackageName, normalizePackageName } from "../../naming/packagePatterns";
import { constraintError } from "../core/constraints";
import type { AccountInfo } from "../core/identifiers";

/** What every request about something in a domain names. */
export interface InDomain {
  readonly domain: string;
  /** @default the account itself */
  readonly domainOwner?: string;
}

/** What every request about a repository names. */
export interface InRepository extends InDomain {
  readonly repository: string;
}

/** What every request about a package group names: `packageGroup` is the pattern. */
export interface InPackageGroup extends InDomain {
  readonly packageGroup: string;
}

/** Values of the API's `PackageFormat`. */
export const packageFormats = ["npm", "pypi", "maven", "nuget", "generic", "ruby", "swift", "cargo"] as const;
export type PackageFormat = (typeof packageFormats)[number];

/** How a request names a package of any format. */
export interface PackageCoordinate {
  readonly format: PackageFormat;
  /** @default - none; Python has no namespaces */
  readonly namespace?: string;
  /** Of Python, normalised by PEP 503. */
  readonly package: string;
}

/**
 * What a package is known by in its repository: a Python package by its name, one of another format by
 * `FORMAT/NAMESPACE/NAME`. No name has a slash, so a key is of one package only.
 */
export function packageKey({ format, namespace = "", package: name }: PackageCoordinate): string {
  return format === "pypi" ? name : `${format}/${namespace}/${name}`;
}

/** The package that a key is of. */
export function coordinateOf(key: string): PackageCoordinate {
  const [format = "", namespace = "", name] = key.split("/");
  return name === undefined
    ? { format: "pypi", package: key }
    : { format: format as PackageFormat, ...(namespace === "" ? {} : { namespace }), package: name };
}

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateDomain.html */
export function domainNameError(domain: string): string | undefined {
  return constraintError("domain", domain, { minLength: 2, maxLength: 50, pattern: "[a-z][a-z0-9\\-]{0,48}[a-z0-9]" });
}

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateRepository.html */
export function repositoryNameError(repository: string, member = "repository"): string | undefined {
  return constraintError(member, repository, {
    minLength: 2,
    maxLength: 100,
    pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]{1,99}",
  });
}

/** For descriptions and contact information. https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreatePackageGroup.html */
export function textError(member: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : constraintError(member, text, { maxLength: 1000, pattern: "\\P{C}*" });
}

/** For names of Python packages. The API takes the normal form alone: https://docs.aws.amazon.com/codeartifact/latest/ug/python-name-normalization.html */
export function packageNameError(name: string): string | undefined {
  const normal = normalizePackageName(name);
  if (!isPackageName(name)) {
    return `'${name}' is no name of a Python package: letters, digits, '-', '_' and '.', a letter or digit at either end.`;
  }
  return name === normal ? undefined : `Python package '${name}' is called '${normal}' here: give its normalized name.`;
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html#awscodeartifact-resources-for-iam-policies

/** The ARN of a domain, there or not. */
export function domainArn(account: AccountInfo, request: InDomain): string {
  return arn(account, request, `domain/${request.domain}`);
}

/** The ARN of a repository, there or not. */
export function repositoryArn(account: AccountInfo, request: InRepository): string {
  return arn(account, request, `repository/${request.domain}/${request.repository}`);
}

/** The ARN of a package group, there or not. */
export function packageGroupArn(account: AccountInfo, request: InPackageGroup): string {
  return arn(account, request, `package-group/${request.domain}${encodedPattern(request.packageGroup)}`);
}

/** The ARN of a package in a repository, there or not. */
export function keyedPackageArn(account: AccountInfo, request: InRepository, key: string): string {
  const { format, namespace, package: name } = coordinateOf(key);
  return packageArn(repositoryArn(account, request), name, format, namespace);
}

function arn({ partition, region, accountId }: AccountInfo, { domainOwner = accountId }: InDomain, resource: string) {
  return `arn:${partition}:codeartifact:${region}:${domainOwner}:${resource}`;
}

/**
 * The pattern as an ARN has it: `/pypi/*` is `/pypi/%2a`, `$` is `%24`, `~` and `/` stay. So AWS's own tests of its
 * CloudFormation handler have it: aws-cloudformation-resource-providers-codeartifact, AbstractPackageGroupArnTest.java.
 */
function encodedPattern(pattern: string): string {
  return encodeURI(pattern)
    .replace(/%../g, (escape) => escape.toLowerCase())
    .replace(/[^\w\-.~/%]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
