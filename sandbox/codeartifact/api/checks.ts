import type { SandboxContext } from "../../context";
import { notModelled } from "../../core/awsError";
import { choiceError, constraintError, rangeError } from "../../core/constraints";
import { pager, type Pager } from "../../core/pages";
import { invalid, throwIfInvalid } from "../errors";
import {
  domainNameError,
  type InDomain,
  type InPackageGroup,
  type InRepository,
  keyedPackageArn,
  type PackageCoordinate,
  packageFormats,
  packageKey,
  packageNameError,
  repositoryNameError,
} from "../names";
import { patternError } from "../packageGroupPatterns";

// Checks of what many requests have in common. AWS's model, as the SDK exports it, has no lengths, patterns or choices.
// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListPackages.html and the pages beside it

/** For names of packages, their namespaces and the numbers of their versions. */
export const nameConstraint = { minLength: 1, maxLength: 255, pattern: "[^#/\\s]+" };

export const revisionConstraint = { minLength: 1, maxLength: 50, pattern: "\\S+" };

/** For the number of an AWS account. */
export const accountConstraint = { minLength: 12, maxLength: 12, pattern: "[0-9]{12}" };

/** What is wrong with a permissions policy's revision, if anything. */
export function revisionError(policyRevision: string | undefined): string | undefined {
  return constraintError("policyRevision", policyRevision, { minLength: 1, maxLength: 100, pattern: "\\S+" });
}

/** What is wrong with a permissions policy that a request gives, before it is read. */
export function policyErrors(
  policyDocument: string,
  policyRevision: string | undefined,
): readonly (string | undefined)[] {
  return [constraintError("policyDocument", policyDocument, { minLength: 1 }), revisionError(policyRevision)];
}

/** The domain that a request names. Its owner is the caller's account if no other is named. */
export function domainOf({ domain, domainOwner }: InDomain): InDomain {
  throwIfInvalid(domainNameError(domain), constraintError("domainOwner", domainOwner, accountConstraint));
  return { domain, domainOwner };
}

/** The repository that a request names. */
export function repositoryOf({ repository, ...input }: InRepository): InRepository {
  throwIfInvalid(repositoryNameError(repository));
  return { ...domainOf(input), repository };
}

/** The package group that a request names. */
export function packageGroupOf({ packageGroup, ...input }: InPackageGroup): InPackageGroup {
  throwIfInvalid(patternError(packageGroup));
  return { ...domainOf(input), packageGroup };
}

const maximumVersions = 100;

/** Checks the versions that a request names, and the revisions that it expects of them. */
export function checkVersionNames(versions: readonly string[], revisions: Readonly<Record<string, string>> = {}): void {
  if (versions.length > maximumVersions) {
    throw invalid(`${versions.length} versions are given; at most ${maximumVersions} are allowed at once.`);
  }
  throwIfInvalid(
    ...versions.map((version) => constraintError("versions", version, nameConstraint)),
    ...Object.values(revisions).map((revision) => constraintError("versionRevisions", revision, revisionConstraint)),
  );
}

export function checkCoordinate({ format, namespace, package: name }: PackageCoordinate): void {
  throwIfInvalid(
    choiceError("format", format, packageFormats),
    constraintError("package", name, nameConstraint),
    constraintError("namespace", namespace, nameConstraint),
  );
}

/** A package in a repository, there or not. */
interface NamedPackage {
  readonly place: InRepository;
  readonly key: string;
  /** As answers name it. */
  readonly coordinate: PackageCoordinate;
  readonly arn: string;
}

/**
 * The package in a repository that a request names.
 *
 * @throws AwsError 501 for a package of another format than pypi and generic
 */
export function packageOf({ account }: SandboxContext, input: InRepository & PackageCoordinate): NamedPackage {
  const place = repositoryOf(input);
  checkCoordinate(input);
  const { format, namespace, package: name } = input;
  if (format === "pypi") {
    throwIfInvalid(
      packageNameError(name),
      namespace === undefined ? undefined : "'namespace' is given, but Python packages have none: leave it out.",
    );
  } else if (format === "generic") {
    // https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DescribePackage.html
    throwIfInvalid(namespace === undefined ? "'namespace' is missing: generic packages have one." : undefined);
  } else {
    throw notModelled(`Packages of format ${format} are not modelled: those of pypi and generic are.`);
  }
  const coordinate = { format, namespace, package: name };
  const key = packageKey(coordinate);
  return { place, key, coordinate, arn: keyedPackageArn(account, place, key) };
}

/**
 * Cuts the page that a request names out of a list.
 *
 * @param operation - whose list it is
 */
export function pageOf(
  operation: string,
  input: { readonly maxResults?: number; readonly nextToken?: string },
  defaultResults = 100,
): Pager {
  const { maxResults = defaultResults, nextToken, ...list } = input;
  throwIfInvalid(
    constraintError("nextToken", nextToken, { minLength: 1, maxLength: 2000, pattern: "\\S+" }),
    rangeError("maxResults", maxResults, 1, 1000),
  );
  const page = pager(JSON.stringify([operation, list]), maxResults, nextToken);
  if (page === undefined) {
    throw invalid("Invalid nextToken: give the one that the page before ended with, and ask for the same list.");
  }
  return page;
}
