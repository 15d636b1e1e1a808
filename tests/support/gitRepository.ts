import { runProcess } from "../../commands/python/runProcess";

/** Runs git in a folder, with an author, and answers with what it prints. */
export async function git(directory: string, ...options: readonly string[]): Promise<string> {
  const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
  const { exitCode, output } = await runProcess("git", [...identity, ...options], { directory });
  if (exitCode !== 0) {
    throw new Error(output);
  }
  return output.trim();
}

/** Commits all that is in a folder, which becomes a repository where it is not one yet. */
export async function commitAll(directory: string): Promise<string> {
  await git(directory, "init", "--quiet", "--initial-branch", "main");
  await git(directory, "add", "--all");
  await git(directory, "commit", "--quiet", "--allow-empty", "--message", "Commit");
  return git(directory, "rev-parse", "HEAD");
}
