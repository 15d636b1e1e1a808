import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { askingPolicy } from "../../commands/smoke/permissions";
import { projectDirectory } from "../support/deployments";

const text = readFileSync(join(projectDirectory, "docs/smoke.md"), "utf8");

function documentAfter(marker: string): unknown {
  const [, document = ""] =
    new RegExp(`<!-- policy: ${marker} -->\\n\\n\`\`\`json\\n(.*?)\\n\`\`\``, "s").exec(text) ?? [];
  return JSON.parse(document);
}

describe("docs/smoke.md", () => {
  it("shows the policy with which the tests ask", () => {
    expect(documentAfter("asking")).to.deep.equal(askingPolicy());
  });
});
