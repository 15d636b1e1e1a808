/** The command that bounds a role. */
export function putBoundary(roleName: string, boundary: string): string {
  return `aws iam put-role-permissions-boundary --role-name ${roleName} --permissions-boundary ${boundary}`;
}
