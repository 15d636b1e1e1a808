import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { parseJson } from "../../iam/json";
import { CommandError } from "../cli";
import { couldNotLook } from "../aws/clients";

const execute = promisify(execFile);

/**
 * What GitHub's REST API answers to a GET, asked through `gh`, which holds the credentials.
 *
 * @param path - without a slash at its beginning
 * @returns nothing where GitHub has no such thing, or does not show it
 * @throws CommandError with exit code 2 where `gh` is missing or refused, or the answer is none of its kind
 */
export async function githubApi<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer | undefined> {
  const text = await ask(path);
  if (text === undefined) {
    return undefined;
  }
  const answer = schema.safeParse(parseJson(text)?.value);
  if (!answer.success) {
    throw refusal(path, `the answer is not as expected: ${z.prettifyError(answer.error)}`);
  }
  return answer.data;
}

async function ask(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await execute("gh", ["api", path], { timeout: 60_000, maxBuffer: 8 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as Error & { code?: string | number; stderr?: string };
    if (code === "ENOENT") {
      throw refusal(path, "gh is not on PATH: install it from https://cli.github.com and log in with gh auth login");
    }
    if (/\(HTTP 404\)/.test(stderr)) {
      return undefined;
    }
    throw refusal(path, stderr.trim() === "" ? message : stderr.trim());
  }
}

function refusal(path: string, why: string): CommandError {
  return new CommandError(`Could not look: gh api ${path}: ${why}`, couldNotLook);
}
