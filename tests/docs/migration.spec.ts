import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { connection, domain, repository, roleName } from "../support/templateRegistry";
import { consoleCommands } from "../support/docs/document";

const file = join(projectDirectory, "docs/migration.md");
const text = readFileSync(file, "utf8");

describe("docs/migration.md", () => {
  it("leads to files that are there", () => {
    const links = [...text.matchAll(/\]\((\.[^)#]+)/g)].map(([, link = ""]) => link);

    expect(links.length).to.be.greaterThan(1);
    expect(links.filter((link) => !existsSync(join(dirname(file), link)))).to.deep.equal([]);
  });

  it("runs commands that are there", () => {
    const { scripts } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const run = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script = ""]) => script);

    expect(run).to.include("adopt");
    expect(run.filter((script) => scripts[script] === undefined)).to.deep.equal([]);
  });

  it("has the sections that it and the commands refer to", () => {
    const anchors = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );

    expect(headings).to.include.members([...anchors, "what-else-exists-already"]);
  });

  it("names the registry that the tests take over", () => {
    const commands = consoleCommands(text).join("\n");

    expect(commands).to.include(
      `aws codeartifact disassociate-external-connection --domain ${domain} --repository ${repository} ` +
        `--external-connection ${connection}`,
    );
    expect(commands).to.include(`aws iam delete-role --role-name ${roleName}`);
    expect(commands).to.include(
      "--parent registry=urn:pulumi:dev::package-registry::python-registry:index:PackageRegistry::registry",
    );
  });
});
