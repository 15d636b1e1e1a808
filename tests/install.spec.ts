import { execFile } from "node:child_process";
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { expect } from "chai";
import { readStackConfiguration } from "../sandbox/pulumi/stackFiles";
import { exampleFile } from "./support/exampleProject";
import { type ProgramRun, runProgram } from "./support/monitor";

const run = promisify(execFile);

const project = resolve(__dirname, "..");

/** What the program is made of; nothing that imitates or inspects it. */
const programFiles = [
  ...["package.json", "package-lock.json", ".npmrc", "tools"],
  ...["index.ts", "settings", "naming", "github", "iam", "components"],
];

describe("the program, installed without the tools that test it", () => {
  let directory: string;
  let deployment: ProgramRun;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-install-"));
    for (const file of programFiles) {
      cpSync(join(project, file), join(directory, file), { recursive: true });
    }
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
      writeFileSync(join(directory, file), exampleFile(file));
    }
    await installForProduction(directory);
    deployment = await runProgram({ directory, configuration: readStackConfiguration(directory, "dev") });
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("has what the program needs, and neither tsx, eslint nor mocha", () => {
    const isInstalled = (name: string) => existsSync(join(directory, "node_modules", name));

    expect(
      ["@pulumi/aws", "@pulumi/aws-native", "@pulumi/pulumi", "esbuild", "yaml", "zod"].filter(isInstalled),
    ).to.have.length(6);
    expect(["@aws-sdk", "chai", "eslint", "mocha", "prettier", "tsx"].filter(isInstalled)).to.deep.equal([]);
  });

  it("imports nothing that is installed for development alone, nor does the program of bootstrap", () => {
    const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const files = [...programFiles, "bootstrap"].flatMap((file) => sourcesIn(join(project, file)));
    const imported = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/ from "((?:@[^/"]+\/)?[^./"][^/"]*)/g)].map(([, name = ""]) => name),
    );

    expect(files).to.have.length.above(40);
    expect(new Set(imported)).to.include("@pulumi/aws");
    expect([...new Set(imported)].filter((name) => !(name in dependencies) && !name.startsWith("node:"))).to.deep.equal(
      [],
    );
  });

  it("runs to its end", () => {
    const { exitCode, stdout, stderr, messages } = deployment;

    expect(messages.filter(({ severity }) => severity === "error")).to.deep.equal([]);
    expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("registers the resources of the dev stack", () => {
    const names = deployment.resources.map(({ type, name }) => `${type} ${name}`);

    expect(names).to.have.members([
      "pulumi:pulumi:Stack package-registry-dev",
      "pulumi:providers:aws-native cloud-control",
      "python-registry:index:PackageRegistry registry",
      "aws:codeartifact/domain:Domain registry-domain",
      "aws:codeartifact/repository:Repository registry-pypi-store",
      "aws:codeartifact/repository:Repository registry-python-packages",
      "python-registry:index:PackageOrigins registry-origins",
      "aws-native:codeartifact:PackageGroup registry-origins-*",
      "aws-native:codeartifact:PackageGroup registry-origins-orb~",
      "aws:iam/policy:Policy registry-read-policy",
      "python-registry:index:GithubActionsRole registry-publisher",
      "aws:iam/role:Role registry-publisher-role",
      "aws:iam/rolePolicy:RolePolicy registry-publisher-permissions",
      "python-registry:index:GithubActionsRole registry-reader-lambda-layers",
      "aws:iam/role:Role registry-reader-lambda-layers-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment registry-reader-lambda-layers-read-attachment",
      "python-registry:index:GithubActionsRole registry-reader-promotion",
      "aws:iam/role:Role registry-reader-promotion-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment registry-reader-promotion-read-attachment",
    ]);
  });

  it("gives the dev stack's outputs", () => {
    const { clientSettings, ...outputs } = deployment.outputs;
    const ofCodeArtifact = "arn:aws:codeartifact:us-east-1:123456789012";
    const ofIam = "arn:aws:iam::123456789012";

    expect(outputs).to.deep.equal({
      domainName: "orb-integration-hub-dev",
      domainOwner: "123456789012",
      domainArn: `${ofCodeArtifact}:domain/orb-integration-hub-dev`,
      repositoryName: "python-packages",
      repositoryArn: `${ofCodeArtifact}:repository/orb-integration-hub-dev/python-packages`,
      repositoryEndpoint:
        "https://orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/",
      publisherRoleArns: { publisher: `${ofIam}:role/orb-integration-hub-dev-codeartifact-publisher` },
      readerRoleArns: {
        "lambda-layers": `${ofIam}:role/orb-integration-hub-dev-codeartifact-reader-lambda-layers`,
        promotion: `${ofIam}:role/orb-integration-hub-dev-codeartifact-reader-promotion`,
      },
      inspectorRoleArns: {},
      maintainerRoleArns: {},
      readerPolicyArn: `${ofIam}:policy/orb-integration-hub-dev-codeartifact-reader-1e5ae495`,
      packageGroups: {
        "/pypi/*": `${ofCodeArtifact}:package-group/orb-integration-hub-dev/pypi/%2a`,
        "/pypi//orb~": `${ofCodeArtifact}:package-group/orb-integration-hub-dev/pypi//orb~`,
      },
    });
    expect(clientSettings).to.have.all.keys(
      ...["indexUrl", "uploadUrl", "awsCli", "pip", "twine", "uv", "pipenv", "poetry", "keyring"],
    );
  });

  it("makes nothing in a preview, which knows the names that the settings give and no ARN", async () => {
    const configuration = readStackConfiguration(directory, "dev");
    const { exitCode, resources, outputs } = await runProgram({ directory, configuration, dryRun: true });

    expect(exitCode).to.equal(0);
    expect(resources.map(({ urn }) => urn)).to.have.members(deployment.resources.map(({ urn }) => urn));
    expect(resources.filter(({ id }) => id !== "")).to.deep.equal([]);
    const { domainName, repositoryName, inspectorRoleArns, maintainerRoleArns, ...computed } = outputs;
    expect({ domainName, repositoryName, inspectorRoleArns, maintainerRoleArns }).to.deep.equal({
      domainName: "orb-integration-hub-dev",
      repositoryName: "python-packages",
      // The stack has none.
      inspectorRoleArns: {},
      maintainerRoleArns: {},
    });
    expect(new Set(Object.values(computed))).to.deep.equal(new Set([unknownValue]));
  });

  it("tells every error of a stack file in one message, without a stack trace", async () => {
    const wrong = exampleFile("Pulumi.dev.yaml")
      .replace("aws:region: us-east-1", "aws:region: virginia")
      .replace("- orb~", "- orb*");
    writeFileSync(join(directory, "Pulumi.staging.yaml"), wrong);
    const configuration = readStackConfiguration(directory, "staging");
    const { exitCode, resources, messages, stdout, stderr } = await runProgram({ directory, configuration });

    // By this code the CLI knows that the reason has been printed.
    expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 32, stdout: "", stderr: "" });
    expect(messages.map(({ severity }) => severity)).to.deep.equal(["error"]);
    expect(messages[0]?.text).to.match(
      /^2 settings are wrong in stack staging .*:\n {2}origins\.private\[0\]: "orb\*" .*\n {2}aws:region: "virginia" .*$/,
    );
    expect(resources.map(({ type }) => type)).to.deep.equal(["pulumi:pulumi:Stack"]);
  });
});

/**
 * Leaves a folder as `npm ci --omit=dev` leaves it, in seconds: npm says what it would install and in which folders, and
 * those are linked from the project, once npm says that they hold exactly that. Lock and manifest must agree, as for npm ci.
 */
async function installForProduction(directory: string): Promise<void> {
  const [wanted, present] = await Promise.all([
    productionPackages(directory, "--package-lock-only"),
    productionPackages(project),
    npm(directory, "ci", "--omit=dev", "--dry-run", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"),
  ]);
  expect(present, "node_modules is not what package-lock.json says. Run: npm ci").to.deep.equal(wanted);
  for (const place of wanted.keys()) {
    linkPackage(join(project, place), join(directory, place));
  }
}

/** Packages as `name@version`, by their folders below the given one. */
async function productionPackages(directory: string, ...options: string[]): Promise<ReadonlyMap<string, string>> {
  const lines = await npm(directory, "ls", "--omit=dev", "--all", "--parseable", "--long", ...options);
  const [, ...packages] = lines.trimEnd().split("\n");
  const lock = JSON.parse(readFileSync(join(directory, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly os?: readonly string[]; readonly cpu?: readonly string[] }>>;
  };
  const isForHere = ([place]: readonly [string, string]) => {
    const { os = [process.platform], cpu = [process.arch] } = lock.packages[place] ?? {};
    return os.includes(process.platform) && cpu.includes(process.arch);
  };
  return new Map(
    packages
      .map((line) => {
        const [, folder = "", nameAndVersion = ""] = /^(.+?):(@?[^:@]+@[^:]+)/.exec(line) ?? [];
        return [relative(directory, folder), nameAndVersion] as const;
      })
      .filter(isForHere),
  );
}

/** A package's own files; the packages within it have lines of their own in npm's list. */
function linkPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (!entry.isDirectory()) {
      linkFile(source, target);
    } else if (entry.name !== "node_modules") {
      linkPackage(source, target);
    }
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Temporary files may lie on another disk.
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

async function npm(directory: string, ...args: string[]): Promise<string> {
  // Its log files would stay behind in the home directory.
  const { stdout } = await run("npm", [...args, "--logs-max=0"], { cwd: directory, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** The TypeScript files at a path, which may be one itself. */
function sourcesIn(path: string): readonly string[] {
  if (path.endsWith(".ts")) {
    return [path];
  }
  return path.includes(".")
    ? []
    : readdirSync(path, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(path, file));
}
