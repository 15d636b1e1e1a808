import { expect } from "chai";
import { boundaryPolicy } from "../../bootstrap/permissions/boundary";
import { deployPolicy } from "../../bootstrap/permissions/deploying";
import { inspectionPolicy, type StackPermissions } from "../../bootstrap/permissions/reading";
import { readStateStatements, writeStateStatements } from "../../bootstrap/permissions/state";
import { registryTargets } from "../../bootstrap/targets";
import { excess } from "../../iam/limits";
import { longestProviderArn } from "../../iam/arns";
import { githubIssuer } from "../../iam/trust";
import { domainNameLimit } from "../../naming/registryNames";

const account = {
  partition: "aws-us-gov",
  id: "000000000000",
  region: "ap-northeast-1",
  // GitHub takes 60 characters for an enterprise's slug.
  oidcProviderArn: longestProviderArn(githubIssuer("e".repeat(60))),
};

/** A bucket's name has 63 characters at most, a key's id 36. */
const state = {
  bucket: "b".repeat(63),
  keyArn: `arn:aws-us-gov:kms:ap-northeast-1:000000000000:key/${"k".repeat(36)}`,
};

/** Of `staging`, the longest name of an environment. */
function permissionsOf(domainLength: number, projectLength = 47): StackPermissions {
  const environment = { name: "staging", domain: "d".repeat(domainLength) };
  return { account, registry: registryTargets(account, environment), projectId: "p".repeat(projectLength) };
}

describe("the documents of an account, with the longest names that AWS takes,", () => {
  const permissions = permissionsOf(domainNameLimit);

  for (const deletes of [true, false]) {
    for (const shares of [true, false]) {
      it(`fit what IAM takes inline: of a deploy role that ${deletes ? "deletes" : "deletes nothing"} and ${shares ? "shares" : "does not share"}`, () => {
        const written = writeStateStatements(account, state, "staging");

        expect(excess("inline policy", deployPolicy(permissions, { deletes, shares }, written))).to.equal(undefined);
      });
    }
  }

  it("fit what IAM takes as a managed policy: the inspection and the boundary", () => {
    const read = readStateStatements(account, state, "staging");

    expect(excess("managed policy", inspectionPolicy(permissions, read))).to.equal(undefined);
    expect(excess("managed policy", boundaryPolicy(permissions.registry))).to.equal(undefined);
  });

  it("would not fit with names that are longer by far", () => {
    const far = permissionsOf(1_000);

    expect(excess("inline policy", deployPolicy(far, { deletes: true, shares: true }, []))).to.match(
      /AWS takes 10,240$/,
    );
    expect(excess("managed policy", inspectionPolicy(far, []))).to.match(/AWS takes 6,144$/);
    expect(excess("managed policy", boundaryPolicy(far.registry))).to.match(/AWS takes 6,144$/);
  });
});
