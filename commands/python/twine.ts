import { join } from "node:path";
import type { StackRegistry } from "../aws/stackRegistry";
import { readDistributionName } from "../../sandbox/codeartifact/pypi/distributionName";
import { CommandError } from "../cli";
import { pythonTools, requirementsFile } from "./pythonTools";
import { startRunner } from "./startRunner";
import { inTemporaryFolder } from "./temporaryFolder";

/** What twine sends. Source: https://twine.readthedocs.io */
export const formatsOfTwine = ".whl, .tar.gz or .zip";

/** Whether a file of a package has the name of a distribution that twine sends. */
export function isSentByTwine(filename: string, name: string): boolean {
  try {
    readDistributionName(filename, name);
    return true;
  } catch {
    return false;
  }
}

/** Sends a file to a registry. @throws CommandError with what twine says */
export type Upload = (
  target: Pick<StackRegistry, "endpoint" | "token">,
  filename: string,
  /** Puts the file into a folder of its own, under its name. */
  put: (path: string) => Promise<void>,
) => Promise<void>;

/**
 * twine, which reads a distribution's metadata and sends it along.
 *
 * @param progress - called before what takes its time
 * @throws CommandError where there is no Python to run it
 */
export async function openTwine(progress: (what: string) => void): Promise<Upload> {
  const tools = await pythonTools(requirementsFile, progress);
  if ("missing" in tools) {
    throw new CommandError(`twine does the uploads, and ${tools.missing}.`);
  }
  const run = startRunner(tools, ["twine.commands.upload"]);
  return ({ endpoint, token }, filename, put) =>
    inTemporaryFolder(async (folder) => {
      await put(join(folder, filename));
      const { exitCode, output } = await run(
        folder,
        ["twine", "upload", "--non-interactive", "--disable-progress-bar", filename],
        {
          ...networkOf(process.env),
          TWINE_REPOSITORY_URL: endpoint,
          TWINE_USERNAME: "aws",
          TWINE_PASSWORD: await token(),
        },
      );
      if (exitCode !== 0) {
        const [line = output] = /^(?:ERROR|\w*Error).*$/m.exec(output) ?? [];
        throw new CommandError(`twine could not upload ${filename}: ${line.trim()}`);
      }
    });
}

/** How this machine reaches AWS. */
function networkOf(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}
