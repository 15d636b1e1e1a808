import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cleanEnvironment, type ProcessEnd, runProcess } from "../../../commands/python/runProcess";
import { clientTools } from "../clients/tools";
import { projectDirectory } from "../deployments";
import { realPython } from "../realPython";
import { zip } from "../sandbox/archives";
import type { LambdaSandbox } from "../sandbox/lambdaSandbox";
import { sha256 } from "./describeLayers";

type Variables = Readonly<Record<string, string>>;

/** A team's repository with the scripts and actions that the project gives it, and a machine that runs them. */
export class LambdaTeam {
  readonly folder = mkdtempSync(join(tmpdir(), "lambda-team-"));
  readonly workspace = join(this.folder, "hub");

  private constructor(
    readonly sandbox: LambdaSandbox,
    readonly bin: string,
  ) {}

  static async open(sandbox: LambdaSandbox, registryToml: string): Promise<LambdaTeam> {
    const team = new LambdaTeam(sandbox, (await clientTools()).bin);
    cpSync(join(projectDirectory, ".github/actions"), join(team.workspace, ".github/actions"), { recursive: true });
    cpSync(join(projectDirectory, "hub"), join(team.workspace, ".github/registry"), { recursive: true });
    team.write("registry.toml", registryToml);
    return team;
  }

  write(path: string, contents: string | Buffer): void {
    const file = join(this.workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }

  /** Writes the zip of a build and its manifest, as build_lambda.py does. */
  async addZip(stem: string, name: string, contents: string | Buffer): Promise<Buffer> {
    const [, kind = "", key = "", python = "", architecture = ""] =
      /^([a-z]+)-(.+)-python([\d.]+)-(\w+)$/.exec(stem) ?? [];
    const bytes = await zip([kind === "layer" ? "python/shared.py" : "app.py", contents]);
    const file = `${stem}.zip`;
    const manifest = { kind, key, name, zip: file, sha256: sha256(bytes), python, architecture };
    this.write(`built/${file}`, bytes);
    this.write(`built/${stem}.json`, JSON.stringify(manifest));
    return bytes;
  }

  /** Runs one of hub/lambda's scripts as a person does, who is the deployer if `environment` names no other. */
  script(name: string, options: readonly string[], environment: Variables = {}): Promise<ProcessEnd> {
    const { PATH = "", ...clean } = cleanEnvironment(this.folder);
    return runProcess(realPython(), ["-B", join(this.workspace, ".github/registry/lambda", name), ...options], {
      directory: this.workspace,
      environment: { ...clean, PATH: `${this.bin}:${PATH}`, ...this.sandbox.environment(), ...environment },
    });
  }

  deploy(...options: readonly string[]): Promise<ProcessEnd> {
    return this.script("deploy_lambda.py", options);
  }

  /** Runs the step of the action deploy-lambda, as a job's runner does. */
  action(inputs: Variables, environment: Variables = {}): Promise<ProcessEnd> {
    const actions = join(this.workspace, ".github/actions");
    const bin = join(this.folder, "bin");
    mkdirSync(bin, { recursive: true });
    rmSync(join(bin, "python3"), { force: true });
    symlinkSync(realPython(), join(bin, "python3"));
    // AWS is where the CLI finds it by itself: the action takes no address from the job.
    const aws = `exec "${join(this.bin, "aws")}" --endpoint-url "${this.sandbox.address}" "$@"`;
    writeFileSync(join(bin, "aws"), `#!/bin/sh\n${aws}\n`, { mode: 0o755 });
    const { PATH = "", ...clean } = cleanEnvironment(this.folder);
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = this.sandbox.environment();
    const run = [...["-p", join(actions, "codeartifact-login/isolated.sh")], join(actions, "deploy-lambda/deploy.py")];
    return runProcess("/bin/bash", run, {
      directory: this.workspace,
      environment: {
        ...clean,
        PATH: `${bin}:${PATH}`,
        GITHUB_WORKSPACE: this.workspace,
        GITHUB_STEP_SUMMARY: join(this.folder, "summary.md"),
        ...{ AWS_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID!, AWS_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY! },
        ...{ AWS_SESSION_TOKEN: AWS_SESSION_TOKEN!, REGION: "us-east-1", ENVIRONMENT: "dev", FOLDER: "built" },
        ...{ FUNCTIONS: "", BUCKET: "", ...inputs, ...environment },
      },
    });
  }

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
