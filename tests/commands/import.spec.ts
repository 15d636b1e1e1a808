import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fill, statuses } from "../support/commands/backups";
import { runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries } from "../support/commands/promoteRegistries";

describe("import", () => {
  let registries: PromotionRegistries;
  let folder: string;

  beforeEach(async () => {
    registries = await openRegistries();
    folder = join(mkdtempSync(join(tmpdir(), "import-")), "backup");
  });

  afterEach(async () => {
    rmSync(join(folder, ".."), { recursive: true });
    await registries.close();
  });

  const exportDev = async () => {
    const words = ["--stack", "dev", "--to", folder, "--profile", "dev-administrator", "--unlist-archived"];
    const ended = await runCommand("export", words, { environment: registries.environment });
    expect(ended.exitCode, ended.stderr + ended.stdout).to.equal(0);
  };
  const words = (...more: readonly string[]) => [
    ...["--stack", "staging", "--from", folder, "--profile", "staging-publisher"],
    ...["--status-profile", "staging-administrator", ...more],
  ];
  const importToStaging = (...more: readonly string[]) =>
    runCommand("import", words(...more), { environment: registries.environment });

  it("brings every file to another registry, byte for byte, with its status, and nothing the second time", async () => {
    await fill(registries);
    await exportDev();

    const first = await importToStaging();
    const second = await importToStaging("--format", "json");

    expect(first.exitCode, first.stderr + first.stdout).to.equal(0);
    expect(first.stdout.split("\n").slice(0, -1)).to.deep.equal([
      "not imported: orb-common 1.3.0: it is Disposed, and has no files",
      `${folder} → staging: 6 files sent, 0 there already. 2 statuses set.`,
    ]);
    expect(registries.held("staging")).to.deep.equal(registries.held("dev"));
    const gone = "orb-common 1.3.0 Disposed";
    expect(statuses(registries, "staging")).to.deep.equal(statuses(registries, "dev").filter((one) => one !== gone));
    expect(second.exitCode).to.equal(0);
    const { files, statuses: again } = JSON.parse(second.stdout) as Record<string, { outcome: string }[]>;
    expect([...files!, ...again!].map(({ outcome }) => outcome)).to.deep.equal(Array(8).fill("there already"));
  });

  it("sends nothing where a file of the folder was changed or is gone, and names each; the others it sends by themselves", async () => {
    await fill(registries);
    await exportDev();
    const paths = [
      "files/orb-models/2.0.0/orb_models-2.0.0-py3-none-any.whl",
      "files/orb-common/1.0.0/orb_common-1.0.0.tar.gz",
    ];
    appendFileSync(join(folder, paths[0]!), "x");
    rmSync(join(folder, paths[1]!));

    const whole = await importToStaging();
    const before = registries.held("staging");
    rmSync(join(folder, "files/orb-models"), { recursive: true });
    const words = ["--stack", "dev", "--to", folder, "--profile", "dev-administrator"];
    const repaired = await runCommand("export", words, { environment: registries.environment });
    const afterwards = await importToStaging("--packages", "Orb_Models");

    expect(whole.exitCode).to.equal(1);
    expect(whole.stderr).to.match(
      new RegExp(
        `^error: ${paths[1]!} is missing\\.\n${paths[0]!} has SHA-256 [0-9a-f]{64}, and the manifest says [0-9a-f]{64}\\.\nNothing was sent\\.\n$`,
      ),
    );
    expect(before).to.deep.equal({});
    expect([repaired.exitCode, afterwards.exitCode], afterwards.stderr).to.deep.equal([0, 0]);
    expect(Object.keys(registries.held("staging"))).to.deep.equal(["orb_models-2.0.0-py3-none-any.whl"]);
  });
});
