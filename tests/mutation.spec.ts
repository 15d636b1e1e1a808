import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

/*
 * What survives `npm run mutation`, and why. A change that adds to this list gives the reason here, or a test.
 *
 * Cannot be reached: a default for what a regular expression or list always gives (`?? ""`, `?? []`, `?.` after a match that
 * has been made, `"cannot be read"`): components/packageOrigins, iam/conditions, iam/evaluate, iam/matching,
 * settings/errors, settings/aws.
 *
 * Means the same: in iam/conditions the anchor of a pattern whose first part is optional, `ifExists` of Null, which is asked
 * before it, and the join of ARN parts that hold a colon only in the last; in iam/evaluate the name of a side that is never
 * shown, the label "nothing", failures of a statement that does not match, and a Deny among the grants, which has ended the
 * decision before; in components/packageRegistry "aws-managed", whose keyArn is undefined as well; in
 * components/githubActionsRole an extra entry among values that are only waited for.
 *
 * Is faster, not other: the way around wildcards in iam/matching, and the texts that iam/statements keeps.
 *
 * Replaces what could not be read, after the error is noted and before all of it is thrown away: settings/index.ts,
 * settings/aws, settings/githubJobs, settings/origins. Also there: a profile or account list that is not given, and null
 * beside undefined where the schema takes both.
 */
describe("mutation testing", () => {
  it("covers all that decides about access, and fails below 90 %", () => {
    const config = JSON.parse(readFileSync(join(__dirname, "..", "stryker.config.json"), "utf8")) as {
      readonly mutate: readonly string[];
      readonly thresholds: { readonly break: number };
    };

    expect(config.mutate).to.deep.equal(["github/**/*.ts", "iam/**/*.ts", "settings/**/*.ts", "components/**/*.ts"]);
    expect(config.thresholds.break).to.equal(90);
  });
});
