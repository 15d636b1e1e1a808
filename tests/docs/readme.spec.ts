import { expect } from "chai";
import { parse } from "yaml";
import { deploy } from "../../sandbox/pulumi/deployment";
import { inFolder } from "../support/deployments";
import { codeBlocks, sectionOf } from "../support/docs/document";
import { textOf } from "../support/docs/markdown";

const text = textOf("README.md");

describe("README.md", () => {
  it("has at most 150 lines", () => {
    expect(text.trimEnd().split("\n")).to.have.length.below(151);
  });

  it("gives a whole stack file, which makes what the text says", async () => {
    const section = sectionOf("README.md", "What a stack looks like");
    const stack = codeBlocks(section)[0]?.text ?? "";
    const project = "name: package-registry\nruntime: nodejs\n";
    const { settings, resources, warnings } = await inFolder({ project, stacks: { dev: stack } }, (directory) =>
      deploy({ directory, stack: "dev" }),
    );
    const ofType = (type: string) => resources.filter((one) => one.type.endsWith(`:${type}`));

    expect(Object.keys(parse(stack) as object)).to.deep.equal(["config"]);
    expect(warnings).to.deep.equal([]);
    expect(section).to.include(`the domain \`${settings.domain}\` with two repositories`);
    expect(ofType("Domain")).to.have.length(1);
    expect(ofType("Repository")).to.have.length(2);
    expect(ofType("PackageGroup").map(({ inputs }) => inputs.pattern)).to.have.members(["/pypi//acme~", "/pypi/*"]);
    expect(section).to.include("the package groups `/pypi//acme~` and `/pypi/*`, a role for the job");
    expect(ofType("Role")).to.have.length(1);
    expect(ofType("Policy")).to.have.length(1);
  });
});
