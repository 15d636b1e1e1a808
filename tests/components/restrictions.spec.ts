import { PackageGroup } from "@pulumi/aws-native/codeartifact/packageGroup";
import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import { restrictedArn, type Restrictions } from "../../components/packageOrigins";
import { reasonOf, record, valueOf } from "../support/mocks";

const block = { restrictionMode: "BLOCK" } as const;
const only = (...repositories: string[]) => ({ restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories }) as const;

const asked: Restrictions = { publish: only("one", "two"), externalUpstream: block, internalUpstream: block };

/** A group that AWS has with these restrictions. */
function groupWith(restrictions?: object): PackageGroup {
  return new PackageGroup("group", {
    domainName: "orb-dev",
    pattern: "/pypi//orb~",
    originConfiguration: restrictions && { restrictions: restrictions as Restrictions },
  });
}

describe("a package group's ARN", () => {
  it("is returned where AWS restricts the group as asked, whatever the order of a list", async () => {
    for (const restrictions of [asked, { ...asked, publish: only("two", "one") }]) {
      const { result } = await record(() => restrictedArn(groupWith(restrictions), asked));

      expect(await valueOf(result)).to.equal(
        "arn:aws:codeartifact:eu-west-1:111122223333:package-group/orb-dev/pypi//orb~",
      );
    }
  });

  const inherit = { restrictionMode: "INHERIT" } as const;
  const otherwise = {
    "every way is left to its parent": { publish: inherit, externalUpstream: inherit, internalUpstream: inherit },
    "it has no restrictions": {},
    "it has no configuration of origins": undefined,
    "publishing is open": { ...asked, publish: { restrictionMode: "ALLOW" } },
    "public packages come in": { ...asked, externalUpstream: { restrictionMode: "ALLOW" } },
    "other repositories' packages come in": { ...asked, internalUpstream: only("one") },
    "a repository is missing": { ...asked, publish: only("one") },
  };
  for (const [title, restrictions] of Object.entries(otherwise)) {
    it(`is not where ${title}, and the error names the way out`, async () => {
      const { result } = await record(() => reasonOf(restrictedArn(groupWith(restrictions), asked)));
      const reason = await result;

      expect(RunError.isInstance(reason)).to.equal(true);
      expect((reason as Error).message).to.equal(
        "The package group /pypi//orb~ of orb-dev has no restrictions: an update was cut short once it was " +
          "made. Delete it, and the next update makes it whole: aws codeartifact delete-package-group --domain orb-dev " +
          "--package-group '/pypi//orb~' && pulumi refresh && pulumi up",
      );
    });
  }
});
