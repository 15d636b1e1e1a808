import { expect } from "chai";
import { resourceTree } from "../../../commands/tour/runTour";
import type { DeployedResource } from "../../../sandbox/pulumi/mockRuntime";

function resource(name: string, parent: string, more: Partial<DeployedResource> = {}): DeployedResource {
  return {
    urn: `urn:${name}`,
    type: "python-registry:index:Part",
    name,
    parent: parent === "" ? "" : `urn:${parent}`,
    id: "",
    inputs: {},
    protect: false,
    retainOnDelete: false,
    dependencies: [],
    ...more,
  };
}

describe("a tree of resources", () => {
  it("has each resource below its parent, with its type, its id where that tells more than its name, and its protection", () => {
    const tree = resourceTree([
      resource("stack", "", { type: "pulumi:pulumi:Stack" }),
      resource("registry", "stack"),
      resource("role", "registry", { type: "aws:iam/role:Role", id: "orb-role" }),
      resource("domain", "registry", { type: "aws:codeartifact/domain:Domain", id: "domain", protect: true }),
      resource("policy", "role", { type: "aws:iam/rolePolicy:RolePolicy" }),
      resource("provider", "stack"),
    ]);

    expect(tree).to.equal(
      [
        "stack  pulumi:pulumi:Stack",
        "├─ registry  python-registry:index:Part",
        "│  ├─ role  aws:iam:Role  orb-role",
        "│  │  └─ policy  aws:iam:RolePolicy",
        "│  └─ domain  aws:codeartifact:Domain  protected",
        "└─ provider  python-registry:index:Part",
      ].join("\n"),
    );
  });
});
