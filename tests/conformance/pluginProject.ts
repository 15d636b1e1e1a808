import { mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../commands/cli";
import type { Variables } from "../../commands/job/identity";
import { CliProject } from "../support/pulumiProject";
import type { PulumiCli } from "../support/pulumiCli";

/** How a download of this machine reaches the internet. */
const downloads = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE"];

/** The project before the CLI and Pulumi's own plugins, which this user's Pulumi keeps. */
export class PluginProject extends CliProject {
  readonly #identity: Variables;

  /** @param identity - the variables by which the plugins know the account, and who asks */
  constructor(cli: PulumiCli, identity: Variables) {
    super(cli);
    this.#identity = identity;
    const plugins = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
    mkdirSync(plugins, { recursive: true });
    symlinkSync(plugins, join(this.root, "home/plugins"));
  }

  protected override providers(): Promise<NodeJS.ProcessEnv> {
    const network = downloads.map((name) => [name, process.env[name]]);
    return Promise.resolve({ ...(Object.fromEntries(network) as NodeJS.ProcessEnv), ...this.#identity });
  }

  /**
   * Downloads the plugins that the program's packages are made for, unless this user's Pulumi has them.
   *
   * @returns each as `aws 7.48.0`
   * @throws CommandError
   */
  async installPlugins(): Promise<readonly string[]> {
    const installed: string[] = [];
    for (const name of ["aws", "aws-native"]) {
      const { version } = createRequire(__filename)(`@pulumi/${name}/package.json`) as { readonly version: string };
      const { exitCode, stdout, stderr } = await this.run(
        "plugin",
        "install",
        "resource",
        name,
        `v${version}`,
        "--exact",
      );
      if (exitCode !== 0) {
        const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => /^(?:warning|error): /.test(line));
        throw new CommandError(
          `The Pulumi CLI has no plugin ${name} ${version}, and cannot download it:\n` +
            [...new Set(lines)].map((line) => `  ${line}\n`).join("") +
            "Run this where get.pulumi.com can be reached, or install the plugin from a file first: " +
            `pulumi plugin install resource ${name} v${version} --file ARCHIVE`,
        );
      }
      installed.push(`${name} ${version}`);
    }
    return installed;
  }
}
