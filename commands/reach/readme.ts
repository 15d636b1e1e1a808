import { deployAccount, type AccountVariant } from "./accounts";
import { judge, type RoleReach } from "./judge";
import { matrix } from "./render";

const section = /(<!-- reach table:.*?-->\n).*?(<!-- end of reach table -->)/s;

/** An account in which everything that can be set is set: Pulumi's state in a bucket, Lambda, and a key of each stack's own. */
const complete: AccountVariant = {
  bootstrap: {
    "package-registry-bootstrap:stateBucket": "pulumi-state",
    "package-registry-bootstrap:stateKeyArn": "arn:aws:kms:us-east-1:123456789012:key/state",
    "package-registry-bootstrap:lambda": JSON.stringify({
      ...{ repository: "acme/hub", repositoryId: 11, ownerId: 22 },
      branches: { dev: "refs/heads/develop", staging: "refs/heads/main", prod: "refs/heads/main" },
      layers: ["team-{environment}-shared"],
      functions: ["team-{environment}-users"],
      bucket: "team-{environment}-zips",
    }),
  },
  stacks: { "package-registry:encryption": "create" },
};

/** What each kind of role can come to, searched in such an account: both orders, with and without other accounts. */
export async function searchComplete(directory: string): Promise<readonly RoleReach[]> {
  const reaches: RoleReach[] = [];
  for (const bounded of [true, false]) {
    const alone = await deployAccount(directory, "account", { ...complete, bounded });
    const shared = await deployAccount(directory, "account", {
      bounded,
      bootstrap: {
        ...complete.bootstrap,
        "package-registry-bootstrap:sharedEnvironments": JSON.stringify(alone.deployments.map(({ stack }) => stack)),
      },
      stacks: { ...complete.stacks, "package-registry:readerAccountIds": '["210987654321"]' },
    });
    reaches.push(...judge(alone), ...judge(shared));
  }
  return reaches;
}

/** A document as it ought to be: with the reach of each kind of role as the search finds it now. */
export function withReachTable(text: string, reaches: readonly RoleReach[]): string {
  return text.replace(section, (_all, begin: string, end: string) => `${begin}\n${matrix(reaches)}\n\n${end}`);
}
