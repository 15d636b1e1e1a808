import { expect } from "chai";
import { beyond, type RoleReach } from "../../../commands/reach/judge";
import { searchComplete, withReachTable } from "../../../commands/reach/readme";
import { shipped } from "../../support/deployments";
import { exampleProject } from "../../support/exampleProject";

describe("what each kind of role can come to", () => {
  let reaches: readonly RoleReach[];

  before(async () => {
    reaches = await searchComplete(exampleProject);
  });

  it("is no more than it may, in both orders, with and without other accounts", () => {
    expect(reaches.length).to.be.above(50);
    expect(beyond(reaches)).to.deep.equal([]);
  });

  for (const file of ["docs/access.md", "bootstrap/README.md"]) {
    it(`is the table in ${file}, which npm run readme writes`, () => {
      expect(withReachTable(shipped(file), reaches)).to.equal(shipped(file));
    });
  }

  it("replaces the table between its marks alone", () => {
    const begin = "<!-- reach table: npm run readme -->\n";
    const text = withReachTable(`before\n${begin}old\n<!-- end of reach table -->\nafter`, reaches);

    expect(text).to.match(/^before\n<!-- reach table: npm run readme -->\n\n\| \| any other role \|/);
    expect(text).to.match(/\n\n<!-- end of reach table -->\nafter$/);
    expect(text).not.to.contain("old");
  });
});
