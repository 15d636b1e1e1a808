import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { SandboxAccount } from "../../../sandbox/account";
import { runProgram } from "../../../sandbox/pulumi/deployment";
import { listStacks, readStackConfiguration } from "../../../sandbox/pulumi/stackFiles";
import { audience, githubIssuer } from "../../../iam/trust";
import { accountId, complete, prepareAccount, stacks } from "../bootstrap/account";
import { exampleFile } from "../exampleProject";

/** What a team has written into its files, and the account that its bootstrap has prepared. */
export interface TeamProject {
  readonly stacks: readonly string[];
  readonly account: SandboxAccount;
  /** `owner/name` of the repository that holds the project. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  /** The bucket with the state of all stacks. */
  readonly stateBucket: string;
  /** Text of each file that is the team's own, by its path. */
  readonly files: ReadonlyMap<string, string>;
}

/** The example team, once it has written ids, account, boundaries and the backend into its files. */
export async function exampleTeam(): Promise<TeamProject> {
  const { account, boundaries } = await prepareAccount();
  const { repository, repositoryId, ownerId, stateBucket } = complete;
  const project = parse(exampleFile("Pulumi.yaml")) as object;
  const stackFile = (stack: (typeof stacks)[number]) => {
    const { config } = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Record<string, readonly object[]> };
    const known = (key: string) => config[key]?.map((job) => ({ ...job, repositoryId: 700000003, ownerId: 700000002 }));
    return stringify({
      config: {
        ...config,
        "aws:allowedAccountIds": [accountId],
        "package-registry:publishers": known("package-registry:publishers"),
        "package-registry:readers": known("package-registry:readers"),
        "package-registry:permissionsBoundary": boundaries[stack],
      },
    });
  };
  return {
    stacks,
    account,
    repository,
    stateBucket,
    repositoryId: String(repositoryId),
    ownerId: String(ownerId),
    files: new Map([
      ["Pulumi.yaml", stringify({ ...project, backend: { url: `s3://${stateBucket}?region=us-east-1` } })],
      ...stacks.map((stack) => [`Pulumi.${stack}.yaml`, stackFile(stack)] as const),
    ]),
  };
}

/** A team by its files, with one account, as a deployment reads them. Runs its bootstrap, unmodified. */
export async function teamIn(directory: string): Promise<TeamProject> {
  const bootstrap = join(directory, "bootstrap");
  const [stack = ""] = listStacks(bootstrap);
  const configuration = readStackConfiguration(bootstrap, stack);
  const setting = (key: string) => configuration.values[`package-registry-bootstrap:${key}`] ?? "";
  const [id] = JSON.parse(configuration.values["aws:allowedAccountIds"] ?? "[]") as readonly string[];
  const account = new SandboxAccount({ region: configuration.values["aws:region"], accountId: id });
  const url = `https://${githubIssuer(configuration.values["package-registry-bootstrap:githubEnterprise"])}`;
  account.iam.oidcProviders.create({ url, clientIDList: [audience] });
  await runProgram(bootstrap, configuration, account);
  const paths = [
    ...["Pulumi.yaml", "bootstrap/Pulumi.yaml", `bootstrap/Pulumi.${stack}.yaml`, ".github/workflows/deploy.yml"],
    ...listStacks(directory).map((stack) => `Pulumi.${stack}.yaml`),
  ];
  return {
    stacks: listStacks(directory),
    account,
    repository: setting("repository"),
    repositoryId: setting("repositoryId"),
    ownerId: setting("ownerId"),
    stateBucket: setting("stateBucket"),
    files: new Map(paths.map((path) => [path, readFileSync(join(directory, path), "utf8")])),
  };
}
