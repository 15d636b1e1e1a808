import { join } from "node:path";
import { type PythonTools, pythonTools } from "../../sandbox/python/pythonTools";

/** Real clients of Python and AWS, in the versions that `requirements.txt` pins. */
export async function clientTools(): Promise<PythonTools> {
  const tools = await pythonTools(join(__dirname, "requirements.txt"), () => undefined);
  if ("missing" in tools) {
    throw new Error(`These tests run real clients, and ${tools.missing}.`);
  }
  return tools;
}

/** Installing them takes longer than any test. */
export const installing = 600_000;
