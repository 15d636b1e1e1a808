import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnvironment } from "../python/cleanEnvironment";
import { pythonTools, requirementsFile } from "../python/pythonTools";
import { runProcess } from "../python/runProcess";
import { inTemporaryFolder } from "../python/temporaryFolder";
import { CommandError } from "../cli";
import type { StackRegistry } from "../aws/stackRegistry";

/** Sends a file to a registry. */
export type Upload = (target: StackRegistry, filename: string, bytes: Buffer) => Promise<void>;

/**
 * twine, which reads a distribution's metadata and sends it along.
 *
 * @throws CommandError where there is no Python to run it
 */
export async function twineUpload(progress: (what: string) => void): Promise<Upload> {
  const tools = await pythonTools(requirementsFile, progress);
  if ("missing" in tools) {
    throw new CommandError(`twine does the uploads, and ${tools.missing}.`);
  }
  return ({ endpoint, token }, filename, bytes) =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, filename), bytes);
      const { exitCode, output } = await runProcess(
        tools.python,
        ["-I", "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", filename],
        {
          directory: folder,
          environment: {
            ...cleanEnvironment(folder),
            ...networkOf(process.env),
            TWINE_REPOSITORY_URL: endpoint,
            TWINE_USERNAME: "aws",
            TWINE_PASSWORD: token,
          },
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
