import { resolve } from "node:path";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { expect } from "chai";
import { rules } from "../../policies/rules";
import { lambda, prepareAccount } from "../support/bootstrap/account";
import { deployChanged } from "../support/deployments";
import { exampleProject, stackFiles } from "../support/exampleProject";
import { deploy } from "../../sandbox/pulumi/deployment";
import { type GivenPlace, type GivenResource, judge } from "../support/policies/judge";

/** The configuration of each rule, by its id. */
type Configs = Readonly<Record<string, object>>;

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

/** What the rules about single resources report, with all values known, as `RULE RESOURCE`. */
function reports(resources: readonly Registered[], stack: string, configs: Configs = {}): readonly string[] {
  return rules
    .filter((rule): rule is ResourceValidationPolicy => "validateResource" in rule)
    .flatMap((rule) => {
      const place: GivenPlace = { stack, config: configs[rule.name] };
      return resources
        .map((one): GivenResource => ({ ...one, props: one.inputs }))
        .filter((resource) => judge(rule, resource, place).length > 0)
        .map(({ name }) => `${rule.name} ${name ?? ""}`);
    })
    .sort();
}

describe("the policy pack, and the stacks of this project", () => {
  it("takes the example's stacks, but for the permissions boundaries that its production stack lacks", async () => {
    for (const stack of stackFiles.map((file) => file.split(".")[1]!)) {
      const { resources } = await deploy({ directory: exampleProject, stack });
      const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
      const missing = roles.map(({ name }) => `boundary-on-every-role ${name}`).sort();

      expect(roles, stack).to.have.length.above(1);
      expect(reports(resources, stack), stack).to.deep.equal(stack === "prod" ? missing : []);
    }
  });

  it("takes the other team's stacks, which have boundaries and call production live", async () => {
    const directory = resolve(__dirname, "../fixtures/acme");
    const production = { production: ["live*"] };
    const configs = { "boundary-on-every-role": production, "protected-in-production": production };
    for (const stack of ["test", "live", "live-partners"]) {
      const { resources } = await deploy({ directory, stack });

      expect(reports(resources, stack, configs), stack).to.deep.equal([]);
    }
    // The rules do look: with test as production, its missing protection is reported.
    const { resources } = await deploy({ directory, stack: "test" });
    expect(reports(resources, "test", { "protected-in-production": { production: ["test"] } })).to.deep.equal([
      "protected-in-production registry-domain",
      "protected-in-production registry-pypi-store",
      "protected-in-production registry-python-packages",
    ]);
  });

  it("takes a stack that shares with an organization and with accounts", async () => {
    const settings = { readerOrganizationId: "o-a1b2c3d4e5", readerAccountIds: ["210987654321"] };
    const { resources } = await deployChanged({ settings });

    expect(resources.map(({ name }) => name)).to.include.members([
      "registry-domain-policy",
      "registry-repository-policy",
    ]);
    expect(reports(resources, "dev")).to.deep.equal([]);
  });

  it("takes publishers whose packages are in managed policies of their own", async () => {
    const packages = Array.from({ length: 90 }, (_, index) => `orb-package-${index}`);
    const { resources } = await deployChanged({ settings: { packages } });

    expect(resources.map(({ name }) => name)).to.include("registry-publisher-packages-1");
    expect(reports(resources, "dev")).to.deep.equal([]);
  });

  it("takes the stack of bootstrap, once its boundaries are named as such", async () => {
    const { resources } = await prepareAccount({ lambda });
    const configs = { "no-publish-on-wildcard-package": { boundaries: ["*-boundary"] } };

    expect(reports(resources, "account", configs)).to.deep.equal([]);
    expect(reports(resources, "account")).to.deep.equal(
      ["dev", "prod", "staging"].map((stack) => `no-publish-on-wildcard-package ${stack}-boundary`),
    );
  });
});
