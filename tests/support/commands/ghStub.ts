import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What GitHub answers, by the path that is asked: JSON, or what `gh` tells on standard error as it fails. */
export type GithubAnswers = Readonly<Record<string, object | { readonly stderr: string }>>;

/**
 * A `gh` that knows these answers; anything else is not found.
 *
 * @returns a PATH on which it comes first
 */
export async function withGh<Result>(answers: GithubAnswers, use: (path: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "gh-"));
  try {
    writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
    writeFileSync(join(folder, "gh"), program, { mode: 0o755 });
    return await use([folder, process.env.PATH].join(delimiter));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const program = `#!/usr/bin/env node
const [command, path, ...others] = process.argv.slice(2);
const answers = JSON.parse(require("node:fs").readFileSync(require("node:path").join(__dirname, "answers.json"), "utf8"));
const answer = command === "api" && others.length === 0 ? answers[path] : { stderr: "not a GET: " + process.argv.join(" ") };
if (answer === undefined || answer.stderr !== undefined) {
  process.stderr.write((answer?.stderr ?? "gh: Not Found (HTTP 404)") + "\\n");
  process.exitCode = 1;
} else {
  process.stdout.write(JSON.stringify(answer));
}
`;
