import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { LambdaTeam } from "../support/examples/lambdaTeam";
import { type LambdaSandbox, openLambdaSandbox } from "../support/sandbox/lambdaSandbox";
import { runProcess } from "../../commands/python/runProcess";

const stem = "layer-shared-python3.12-x86_64";
const layerName = "orb-{environment}-shared";
const layerArn = "arn:aws:lambda:us-east-1:123456789012:layer:orb-dev-shared";

const registryToml = `
[registries.dev]
region = "us-east-1"

[layers.shared]
path = "backend/layers/shared"
name = "${layerName}"

[functions.users]
path = "backend/functions/users"
name = "orb-{environment}-users"
layers = ["shared"]

[functions.orders]
path = "backend/functions/orders"
name = "orb-{environment}-orders"
layers = ["shared"]

[functions.newer]
path = "backend/functions/newer"
name = "orb-{environment}-newer"
layers = ["shared"]

[functions.absent]
path = "backend/functions/absent"
name = "orb-{environment}-absent"
`;

/** A function that the deployer's role does not name. */
const foreign = `
[functions.foreign]
path = "backend/functions/foreign"
name = "orb-{environment}-foreign"
layers = ["shared"]
`;

describe("deploy_lambda.py", () => {
  let sandbox: LambdaSandbox;
  let team: LambdaTeam;

  beforeEach(async () => {
    const named = ["orb-dev-users", "orb-dev-orders", "orb-dev-newer", "orb-dev-absent"];
    sandbox = await openLambdaSandbox({ layers: ["orb-dev-shared"], functions: named, bucket: "orb-dev-zips" }, [
      ...[{ name: "orb-dev-users" }, { name: "orb-dev-orders" }, { name: "orb-dev-foreign" }],
      { name: "orb-dev-newer", runtime: "python3.13", architecture: "arm64" },
    ]);
    team = await LambdaTeam.open(sandbox, registryToml);
    await team.addZip(stem, layerName, "version = 1\n");
  });

  afterEach(async () => {
    team.leave();
    await sandbox.close();
  });

  const run = async (...options: readonly string[]) => {
    const [command = "", ...others] = options;
    return team.deploy(command, "--environment", "dev", ...others);
  };
  const from = (...others: readonly string[]) => ["--from", "built", ...others];
  const succeeds = async (...options: readonly string[]) => {
    const { exitCode, output } = await run(...options);
    expect(exitCode, output).to.equal(0);
    return output;
  };
  const fails = async (...options: readonly string[]) => {
    const { exitCode, output } = await run(...options);
    expect(exitCode, output).to.equal(1);
    return output;
  };
  const uses = async () => JSON.parse(await succeeds("uses", "--format", "json")) as readonly Record<string, unknown>[];
  const aws = async (...options: readonly string[]) => {
    const environment = { PATH: process.env.PATH, ...sandbox.environment(sandbox.administrator) };
    const { exitCode, output } = await runProcess(join(team.bin, "aws"), options, { environment });
    expect(exitCode, output).to.equal(0);
    return output === "" ? {} : (JSON.parse(output) as Record<string, unknown>);
  };
  const live = async (name: string) => {
    const { FunctionVersion, Description } = await aws(
      "lambda",
      "get-alias",
      "--function-name",
      name,
      "--name",
      "live",
    );
    return [FunctionVersion, Description];
  };

  it("publishes a layer once: the same bytes are not a second version, other bytes are", async () => {
    expect(await succeeds("publish", ...from())).to.equal(`${stem}: ${layerArn}:1 published\n`);
    expect(await succeeds("publish", ...from("shared"))).to.equal(`${stem}: ${layerArn}:1 has these bytes already\n`);
    await team.addZip(stem, layerName, "version = 2\n");
    expect(await succeeds("publish", ...from())).to.equal(`${stem}: ${layerArn}:2 published\n`);
  });

  it("moves functions to a new layer, back by one command, and not forward by a second", async () => {
    expect(await succeeds("deploy", ...from("users", "orders"))).to.equal(
      [
        `${stem}: ${layerArn}:1 published`,
        "orb-dev-users: live is at version 1, formerly nowhere",
        "orb-dev-orders: live is at version 1, formerly nowhere\n",
      ].join("\n"),
    );
    await team.addZip(stem, layerName, "version = 2\n");
    await succeeds("deploy", ...from("users", "orders"));
    expect(await live("orb-dev-users")).to.deep.equal(["2", "former version 1"]);

    expect(await succeeds("rollback", "users")).to.equal(
      "orb-dev-users: live is at version 1, rolled back from version 2\n",
    );
    expect(await uses()).to.deep.equal([
      { layer: "orb-dev-shared", function: "orb-dev-orders", function_version: "2", live: 2, latest: 2 },
      { layer: "orb-dev-shared", function: "orb-dev-users", function_version: "1", live: 1, latest: 2 },
    ]);
    expect(await succeeds("uses", "shared")).to.equal(
      [
        "orb-dev-shared",
        ...["  orb-dev-orders", "    live: version 2 (function version 2); $LATEST: 2"],
        ...["  orb-dev-users", "    live: version 1 (function version 1); $LATEST: 2", ""],
      ].join("\n"),
    );
    expect(await fails("rollback", "users")).to.equal(
      "orb-dev-users: live is at version 1, already rolled back from version 2. Name the version with --to. It has the versions 1, 2\n",
    );
    expect(await live("orb-dev-users")).to.deep.equal(["1", "rolled back from version 2"]);
    await succeeds("rollback", "users", "--to", "2");
    expect(await live("orb-dev-users")).to.deep.equal(["2", "rolled back from version 1"]);
  });

  it("changes nothing when it is repeated, also after it was interrupted before live was moved", async () => {
    await succeeds("deploy", ...from("users"));
    expect(await succeeds("deploy", ...from("users"))).to.equal(
      `${stem}: ${layerArn}:1 has these bytes already\norb-dev-users: live is at version 1 already\n`,
    );
    await team.addZip(stem, layerName, "version = 2\n");
    await succeeds("publish", ...from());
    await aws(
      ...["lambda", "update-function-configuration", "--function-name", "orb-dev-users", "--layers", `${layerArn}:2`],
    );
    await aws("lambda", "get-function", "--function-name", "orb-dev-users");

    expect(await succeeds("deploy", "users")).to.equal("orb-dev-users: live is at version 2, formerly 1\n");
  });

  it("deploys a function's own code, and leaves it where the folder has none", async () => {
    team.write("backend/functions/users/app.py", "def handler(event, context):\n    return 'new'\n");
    team.write("backend/functions/users/tests/test_app.py", "");
    const built = await team.script("build_lambda.py", ["build", "function-users-python3.12-x86_64", "--to", "built"]);
    expect(built.exitCode, built.output).to.equal(0);
    const manifest = JSON.parse(
      readFileSync(join(team.workspace, "built/function-users-python3.12-x86_64.json"), "utf8"),
    ) as { sha256: string; files: { path: string }[] };
    expect(manifest.files.map(({ path }) => path)).to.deep.equal(["app.py"]);
    const before = await aws("lambda", "get-function-configuration", "--function-name", "orb-dev-orders");

    await succeeds("deploy", ...from("users", "orders"));

    const after = await Promise.all(
      ["orb-dev-users", "orb-dev-orders"].map((name) =>
        aws("lambda", "get-function-configuration", "--function-name", name, "--qualifier", "live"),
      ),
    );
    expect(after.map(({ CodeSha256 }) => CodeSha256)).to.deep.equal([
      Buffer.from(manifest.sha256, "hex").toString("base64"),
      before.CodeSha256,
    ]);
  });

  it("checks that all functions exist, with their Python and architecture, before it changes one", async () => {
    const output = await fails("deploy", ...from("users", "newer", "absent"));

    expect(output).to.equal(
      [
        "newer: orb-dev-newer has python3.13, and registry.toml python3.12. Change one of them",
        "newer: orb-dev-newer has arm64, and registry.toml x86_64. Change one of them",
        "absent: there is no function orb-dev-absent in us-east-1. Its own stack makes it",
        "Nothing was changed.\n",
      ].join("\n"),
    );
    expect(await uses()).to.deep.equal([]);
    expect(await fails("rollback", "users")).to.include("it has no alias live");
  });

  it("rejects a function that the role does not name, and one that does is deployed", async () => {
    team.write("registry.toml", registryToml + foreign);
    const output = await fails("deploy", ...from("users", "foreign", "absent"));
    expect(output).to.match(
      /^absent: there is no function .*\nforeign: aws lambda get-function-configuration: .*AccessDenied[^]*\nNothing was changed\.\n$/,
    );
    await succeeds("deploy", ...from("users"));
  });

  it("rejects another role; the deployer's is allowed", async () => {
    const reader = sandbox.environment(sandbox.reader.session);
    const options = ["publish", "--environment", "dev", ...from()];
    const { exitCode, output } = await team.script("deploy_lambda.py", options, reader);

    expect([exitCode, output.includes("AccessDenied")], output).to.deep.equal([1, true]);
    await succeeds("publish", ...from());
  });

  it("puts a layer of 60 MB into the bucket, and names the bucket's setting where it is missing", async () => {
    const bytes = await team.addZip(stem, layerName, noise(60 * 1024 * 1024));
    expect(bytes.length).to.be.greaterThan(50 * 1024 * 1024);

    expect(await fails("publish", ...from())).to.equal(
      `${stem}.zip: ${bytes.length} bytes are more than the 52428800 that Lambda takes in a request. ` +
        "Name a bucket for it, here and in the setting lambda of bootstrap\nNothing was changed.\n",
    );
    expect(await succeeds("publish", ...from("--bucket", "orb-{environment}-zips"))).to.equal(
      `${stem}: ${layerArn}:1 published\n`,
    );
  });

  it("puts a function's code of 60 MB into the bucket as well", async () => {
    await team.addZip("function-users-python3.12-x86_64", "orb-{environment}-users", noise(60 * 1024 * 1024));

    expect(await fails("deploy", ...from("users"))).to.match(
      /^function-users-.* are more than the 52428800 that Lambda/,
    );
    const output = await succeeds("deploy", ...from("--bucket", "orb-dev-zips", "users"));

    expect(output).to.include("orb-dev-users: live is at version 1");
    const { CodeSize } = await aws("lambda", "get-function-configuration", "--function-name", "orb-dev-users");
    expect(CodeSize).to.be.greaterThan(60 * 1024 * 1024);
  });

  it("says after an error which functions were moved, and a repeated run moves only the others", async () => {
    const wrapper = `#!/bin/sh\ncase "$*" in *publish-version*orb-dev-orders*) echo interrupted >&2; exit 1 ;; esac\nexec "${join(team.bin, "aws")}" "$@"\n`;
    team.write("failing/aws", wrapper);
    chmodSync(join(team.workspace, "failing/aws"), 0o755);
    const options = ["deploy", "--environment", "dev", ...from("users", "orders")];
    const interrupted = await team.script("deploy_lambda.py", options, {
      PATH: `${join(team.workspace, "failing")}:${process.env.PATH ?? ""}`,
    });

    expect(interrupted.exitCode).to.equal(1);
    expect(interrupted.output).to.match(
      /aws lambda publish-version: interrupted\nDeployed: users\. Not deployed: orders\. live of these was not moved\. Run this again: .*\n$/,
    );
    expect(await succeeds(...["deploy", ...from("users", "orders")])).to.equal(
      [
        `${stem}: ${layerArn}:1 has these bytes already`,
        "orb-dev-users: live is at version 1 already",
        "orb-dev-orders: live is at version 1, formerly nowhere\n",
      ].join("\n"),
    );
  });

  it("does not move live, nor change a function, that someone else changed since it was read", async () => {
    await succeeds("deploy", ...from("users"));
    const code = [
      "import subprocess, sys; sys.path += sys.argv[1:]",
      "from aws import Aws, Failed; from live_functions import LiveFunction",
      "function = LiveFunction(Aws('us-east-1'), 'orb-dev-users')",
      "live, latest = function.live(), function.settled()",
      "def attempt(change):",
      "    try: change(); print('done')",
      "    except Failed as failure: print('PreconditionFailedException' in str(failure))",
      "move = lambda read: attempt(lambda: function.move(read, '1', 'moved'))",
      "publish = lambda read: attempt(lambda: function.call('publish-version', '--revision-id', read['RevisionId']))",
      "publish(latest); move(live)",
      "function.call('update-function-configuration', '--layers'); function.settled()",
      "publish(latest); move(live)",
      "publish(function.settled()); move(function.live())",
    ].join("\n");
    team.write("race.py", code);
    const folders = ["lambda", "."].map((folder) => join(team.workspace, ".github/registry", folder));
    const { output } = await team.script("../../../race.py", folders);

    expect(output).to.equal("done\ndone\nTrue\nTrue\ndone\ndone\n");
  });

  it("rejects a zip that differs from its manifest, and a zip that registry.toml does not name", async () => {
    team.write(`built/${stem}.zip`, "other");
    team.write("built/layer-other-python3.12-x86_64.zip", "");

    const output = await fails("publish", ...from());

    expect(output).to.match(
      /^layer-other-python3\.12-x86_64\.zip: registry\.toml has no such build\. It has layer-shared/m,
    );
    expect(output).to.match(
      /^layer-shared-python3\.12-x86_64\.json: sha256 is '\w+', and the zip and registry\.toml have/m,
    );
    expect(output).to.match(/^Nothing was changed\.$/m);
  });

  it("names the environments and keys that registry.toml has", async () => {
    const { output } = await team.deploy("uses", "--environment", "test");
    expect(output).to.equal("--environment: registry.toml has no [registries.test]. It has dev\n");
    expect(await fails("rollback", "other")).to.equal(
      "other: registry.toml has no [functions.other]. It has users, orders, newer, absent\n",
    );
    expect(await fails("rollback", "users")).to.equal(
      "orb-dev-users: it has no alias live, so nothing was deployed. deploy makes it\n",
    );
  });

  it("takes the commands of docs/lambda.md, in their order", async () => {
    await succeeds("deploy", ...from("users", "orders"));
    await team.addZip(stem, layerName, "version = 2\n");
    const documented = readFileSync(join(projectDirectory, "docs/lambda.md"), "utf8").matchAll(
      /^\$ python3 \.github\/registry\/lambda\/deploy_lambda\.py (.*)$/gm,
    );

    const done: string[] = [];
    for (const [, options = ""] of documented) {
      const { exitCode, output } = await team.deploy(...options.split(" "));
      expect(exitCode, output).to.equal(0);
      done.push(`${options.split(" ")[0]}: ${String(await live("orb-dev-users"))}`);
    }

    expect(done).to.deep.equal([
      "publish: 1,first version",
      "deploy: 2,former version 1",
      "uses: 2,former version 1",
      "rollback: 1,rolled back from version 2",
      "rollback: 2,rolled back from version 1",
    ]);
  });

  it("does the same as the action deploy-lambda, which shows an error on the run's page", async () => {
    const deployed = await team.action({ FUNCTIONS: "users orders" });
    expect(deployed.exitCode, deployed.output).to.equal(0);
    expect(deployed.output).to.equal(
      [
        `${stem}: ${layerArn}:1 published`,
        `${stem}: ${layerArn}:1 has these bytes already`,
        "orb-dev-users: live is at version 1, formerly nowhere",
        "orb-dev-orders: live is at version 1, formerly nowhere\n",
      ].join("\n"),
    );
    expect(readFileSync(join(team.folder, "summary.md"), "utf8")).to.include("- `orb-dev-users: live is at version 1");

    team.write(`built/${stem}.zip`, "other");
    const rejected = await team.action({}, { PYTHONPATH: team.workspace, AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    expect(rejected.exitCode).to.equal(1);
    expect(rejected.output).to.match(/^::error title=Lambda::layer-shared-python3\.12-x86_64\.json: sha256 is /);
  });
});

/** Bytes that do not compress. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}
