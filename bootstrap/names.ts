/**
 * The role that a deployment of one stack runs as. Its name is outside `DOMAIN-codeartifact-…`, which that role may change:
 * it cannot change itself.
 */
export function deployRoleName(domain: string): string {
  return `${domain}-deploy`;
}

/** The managed policy that bounds every role of one stack; outside the names that its deployment may change, too. */
export function boundaryName(domain: string): string {
  return `${domain}-boundary`;
}

/** The managed policy with the right to look at one stack, which its deployment and every preview have. */
export function inspectionName(domain: string): string {
  return `${domain}-inspection`;
}

/** The role that looks at all of an account's stacks. */
export function previewRoleName(customerId: string, projectId: string): string {
  return `${customerId}-${projectId}-preview`;
}
