import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { canaryNames } from "../../commands/smoke/canary";
import { askingPolicy, publishingPolicy } from "../../commands/smoke/permissions";
import { registryArns } from "../../iam/arns";
import { repositoryName } from "../../naming/registryNames";
import { readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parseSettings } from "../../settings";
import { projectDirectory } from "../support/deployments";
import { exampleProject } from "../support/exampleProject";

const text = readFileSync(join(projectDirectory, "docs/smoke.md"), "utf8");
const boundary = "arn:aws:iam::123456789012:policy/orb-integration-hub-dev-boundary";

function documentAfter(marker: string): unknown {
  const [, document = ""] =
    new RegExp(`<!-- policy: ${marker} -->\\n\\n\`\`\`json\\n(.*?)\\n\`\`\``, "s").exec(text) ?? [];
  return JSON.parse(document);
}

describe("docs/smoke.md", () => {
  it("shows the policies with which the tests ask and publish", () => {
    const settings = parseSettings(readStackConfiguration(exampleProject, "dev").values, "dev", exampleProject);
    const arns = registryArns({ region: "us-east-1", accountId: "123456789012" }, settings.domain, repositoryName);

    expect(documentAfter("asking")).to.deep.equal(askingPolicy());
    expect(documentAfter("boundary")).to.deep.equal(askingPolicy(boundary).Statement.at(-1));
    expect(documentAfter("publishing")).to.deep.equal(
      publishingPolicy(arns, settings.tokenLifetime, canaryNames(settings)),
    );
  });

  it("names tests and files that are there", () => {
    const paths = [
      ...[...text.matchAll(/Test: (\S+)/g)].map(([, path = ""]) => path),
      ...[...text.matchAll(/\]\(\.\.\/([^)#]+)/g)].map(([, path = ""]) => path),
    ];

    expect(paths.length).to.be.above(1);
    expect(paths.filter((path) => !existsSync(join(projectDirectory, path)))).to.deep.equal([]);
  });
});
