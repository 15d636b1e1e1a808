import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PythonTools, pythonTools } from "../../../commands/python/pythonTools";

const requirements = join(__dirname, "requirements.txt");

/** Real clients of Python and AWS, in the versions that `requirements.txt` pins. */
export async function clientTools(): Promise<PythonTools> {
  const tools = await pythonTools(requirements, () => undefined);
  if ("missing" in tools) {
    throw new Error(`These tests run real clients, and ${tools.missing}.`);
  }
  return tools;
}

/**
 * A client's name with its version, for the title of its tests: `pip 26.3`.
 *
 * @param distribution - as `requirements.txt` names it @default name
 */
export function withVersion(name: string, distribution = name): string {
  return `${name} ${pinnedVersion(distribution)}`;
}

/**
 * @param file - the requirements @default - those of the clients
 * @throws Error where the file does not pin it
 */
export function pinnedVersion(distribution: string, file = requirements): string {
  const lines = readFileSync(file, "utf8").split("\n");
  const version = lines.find((line) => line.startsWith(`${distribution}==`))?.split(/==|\s/)[1];
  if (version === undefined) {
    throw new Error(`${file} does not pin ${distribution}`);
  }
  return version;
}
