import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Person } from "../support/clients/person";
import { clientTools, pinnedVersion } from "../support/clients/tools";

describe("the clients of these tests", () => {
  let person: Person;

  before(async () => {
    person = new Person(await clientTools());
  });

  after(() => {
    person.leave();
  });

  for (const [tool, distribution] of [
    ["pip", "pip"],
    ["twine", "twine"],
    ["uv", "uv"],
    ["pipenv", "pipenv"],
    ["poetry", "poetry"],
    ["flit", "flit"],
    ["hatch", "hatch"],
    ["aws", "awscli"],
  ] as const) {
    it(`have the version that their titles say: ${tool}`, async () => {
      const { exitCode, text } = await person.run(tool, ["--version"]);

      expect(exitCode, text).to.equal(0);
      expect(/\d+(\.\d+)+/.exec(text)?.[0]).to.equal(pinnedVersion(distribution));
    });
  }

  it("have the version that their titles say: libraries", async () => {
    const names = ["boto3", "keyrings.codeartifact"];
    const script = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))";
    const { text } = await person.run("python", ["-c", script, ...names]);

    expect(text.trim()).to.equal(names.map((name) => pinnedVersion(name.replace(".", "-"))).join(" "));
  });

  it("each have a version in the title of their tests", () => {
    const specs = readdirSync(__dirname).filter((file) => file.endsWith(".spec.ts") && file !== "tools.spec.ts");
    const untitled = specs.filter((file) => {
      const text = readFileSync(join(__dirname, file), "utf8");
      return !/(describe(Client)?|it)\([^"']{0,80}(withVersion|pinnedVersion|\$\{version\})/.test(text);
    });

    expect(specs.length).to.be.greaterThan(8);
    expect(untitled).to.deep.equal([]);
  });
});
