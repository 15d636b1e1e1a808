/**
 * The role that a deployment of one stack runs as. Its name is outside `DOMAIN-codeartifact-…`, which that role may change:
 * it cannot change itself.
 */
export function deployRoleName(domain: string): string {
  return `${domain}-deploy`;
}

/** The role that looks at all of an account's stacks. */
export function previewRoleName(customerId: string, projectId: string): string {
  return `${customerId}-${projectId}-preview`;
}
