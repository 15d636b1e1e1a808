import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { nodeWords } from "../support/commands/processes";
import { exampleProject } from "../support/exampleProject";
import { consoleCommands, sectionOf } from "../support/docs/document";

const anotherTeam = join(__dirname, "../fixtures/acme");

describe("the commands of bootstrap/README.md that go through every stack", () => {
  let bin: string;

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "registry-bootstrap-"));
    const say = '#!/bin/sh\necho "${0##*/} $*"\n';
    for (const name of ["gh", "pulumi"]) {
      writeFileSync(join(bin, name), say, { mode: 0o755 });
    }
    const command = [process.execPath, ...nodeWords("deployment")].join(" ");
    // npm runs a script in the folder of its package.json.
    const script = `#!/bin/sh\nshift 4\nexec ${command} "$@"\n`;
    writeFileSync(join(bin, "npm"), script, { mode: 0o755 });
  });

  afterEach(() => {
    rmSync(bin, { recursive: true });
  });

  /** What a command comes to, line by line, in a team's folder. */
  const run = (begin: string, directory: string) => {
    const commands = consoleCommands(
      sectionOf("bootstrap/README.md", "3. Write the stack files, deploy once, then GitHub"),
    );
    const [command, ...others] = commands.filter((one) => one.startsWith(begin));
    expect([typeof command, others]).to.deep.equal(["string", []]);
    const environment = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}` };
    const { status, stdout } = spawnSync("bash", ["-c", command!], {
      cwd: directory,
      env: environment,
      encoding: "utf8",
    });
    expect(status).to.equal(0);
    return stdout.trim().split("\n");
  };
  const teams = [
    ["the example's", exampleProject, ["dev develop", "staging main", "prod main"]],
    ["another team's", anotherTeam, ["test develop", "live main", "live-partners main"]],
  ] as const;

  for (const [whose, directory, stacks] of teams) {
    it(`deploy each once, in their order: ${whose}`, () => {
      expect(run("for stack in ", directory)).to.deep.equal(
        stacks.flatMap((line) => {
          const [stack] = line.split(" ");
          return [`pulumi stack init ${stack!} --secrets-provider passphrase`, `pulumi up --stack ${stack!}`];
        }),
      );
    });

    it(`make an environment of each stack's name for its own branch alone: ${whose}`, () => {
      expect(run("npm run --silent deployment -- --list | while", directory)).to.deep.equal(
        stacks.flatMap((line) => {
          const [stack, branch] = line.split(" ");
          const path = `repos/OWNER/NAME/environments/${stack!}`;
          return [
            `gh api --method PUT ${path} --input -`,
            `gh api --method POST ${path}/deployment-branch-policies --field name=${branch!}`,
          ];
        }),
      );
    });
  }
});
