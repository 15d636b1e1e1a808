import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import type { ProviderHooks, ResourceCall } from "../support/providerProxy";
import { PulumiProject, stepTexts } from "../support/pulumiProject";

const domain = "orb-integration-hub-dev";

/** A resource as the state holds it, as far as an import needs it. */
interface PendingResource {
  readonly urn: string;
  readonly type: string;
  readonly parent: string;
}

describePulumi("an update that is under way", (cli) => {
  let project: PulumiProject;

  beforeEach(async () => {
    project = new PulumiProject(cli);
    await project.init("dev");
  });

  afterEach(() => {
    project.close();
  });

  /** An update that waits before or after the provider makes one resource; it does one thing at a time. */
  async function upHeldAt(when: keyof ProviderHooks, name: string) {
    const [held, holding] = signal();
    const [released, release] = signal();
    project.hooks = {
      [when]: async ({ urn }: ResourceCall) => {
        if (urn.endsWith(`::${name}`)) {
          holding();
          await released;
        }
      },
    };
    const run = await project.start("up", "--stack", "dev", "--yes", "--skip-preview", "--json", "--parallel", "1");
    await held;
    return { run, release };
  }

  /** The creations whose result Pulumi does not know. */
  async function pendingCreations(): Promise<readonly PendingResource[]> {
    const { stdout } = await project.run("stack", "export", "--stack", "dev");
    const { deployment } = JSON.parse(stdout) as {
      readonly deployment: { readonly pending_operations?: readonly { readonly resource: PendingResource }[] };
    };
    return (deployment.pending_operations ?? []).map(({ resource }) => resource);
  }

  it("keeps a second one out", async () => {
    const { run, release } = await upHeldAt("before", "registry-python-packages");
    const second = await project.up("dev");
    release();

    expect(second.exitCode).not.to.equal(0);
    expect(second.stderr).to.include("the stack is currently locked by 1 lock(s)");
    expect((await run.ended).exitCode).to.equal(0);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });

  it("can be killed where AWS had made the resource: cancel, import it, forget the creation, update", async () => {
    const { run } = await upHeldAt("after", "registry-python-packages");
    run.kill();
    await run.ended;
    project.hooks = {};
    const made = project.account.codeartifact.repositories.describe({ domain, repository: "python-packages" });

    const locked = await project.up("dev");
    await project.run("cancel", "--stack", "dev", "--yes");
    const [pending, ...others] = await pendingCreations();
    const parent = `registry=${pending!.parent}`;
    const options = ["--stack", "dev", "--yes", "--generate-code=false", "--protect=false", "--parent", parent];
    const imported = await project.run("import", ...options, pending!.type, "registry-python-packages", made.arn);
    const refreshed = await project.refresh("dev", "--clear-pending-creates");
    const { exitCode, steps } = await project.up("dev");

    expect(locked.stderr).to.include("delete the lock file with `pulumi cancel`");
    expect([pending!.urn.split("::").at(-1), others]).to.deep.equal(["registry-python-packages", []]);
    expect([imported.exitCode, refreshed.exitCode, exitCode]).to.deep.equal([0, 0, 0]);
    expect(stepTexts(steps).filter((step) => step.endsWith(" registry-python-packages"))).to.deep.equal([]);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
    expect(await pendingCreations()).to.deep.equal([]);
    expect(project.account.codeartifact.repositories.describe({ domain, repository: "python-packages" })).to.deep.equal(
      made,
    );
  });

  it("can be killed where AWS had not: cancel, have Pulumi forget it, update", async () => {
    const { run } = await upHeldAt("before", "registry-python-packages");
    run.kill();
    await run.ended;
    project.hooks = {};

    await project.run("cancel", "--stack", "dev", "--yes");
    const refreshed = await project.refresh("dev", "--clear-pending-creates");
    const { exitCode, steps } = await project.up("dev");

    expect([refreshed.exitCode, exitCode]).to.deep.equal([0, 0]);
    expect(stepTexts(steps)).to.include("create registry-python-packages");
    expect((await project.preview("dev")).steps).to.deep.equal([]);
    expect(await pendingCreations()).to.deep.equal([]);
  });
});

/** Something to wait for, and what brings it about. */
function signal(): readonly [Promise<void>, () => void] {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [
    given,
    () => {
      give();
    },
  ];
}
