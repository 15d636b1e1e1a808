import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { policyDocument } from "../../iam/documents";
import { eventsAction, lookActions } from "../../iam/permissions";
import { repositoryName } from "../../naming/registryNames";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { openSandbox } from "../../sandbox/sandbox";
import { deployStacks } from "../../commands/sandbox/stackAccounts";
import { asked, inspector, inspectorSession, withStanding } from "../support/commands/deployedRegistry";
import { withGh } from "../support/commands/ghStub";
import { addProfile, inspectorOf } from "../support/commands/inspectors";
import { runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries, type Stack } from "../support/commands/promoteRegistries";
import { exampleProject } from "../support/exampleProject";
import { zip } from "../support/sandbox/archives";
import { wheel } from "../support/sandbox/packages";

const stacks = ["dev", "staging", "prod"] as const;
const inspectors = "dev=dev-inspector,staging=staging-inspector,prod=prod-inspector";
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const longAgo = "2026-01-02T03:04:05.000Z";

describe("versions", () => {
  let registries: PromotionRegistries;
  let folder: string;
  const files: Record<string, MadeDistribution> = {};

  before(async () => {
    registries = await openRegistries();
    folder = mkdtempSync(join(tmpdir(), "versions-"));
    for (const stack of stacks) {
      addProfile(registries, `${stack}-inspector`, stack, inspectorOf(registries, stack));
    }
    addProfile(registries, "dev-looker", "dev", inspectorOf(registries, "dev", "ReadEvents"));
    const publish = async (key: string, file: MadeDistribution, ...at: readonly Stack[]) => {
      files[key] = file;
      for (const stack of at) {
        await registries.publish(stack, file);
      }
    };
    const common = { name: "orb-common", version: "1.3.0" };
    await publish("1.3.0", await makeWheel(common), ...stacks);
    await publish("1.3.0 sdist", await makeSdist(common), "dev");
    await publish("1.4.0", await makeWheel({ ...common, version: "1.4.0" }), "dev");
    await publish("1.4.0 altered", await makeWheel({ ...common, version: "1.4.0", summary: "Other." }), "staging");
    await publish("1.10.0", await makeWheel({ ...common, version: "1.10.0" }), "dev");
    await publish("2.0.0", await makeWheel({ name: "orb-models", version: "2.0.0" }), "dev", "prod");
    await publish("2.1.0", await makeWheel({ name: "orb-models", version: "2.1.0" }), "staging");
    await publishedLongAgo("prod", "orb-common", "1.3.0");
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await registries.close();
  });

  /** CloudTrail keeps no event of it. */
  async function publishedLongAgo(stack: Stack, name: string, version: string): Promise<void> {
    const { packages, domain } = registries.sandboxes[stack].context;
    const place = { domain, repository: repositoryName };
    const record = packages.store.find(place, name)!;
    const versions = { ...record.versions, [version]: { ...record.versions[version]!, publishedTime: longAgo } };
    await packages.store.put(place, { ...record, versions });
  }

  const versions = (
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    profile = inspectors,
  ) => {
    // Each profile has the address of its account.
    const place = { ...registries.environment, AWS_ENDPOINT_URL: "", ...environment };
    return runCommand("versions", ["--profile", profile, ...words], { environment: place });
  };
  /** Without what differs from day to day. */
  const stable = (text: string) =>
    text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d{4}-\d\d-\d\d/g, (time) =>
      time.startsWith(longAgo.slice(0, 10)) ? time : time.length === 10 ? "DATE-TODAY" : "TIME",
    );
  const hash = (key: string) => sha256(files[key]!.bytes);
  const write = (name: string, text: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  const published = (...at: readonly Stack[]) =>
    at
      .map(
        (stack) =>
          `  ${stack.padEnd(7)}  Published TIME by GitHubActions as role\n           orb-integration-hub-${stack}-codeartifact-publisher`,
      )
      .join("\n");

  it("marks what differs in bytes, what is missing and what is behind, the versions in PEP 440's order", async () => {
    const { exitCode, stdout, stderr } = await versions([]);

    expect(stderr).to.equal("… reading dev, staging, prod\n… asking CloudTrail who published\n");
    expect(stable(stdout)).to.equal(`            dev           staging       prod
orb-common  1.10.0        1.4.0 ↓       1.3.0 ↓
  1.10.0    DATE-TODAY    ↓             ↓
  1.4.0     DATE-TODAY ≠  DATE-TODAY ≠  ↓
  1.3.0     DATE-TODAY    DATE-TODAY ±  2026-01-02 ±
orb-models  2.0.0 ↓       2.1.0         2.0.0 ↓
  2.1.0     ↓             DATE-TODAY    ↓
  2.0.0     DATE-TODAY    –             DATE-TODAY

≠ other bytes, ± not all files, ↓ behind, – missing

orb-common 1.4.0
${published("dev", "staging")}
  orb_common-1.4.0-py3-none-any.whl
    sha256:${hash("1.4.0")}
      dev
    sha256:${hash("1.4.0 altered")}
      staging

dev, staging, prod: 5 versions of 2 packages, 1 version with other bytes.
`);
    expect(exitCode).to.equal(1);
  });

  it("says where one version is, with files and publishers", async () => {
    const { exitCode, stdout } = await versions(["orb_common==1.3"]);

    expect(stable(stdout)).to.equal(`            dev         staging       prod
orb-common  1.10.0      1.4.0 ↓       1.3.0 ↓
  1.3.0     DATE-TODAY  DATE-TODAY ±  2026-01-02 ±

± not all files, ↓ behind

orb-common 1.3.0
${published("dev", "staging")}
  prod     Published 2026-01-02 03:04 UTC, publisher not known (older than
           CloudTrail's 90 days)
  orb_common-1.3.0-py3-none-any.whl
    sha256:${hash("1.3.0")}
      dev, staging, prod
  orb_common-1.3.0.tar.gz
    sha256:${hash("1.3.0 sdist")}
      dev

dev, staging, prod: 1 version of 1 package, no bytes differ.
`);
    expect(exitCode).to.equal(0);
  });

  it("shows a version that no environment has as missing", async () => {
    const { exitCode, stdout } = await versions(["orb-models==2.0.1"]);

    expect(stdout).to.equal(`            dev      staging  prod
orb-models  2.0.0 ↓  2.1.0    2.0.0 ↓
  2.0.1     ↓        –        ↓

↓ behind, – missing

orb-models 2.0.1

dev, staging, prod: 1 version of 1 package, 1 in no environment, no bytes
differ.
`);
    expect(exitCode).to.equal(0);
  });

  it("prints the same as JSON and CSV", async () => {
    const json = await versions(["--packages", "orb-models", "--format", "json"]);
    const csv = await versions(["orb-models==2.0.0", "--format", "csv"]);

    const held = (stack: Stack, key: string) => ({
      state: "held",
      marks: [],
      status: "Published",
      published: "TIME",
      publishedBy: [{ role: `orb-integration-hub-${stack}-codeartifact-publisher`, name: "GitHubActions" }],
      files: [{ filename: files[key]!.filename, size: files[key]!.bytes.length, sha256: hash(key) }],
    });
    const environments = stacks.map((stack) => ({
      stack,
      domain: `orb-integration-hub-${stack}`,
      region: "us-east-1",
    }));

    expect(JSON.parse(stable(json.stdout))).to.deep.equal({
      environments,
      packages: [
        {
          name: "orb-models",
          latest: { dev: "2.0.0", staging: "2.1.0", prod: "2.0.0" },
          behind: ["dev", "prod"],
          versions: [
            {
              version: "2.1.0",
              environments: {
                dev: { state: "behind" },
                staging: held("staging", "2.1.0"),
                prod: { state: "behind" },
              },
            },
            {
              version: "2.0.0",
              environments: {
                dev: held("dev", "2.0.0"),
                staging: { state: "missing" },
                prod: held("prod", "2.0.0"),
              },
            },
          ],
        },
      ],
      layers: [],
      differing: [],
    });
    const columns = [
      "package,version,environment,state,marks,status,published,published_by,file,size,sha256,has_attestation,held_by",
    ];
    const row = (stack: Stack) =>
      `orb-models,2.0.0,${stack},held,,Published,TIME,orb-integration-hub-${stack}-codeartifact-publisher/GitHubActions,` +
      `${files["2.0.0"]!.filename},${files["2.0.0"]!.bytes.length},${hash("2.0.0")},,`;
    expect(stable(csv.stdout).split("\r\n")).to.deep.equal([
      ...[...columns, row("dev"), "orb-models,2.0.0,staging,missing,,,,,,,,,", row("prod"), ""],
    ]);
  });

  it("finds a version's bytes in locks and layers, and says what was not compared", async () => {
    const layers = [
      write("requirements.txt", `requests==2.0\norb_common==1.4 \\\n    --hash=sha256:${hash("1.4.0")}\n`),
    ];
    const bytes = await zip(
      ["python/orb_common/__init__.py", ""],
      ["python/orb_common-1.4.0.dist-info/METADATA", "Name: orb-common\nVersion: 1.4.0\n"],
      ["python/orb_models-2.0.0.dist-info/METADATA", "Name: orb-models\nVersion: 2.0.0\n"],
      ["python/requests-2.0.dist-info/METADATA", ""],
    );
    layers.push(write("bare.zip", bytes), write("layer.zip", bytes));
    const wheel = {
      name: "orb-common",
      version: "1.4.0",
      file: files["1.4.0"]!.filename,
      sha256: hash("1.4.0 altered"),
    };
    write("layer.json", JSON.stringify({ kind: "layer", sha256: sha256(bytes), packages: [wheel] }));
    const { exitCode, stdout, stderr } = await versions(["orb-common==1.4.0", "--layers", ...layers]);

    expect(stderr.replaceAll(/^… .*\n/gm, "")).to.equal("");
    expect(stable(stdout).replaceAll(folder, "FOLDER")).to.equal(`                    dev           staging       prod
orb-common          1.10.0        1.4.0 ↓       1.3.0 ↓
  1.4.0             DATE-TODAY ≠  DATE-TODAY ≠  ↓
FOLDER/requirements.txt
  orb-common 1.4    =             ≠             ↓
FOLDER/bare.zip
  orb-common 1.4.0  ?             ?             ↓
FOLDER/layer.zip
  orb-common 1.4.0  ≠             =             ↓

≠ other bytes, ↓ behind, = same bytes, ? not compared

orb-common 1.4.0
${published("dev", "staging")}
  orb_common-1.4.0-py3-none-any.whl
    sha256:${hash("1.4.0")}
      dev
    sha256:${hash("1.4.0 altered")}
      staging
  in FOLDER/requirements.txt
  in FOLDER/bare.zip
  in FOLDER/layer.zip

dev, staging, prod: 1 version of 1 package, 1 version with other bytes.
`);
    expect(exitCode).to.equal(1);
  });

  it("ends with 1 where a lock alone has other bytes, and rejects a layer whose manifest is another's", async () => {
    const other = write("requirements.txt", `orb-models==2.1.0 --hash=sha256:${"0".repeat(64)}\n`);
    const same = write("same.txt", `orb-models==2.1.0 --hash=sha256:${hash("2.1.0")}\n`);
    write("stale.json", JSON.stringify({ sha256: "0".repeat(64), packages: [] }));
    const stale = write("stale.zip", await zip(["python/x.py", ""]));

    const differing = await versions(["orb-models==2.1.0", "--layers", other, "--format", "json"]);
    const equal = await versions(["orb-models==2.1.0", "--layers", same, "--format", "json"]);
    const rejected = await versions(["--layers", stale]);

    expect([differing.exitCode, equal.exitCode, rejected.exitCode]).to.deep.equal([1, 0, 2]);
    const { layers } = JSON.parse(differing.stdout) as { readonly layers: object };
    expect(layers).to.deep.equal([
      {
        file: other,
        packages: [
          {
            ...{ name: "orb-models", version: "2.1.0", hashes: ["0".repeat(64)] },
            environments: { dev: "behind", staging: "other bytes", prod: "behind" },
          },
        ],
      },
    ]);
    expect(rejected.stderr).to.include("beside it is of another zip, with SHA-256 0000");
  });

  it("asks GitHub whether there is an attestation of each file, and does not call it verified", async () => {
    const answers = {
      "repos/acme/hub": {},
      [`repos/acme/hub/attestations/sha256:${hash("1.3.0")}?per_page=1`]: { attestations: [{}] },
    };
    await withGh(answers, async (PATH) => {
      const { exitCode, stdout } = await versions(["orb-common==1.3.0", "--attested-by", "acme/hub"], { PATH });
      const hidden = await versions(["--attested-by", "acme/other"], { PATH });

      expect(stdout).to.include(`sha256:${hash("1.3.0")}\n      dev, staging, prod: acme/hub has an attestation\n`);
      expect(stdout).to.include(`sha256:${hash("1.3.0 sdist")}\n      dev: acme/hub has no attestation\n`);
      expect(stdout).not.to.match(/verified/);
      expect(exitCode).to.equal(0);
      expect([hidden.exitCode, hidden.stderr.split("\n").at(-2)]).to.deep.equal([
        2,
        "error: Could not look: --attested-by: GitHub shows no repository acme/other to whom gh is logged in as: see gh auth status.",
      ]);
    });
  });

  it("asks for no more than an inspector may, and for nothing that is denied", async () => {
    const { decisions } = registries.sandboxes.dev.context;
    const before = decisions.entries().length;
    await versions(["--stacks", "dev"], {}, "dev-inspector");
    const asked = decisions.entries().slice(before);

    expect([...new Set(asked.map(({ action }) => action))].sort()).to.deep.equal([...lookActions, eventsAction].sort());
    expect(asked.filter(({ allowed }) => !allowed)).to.deep.equal([]);
  });

  it("compares stacks of one account as it does stacks of several", async () => {
    const [account] = await deployStacks(exampleProject, ["dev", "prod"], undefined);
    const { deployments, account: served } = account!;
    const sandbox = await openSandbox({
      ...{ account: served, deployments, store: new MemoryPackageStore(), publicIndex: noPublicIndex },
    });
    const { address, context } = sandbox;
    try {
      for (const [stack, key] of [
        ["dev", "1.4.0"],
        ["dev", "1.10.0"],
        ["prod", "1.4.0 altered"],
      ] as const) {
        const place = { domain: `orb-integration-hub-${stack}`, repository: repositoryName };
        await sandbox.context.packages.publish(place, "orb-common", {
          ...files[key]!,
          version: key.replace(" altered", ""),
        });
      }
      const { accessKeyId, secretAccessKey, sessionToken } = context.sts.administrator();
      const { exitCode, stdout } = await runCommand("versions", ["--stacks", "prod,dev"], {
        environment: {
          ...{
            AWS_ACCESS_KEY_ID: accessKeyId,
            AWS_SECRET_ACCESS_KEY: secretAccessKey,
            AWS_SESSION_TOKEN: sessionToken,
          },
          ...{ AWS_ENDPOINT_URL: address, AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" },
        },
      });

      expect(stable(stdout).split("\n").slice(0, 4)).to.deep.equal([
        "            prod          dev",
        "orb-common  1.4.0 ↓       1.10.0",
        "  1.10.0    ↓             DATE-TODAY",
        "  1.4.0     DATE-TODAY ≠  DATE-TODAY ≠",
      ]);
      expect(exitCode).to.equal(1);
    } finally {
      await sandbox.close();
    }
  });

  it("goes on with a warning where it may not read CloudTrail", async () => {
    const { exitCode, stdout, stderr } = await versions(["--stacks", "dev", "orb-common==1.4.0"], {}, "dev-looker");

    expect(stdout.replaceAll(/\s+/g, " ")).to.include("publisher not known (CloudTrail denies it)");
    expect(stderr.split("\n").filter((line) => line.startsWith("warning: "))).to.have.length(1);
    expect(stderr).to.match(/warning: dev: who published is not known: CloudTrail: .*cloudtrail:LookupEvents/);
    expect(exitCode).to.equal(0);
  });

  it("runs as the deployed role of an inspector", () =>
    withStanding({ settings: { inspectors: [inspector] } }, async (standing) => {
      const { directory, environment, sandbox, settings } = standing;
      const { packages } = sandbox.context;
      const place = { domain: settings.domain, repository: repositoryName };
      await packages.publish(place, "orb-common", wheel("orb-common", "1.0.0"));

      const { exitCode, stdout, stderr } = await runCommand("versions", ["--stacks", "dev"], {
        directory,
        environment: environment(inspectorSession(standing)),
      });

      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/^ {12}dev\norb-common {2}1\.0\.0\n/);
      expect(asked(standing))
        .to.include("codeartifact:ListPackageVersionAssets")
        .and.include("cloudtrail:LookupEvents");
    }));

  it("ends with 2 where AWS denies to look, and where the account has no such registry", async () => {
    addProfile(registries, "dev-nothing", "dev", inspectorOf(registries, "prod"));
    const denied = await versions(["--stacks", "dev"], {}, "dev-nothing");
    const everything = { Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" } as const;
    addProfile(registries, "dev-administrator", "dev", policyDocument(everything));
    const elsewhere = await versions(["--stacks", "dev,prod"], {}, "dev=dev-inspector,prod=dev-administrator");

    expect(denied.stderr).to.match(/^error: Could not look: domain of dev: AccessDeniedException: /m);
    expect(elsewhere.stderr).to.include(
      "error: Could not look: prod: the account has no domain orb-integration-hub-prod in us-east-1. Name a profile of its " +
        "account, as in --profile prod=NAME, or leave a stack that is not deployed out, by --stacks.\n",
    );
    expect([denied.exitCode, elsewhere.exitCode]).to.deep.equal([2, 2]);
  });

  it("names every word, stack, profile and file that it does not take", async () => {
    const bad = write("bad.zip", "no zip");
    const other = write("other.lock", "");
    const words = await versions(["requests", "orb-common==x"]);
    const stack = await versions(["--stacks", "dev,dev"]);
    const profile = await versions(["--stacks", "dev"], {}, "prod=x");
    const layers = await versions(["--layers", bad, "--layers", other, "--layers", join(folder, "absent.zip")]);
    const error = ({ stderr }: { readonly stderr: string }) =>
      stderr.replaceAll(folder, "FOLDER").replace(/\nSee [^]*$/, "");

    expect(error(words)).to.equal(
      "error: requests is private in no stack: of origins.private, dev has orb~; staging has orb~; prod has orb~\n" +
        '       "orb-common==x" is no version of a package: write NAME or NAME==VERSION',
    );
    expect(error(stack)).to.equal("error: --stacks dev,dev is no list of stacks: give each once, as in dev,prod");
    expect(error(profile)).to.match(/^error: --profile prod=x: prod names no profile, or not one of dev: /);
    expect(error(layers)).to.match(/^error: --layers FOLDER\/bad\.zip: it is no zip file: .*\n/);
    expect(error(layers)).to.include("--layers FOLDER/other.lock: its name is not Pipfile.lock, ");
    expect(error(layers)).to.include("--layers FOLDER/absent.zip: ENOENT");
    expect([words, stack, profile, layers].map(({ exitCode }) => exitCode)).to.deep.equal([2, 2, 2, 2]);
  });
});
