/** The managed policy that bounds every role of one stack; outside the names that its deployment may change. */
export function boundaryName(domain: string): string {
  return `${domain}-boundary`;
}

/** The managed policy with the right to look at one stack, which its deployment and every preview have. */
export function inspectionName(domain: string): string {
  return `${domain}-inspection`;
}
