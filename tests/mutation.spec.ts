import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

/*
 * What survives `npm run mutation` in github/, iam/ without reach/, settings/ and components/, and why. A change that adds to this
 * list gives the reason here, or a test.
 *
 * Cannot be reached: a default for what a regular expression, a list or an ARN always gives (`?? ""`, `?? []`, `?.` after a match
 * that has been made, `"cannot be read"`): components/packageOrigins, components/packageRegistry, github, iam/conditions,
 * iam/elements, iam/evaluate, iam/matching, iam/resourcePolicies, settings/errors, settings/aws, settings/files.
 *
 * Means the same: in iam/conditions the anchor of a pattern whose first part is optional, and `ifExists` of Null, which is asked
 * before it; in iam/elements the check that a value is text before a pattern that no other value fits; in iam/grammar what is
 * filtered after each statement is known to be an object, and the name of a policy that is never rejected; in iam/evaluate the
 * name of a side that is never shown, the label "nothing", failures of a statement that does not match, and a Deny among the
 * grants, which has ended the decision before; in iam/matching the end of a user's search, since only a role has a session; in
 * components/packageOrigins the space between the parts of two texts that are compared; in components/githubActionsRole an extra
 * entry among values that are only waited for; in github and components the end of a pattern after `.*`; in settings/configuration
 * which of two settings of equal length is named; in settings/environmentSpelling upper case in the place of lower case.
 *
 * Replaces what could not be read, after the error is noted and before all of it is thrown away: settings/index, settings/aws,
 * settings/githubJobs, settings/origins, components/validation. Also there: a profile or account list that is not given, and null
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
