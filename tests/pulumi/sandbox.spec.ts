import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { nodeClients } from "../../commands/tour/clients";
import { publicPackages, servePublicIndex } from "../../commands/tour/publicIndex";
import { tour } from "../../commands/tour/tour";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { deploy } from "../../sandbox/pulumi/deployment";
import { simpleIndex } from "../../sandbox/publicIndex/simpleIndex";
import { runProcess } from "../../commands/python/runProcess";
import { openSandbox } from "../../sandbox/sandbox";
import { RunningSandbox } from "../support/commands/runningSandbox";
import { cloneInto, exampleProject } from "../support/exampleProject";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject, stepTexts } from "../support/pulumiProject";

describePulumi("a sandbox that a person's own Pulumi deploys into", (cli) => {
  it("has what the pasted lines deploy, over what it had deployed itself, and lines pasted again change nothing", async () => {
    const home = mkdtempSync(join(tmpdir(), "person-"));
    const folder = join(home, "clone");
    mkdirSync(folder);
    cloneInto(folder);
    const sandbox = await RunningSandbox.start(["--offline"], folder);
    try {
      const pasted = `${sandbox.pulumiInstructions.trimEnd()} --yes --non-interactive\npulumi preview --stack dev --expect-no-changes`;
      const paste = () =>
        runProcess("sh", ["-euc", pasted], {
          directory: folder,
          environment: { PATH: cli.path, HOME: home, TMPDIR: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
        });
      const { exitCode, output } = await paste();
      const second = await paste();

      expect(exitCode, output).to.equal(0);
      expect(second.exitCode, second.output).to.equal(0);
      expect(second.output).to.match(/Resources:\n\s+19 unchanged/);
      expect(output).to.match(/\+ \d+ created/);
      expect(await (await fetch(`${sandbox.address}/`)).text()).to.include("orb-integration-hub-dev");
    } finally {
      await sandbox.end();
      rmSync(home, { recursive: true, force: true });
    }
  });

  it("keeps its packages, serves the tour, and leaves no token in state, output or events", async () => {
    const deployment = await deploy({ directory: exampleProject, stack: "dev" });
    const project = new PulumiProject(cli, deployment.account);
    project.standing = deployment.resources;
    const [name = ""] = deployment.settings.packages;
    const offered = publicPackages(deployment.settings, name);
    const index = await servePublicIndex(offered);
    const sandbox = await openSandbox({
      deployment,
      store: new MemoryPackageStore(),
      publicIndex: simpleIndex(index.url),
    });
    try {
      await project.init("dev");
      const up = await project.up("dev");
      const attempts = await tour({
        deployment,
        address: sandbox.address,
        clients: nodeClients,
        offered,
        administrator: sandbox.context.sts.administrator(),
      });
      const again = await project.up("dev", "--refresh");
      project.configure("dev", { packages: ["orb-common"] });
      const fewer = await project.up("dev");
      const outputs = await project.run("stack", "output", "--stack", "dev", "--show-secrets", "--json");
      const exported = await project.run("stack", "export", "--stack", "dev", "--show-secrets");

      expect(up.exitCode, up.messages.join("\n")).to.equal(0);
      expect(attempts.filter(({ expected, seen }) => expected !== seen)).to.deep.equal([]);
      expect([again.exitCode, stepTexts(again.steps)]).to.deep.equal([0, []]);
      expect(stepTexts(fewer.steps)).to.deep.equal(["update registry-publisher-permissions"]);
      const texts = [up, again, fewer, outputs, exported].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      // How registry tokens, session tokens and a job's bearer tokens begin.
      const secret = /eyJ2ZXIiOjF9|IQoJb3JpZ2luX2Vj|ghs_|AWS_SECRET/;
      expect(
        [...texts, ...project.stateFiles().map((file) => readFileSync(file, "utf8"))].filter((text) =>
          secret.test(text),
        ),
      ).to.deep.equal([]);
      expect(project.stateFiles().length).to.be.greaterThan(0);
    } finally {
      project.close();
      await Promise.all([sandbox.close(), index.close()]);
    }
  });
});
