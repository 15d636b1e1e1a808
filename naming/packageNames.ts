/** A valid project name, before normalisation. Source: https://packaging.python.org/en/latest/specifications/name-normalization/ */
const projectName = /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i;

/** CodeArtifact's limit, in characters. Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PublishPackageVersion.html */
const longestName = 255;

/** Whether `name` may name a Python package. */
export function isPackageName(name: string): boolean {
  return name.length <= longestName && projectName.test(name);
}

/**
 * The one spelling of a package's name that CodeArtifact's API, its ARNs and package groups know: lower case, each run of
 * `-`, `_` and `.` a single `-`. Source: PEP 503.
 */
export function normalizePackageName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
