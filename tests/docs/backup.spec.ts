import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { Person } from "../support/clients/person";
import { clientTools, withVersion } from "../support/clients/tools";
import { fill, mark } from "../support/commands/backups";
import { runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries } from "../support/commands/promoteRegistries";
import { consoleCommands, sectionOf } from "../support/docs/document";

describe(`docs/operations.md, backup and leaving CodeArtifact, with ${withVersion("pip")}`, () => {
  const commands = consoleCommands(sectionOf("docs/operations.md", "Backup and leaving CodeArtifact"));
  let registries: PromotionRegistries;
  let person: Person;
  let folder: string;

  before(async () => {
    registries = await openRegistries();
    person = new Person(await clientTools());
    folder = mkdtempSync(join(tmpdir(), "backup-"));
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    person.leave();
    await registries.close();
  });

  /** Runs a command of the document for the stacks dev and staging, with the folder elsewhere. */
  const run = (command: string) => {
    const [, name = "", words = ""] = /^npm run (\w+) -- (.*)$/.exec(command) ?? [];
    const options = words
      .replaceAll("prod-2", "staging")
      .replaceAll("prod", "dev")
      .split(" ")
      .map((word) => (word === "backup" ? folder : word));
    return runCommand(name, options, { environment: registries.environment });
  };

  it("saves, installs without AWS and imports by the commands of the section", async () => {
    const [save = "", install = "", bring = ""] = commands;
    await fill(registries);
    await mark(registries, "dev", "orb-common", "1.2.0", "Unlisted");
    await registries.publish("dev", await makeWheel({ name: "orb-common", version: "0.9.0" }));

    const saved = await run(save);
    const options = "--no-deps --target there -v";
    const installed = await person.shell(`${install.replace("$PWD/backup", folder)} ${options}`);
    const withDependency = install.replace("$PWD/backup", folder).replace("orb-common", "orb-models --target two");
    const dependent = await person.shell(withDependency);
    const other = await person.shell(install.replace("$PWD/backup", folder).replace("orb-common", "orb-none"));
    const brought = await run(bring);

    expect(commands).to.have.length(3);
    expect([saved.exitCode, brought.exitCode], saved.stderr + saved.stdout + brought.stderr).to.deep.equal([0, 0]);
    // 1.1.0 and 1.2.0 are Unlisted, and 1.3.0 is Disposed.
    expect(installed.text).to.include("Successfully installed orb-common-1.0.0");
    expect(readdirSync(join(person.work, "there"))).to.include("orb_common");
    expect(dependent.text).to.include("Successfully installed orb-common-1.0.0 orb-models-2.0.0");
    expect(other.exitCode).not.to.equal(0);
    expect(registries.held("staging")).to.deep.equal(registries.held("dev"));
  });
});
