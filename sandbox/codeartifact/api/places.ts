import { packageArn } from "../../../iam/arns";
import { repositoryArn } from "../arns";
import {
  domainNameError,
  type InDomain,
  type InRepository,
  type PackageFormat,
  packageFormats,
  packageNameError,
  repositoryNameError,
} from "../names";
import type { InPackageGroup } from "../packageGroup";
import { patternError } from "../packageGroupPatterns";
import { throwIfInvalid } from "../errors";
import type { SandboxContext } from "../../context";
import { choice, required, text } from "./members";
import { notModelled } from "./operation";
import type { RequestInput } from "./request";

/** For names of packages, their namespaces and the numbers of their versions. */
export const nameConstraint = { minLength: 1, maxLength: 255, pattern: "[^#/\\s]+" };

// What most requests name, and where: in the query.

/** A domain. Its owner is the caller's account where no other is named. */
export function readDomain(input: RequestInput): InDomain {
  const domain = required("domain", input.query("domain"));
  throwIfInvalid(domainNameError(domain));
  const domainOwner = readAccountId(input, "domainOwner", "domain-owner");
  return { domain, ...(domainOwner === undefined ? {} : { domainOwner }) };
}

/** A repository. */
export function readRepository(input: RequestInput): InRepository {
  const repository = required("repository", input.query("repository"));
  throwIfInvalid(repositoryNameError(repository));
  return { ...readDomain(input), repository };
}

/** A package group, by its pattern. */
export function readPackageGroup(input: RequestInput): InPackageGroup {
  const packageGroup = required("packageGroup", input.query("package-group"));
  throwIfInvalid(patternError(packageGroup));
  return { ...readDomain(input), packageGroup };
}

/** A package of any format. */
export interface Coordinate {
  readonly packageFormat: PackageFormat;
  readonly namespace?: string;
  readonly package: string;
}

/** What a package is called, whatever its format makes of it. */
export function readCoordinate(input: RequestInput): Coordinate {
  const packageFormat = required("format", choice("format", input.query("format"), packageFormats));
  const name = text("package", required("package", input.query("package")), nameConstraint);
  const namespace = text("namespace", input.query("namespace"), nameConstraint);
  return { packageFormat, package: name, ...(namespace === undefined ? {} : { namespace }) };
}

/** A Python package in a repository. */
export interface PythonPackage {
  readonly place: InRepository;
  readonly name: string;
  readonly arn: string;
}

/**
 * A package in a repository.
 *
 * @throws AwsError 501 for one of another format
 */
export function readPackage(context: SandboxContext, input: RequestInput): PythonPackage {
  const place = readRepository(input);
  const { packageFormat, namespace, package: name } = readCoordinate(input);
  if (packageFormat !== "pypi") {
    throw notModelled(`Packages of format ${packageFormat} are not modelled: those of pypi are.`);
  }
  throwIfInvalid(
    packageNameError(name),
    namespace === undefined ? undefined : `'namespace' is given, but Python packages have none: leave it out.`,
  );
  return { place, name, arn: packageArn(repositoryArn(context.cloud, place), name) };
}

/** The number of an AWS account. */
export function readAccountId(input: RequestInput, member: string, name: string): string | undefined {
  return text(member, input.query(name), { minLength: 12, maxLength: 12, pattern: "[0-9]{12}" });
}

/** The number of a package's version, or any text that might be one. */
export function readVersion(input: RequestInput): string {
  return text("packageVersion", required("packageVersion", input.query("version")), nameConstraint);
}
