import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject } from "../support/pulumiProject";

describePulumi("a stack that was deployed when its components had other types", (cli) => {
  let project: PulumiProject;
  let folder: string;

  beforeEach(() => {
    project = new PulumiProject(cli);
    folder = mkdtempSync(join(tmpdir(), "package-registry-state-"));
  });

  afterEach(() => {
    project.close();
    rmSync(folder, { recursive: true });
  });

  const exported = async () => (await project.run("stack", "export", "--stack", "dev")).stdout;

  for (const settings of [{}, { encryption: "create", readerAccountIds: ["210987654321"], protect: true }]) {
    it(`previews clean and keeps every resource, with ${JSON.stringify(settings)}`, async () => {
      await project.init("dev", settings);
      await project.up("dev");
      const state = await exported();
      const former = state.replaceAll("python-registry:index:", "registry:index:");
      const file = join(folder, "state.json");
      writeFileSync(file, former);
      const imported = await project.run("stack", "import", "--stack", "dev", "--file", file);
      const preview = await project.preview("dev", "--expect-no-changes");
      const update = await project.up("dev");

      expect(imported.exitCode, imported.stderr).to.equal(0);
      expect(former).to.include("::registry:index:PackageRegistry$registry:index:PackageOrigins$aws-native:");
      expect([preview.exitCode, preview.steps]).to.deep.equal([0, []]);
      expect([update.exitCode, update.steps]).to.deep.equal([0, []]);
      expect(urns(await exported())).to.deep.equal(urns(state));
    });
  }
});

/** The URNs of a stack's state, sorted. */
function urns(state: string): readonly string[] {
  const { deployment } = JSON.parse(state) as { deployment: { resources: readonly { urn: string }[] } };
  return deployment.resources.map(({ urn }) => urn).sort();
}
