import { expect } from "chai";
import { inFolder, shipped } from "../support/deployments";
import { type Ended, type Place, run, runCommand } from "./processes";

const dev = shipped("Pulumi.dev.yaml");

/** A key of another region, which CodeArtifact cannot use. */
const missingKey = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

function withSettings(...lines: readonly string[]): string {
  return dev + lines.map((line) => `  package-registry:${line}\n`).join("");
}

/** Starts the stack that is alone in a folder, with this stack file. */
function startAlone(stack: string, text: string, place: Place = {}): Promise<Ended> {
  return inFolder({ stacks: { [stack]: text } }, (directory) =>
    runCommand("start", ["--stack", stack], { ...place, directory }),
  );
}

describe("npm start", function () {
  this.timeout(60_000);

  let started: Ended;
  let prod: Ended;

  before(async () => {
    [started, prod] = await Promise.all([
      run("npm", ["start", "--silent"], { environment: { CI: "true" } }),
      startAlone("prod", shipped("Pulumi.prod.yaml"), { environment: { FORCE_COLOR: "1" } }),
    ]);
  });

  it("deploys dev and prints what was made, what comes out of it, and who can do what", () => {
    const headings = ["Resources", "Outputs", "Access"];

    expect(started.exitCode).to.equal(0);
    expect(started.stdout.split("\n").filter((line) => headings.includes(line))).to.deep.equal(headings);
    expect(started.stdout).to.match(/^Resources\n\npackage-registry-dev {2}pulumi:pulumi:Stack\n/);
    expect(started.stdout).to.include(
      "   ├─ registry-domain  aws:codeartifact:Domain  arn:aws:codeartifact:us-east-1:123456789012:domain/orb-integration-hub-dev\n",
    );
    expect(started.stdout).to.include("\nrepositoryName: python-packages\n");
    expect(started.stdout).to.match(
      /\n {2}allowed {2}the job, its subject by name +AssumeFromGithubJob of trust policy\n/,
    );
    expect(started.stdout).to.match(/\n {2}denied {3}another environment +stopped by sub\n/);
    expect(started.stdout).to.match(/\n\d+ attempts on orb-integration-hub-dev: all end as the settings mean them\.\n/);
  });

  it("says beside it what the program warned of", () => {
    expect(started.stdout).not.to.include("warning: ");
    expect(started.stderr).to.match(
      /^(?:warning: orb-integration-hub-dev-codeartifact-\S+ admits nobody yet: .*\n){3}$/,
    );
  });

  it("prints no codes of colour into a pipe, in a CI job neither, and colours where they are forced", () => {
    expect(started.stdout).not.to.include("\u001b");
    expect(prod.exitCode).to.equal(0);
    expect(prod.stdout).to.include("\u001b[32mallowed\u001b[39m");
    expect(prod.stdout).to.include("\u001b[33mprotected\u001b[39m");
    expect(prod.stdout).to.include("attempts on orb-integration-hub-prod: all end as the settings mean them.");
    expect(prod.stderr).to.match(/^(?:warning: .* admits nobody yet: .*\n){2}$/);
  });

  it("deploys the stack that is asked for, also where it is the only one", () => {
    expect(prod.stdout).to.include("package-registry-prod");
    expect(prod.stdout).not.to.include("orb-integration-hub-dev");
    expect(started.stdout).to.include("\nstack prod has roles, here without rights\n");
  });
});

describe("npm start that cannot deploy", function () {
  this.timeout(60_000);

  let unknown: Ended;
  let mistaken: Ended;
  let refused: Ended;

  before(async () => {
    [unknown, mistaken, refused] = await Promise.all([
      runCommand("start", ["--stack", "production"]),
      startAlone("dev", withSettings("customerId: Orb_X", "tokenLifetime: 60")),
      startAlone("dev", withSettings(`encryption: ${missingKey}`)),
    ]);
  });

  it("says which stacks there are where the one that is asked for has no file, and prints nothing else", () => {
    expect(unknown).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "error: There is no stack production: no file Pulumi.production.yaml. There are: dev, prod, staging.\n",
    });
  });

  it("tells two mistakes in one error, each with its setting, value, rule and remedy, and prints nothing else", () => {
    const [heading, ...mistakes] = mistaken.stderr.trimEnd().split("\n");

    expect(mistaken.exitCode).to.equal(1);
    expect(mistaken.stdout).to.equal("");
    expect(heading).to.equal("error: 2 settings are wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):");
    expect(mistakes).to.have.length(2);
    expect(mistakes[0]).to.equal(
      '  customerId: "Orb_X" is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub',
    );
    expect(mistakes[1]).to.match(
      /^ {2}tokenLifetime: "?60"? is not a number of seconds from 900 to 43200\. Write whole seconds, as in 3600$/,
    );
  });

  it("gives AWS's reason where AWS would refuse a resource, and prints nothing else", () => {
    expect(refused.exitCode).to.equal(1);
    expect(refused.stdout).to.equal("");
    expect(refused.stderr).to.match(/^error: registry-domain \(aws:codeartifact\/domain:Domain\): \w+: .*\n$/);
    expect(refused.stderr).to.include(missingKey);
  });
});
