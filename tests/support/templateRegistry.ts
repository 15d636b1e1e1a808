import { SandboxAccount } from "../../sandbox/account";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { Packages } from "../../sandbox/codeartifact/packages/packages";
import { TestIndex, wheel } from "./sandbox/packages";
import { planRole } from "./planRole";

/** A registry as the plan's CloudFormation template made it, before this program has seen it, with packages in it. */
export interface TemplateRegistry {
  readonly account: SandboxAccount;
  readonly store: MemoryPackageStore;
  readonly index: TestIndex;
  readonly packages: Packages;
  /** What the repository holds, as `NAME VERSION ORIGIN`, sorted. */
  readonly held: () => readonly string[];
}

export const domain = "orb-integration-hub-dev";
export const repository = "python-packages";
/** The template's role, whose name all environments of an account share. */
export const roleName = "orb-integration-hub-codeartifact-publisher";
export const connection = "public:pypi";

const place = { domain, repository };

/** @param retained - versions that someone has installed from public PyPI through the repository, as `NAME VERSION` */
export async function templateRegistry(retained: readonly string[]): Promise<TemplateRegistry> {
  const account = new SandboxAccount();
  account.iam.oidcProviders.create({
    url: "https://token.actions.githubusercontent.com",
    clientIDList: ["sts.amazonaws.com"],
  });
  account.codeartifact.domains.create({ domain });
  account.codeartifact.repositories.create({
    ...place,
    description: "Private Python packages for ORB Integration Hub",
  });
  account.codeartifact.repositories.associateExternalConnection({ ...place, externalConnection: connection });
  account.iam.roles.create({ roleName, assumeRolePolicyDocument: JSON.stringify(planRole.trust) });
  account.iam.roles.putPolicy({
    roleName,
    policyName: "CodeArtifactPublishPolicy",
    policyDocument: JSON.stringify(planRole.permissions),
  });

  const [index, store] = [new TestIndex(), new MemoryPackageStore()];
  const packages = new Packages(account, account.codeartifact, store, index);
  for (const version of ["1.0.0", "1.1.0"]) {
    await packages.publish(place, "orb-common", wheel("orb-common", version));
  }
  for (const [name = "", version = ""] of retained.map((one) => one.split(" "))) {
    await packages.download(place, name, index.add(name, version).filename);
  }
  const held = () =>
    store
      .list(place)
      .flatMap(({ name, versions }) =>
        Object.values(versions).map(({ version, origin }) => `${name} ${version} ${origin.originType}`),
      )
      .sort();
  return { account, store, index, packages, held };
}
