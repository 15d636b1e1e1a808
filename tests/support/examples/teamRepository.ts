import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { devNull } from "node:os";
import { runProcess } from "../../../commands/python/runProcess";
import { projectDirectory } from "../deployments";
import { repository } from "./registries";

/** A team's repository, on GitHub and in someone's work tree. */
export class TeamRepository {
  readonly #tree: string;
  readonly #bare: string;

  constructor(folder: string) {
    this.#tree = join(folder, "tree");
    this.#bare = join(folder, "github", repository);
  }

  /**
   * Makes both, with develop and main at the first commit.
   *
   * @param write - its files @default those of the example
   */
  async create(write = copyExample): Promise<void> {
    mkdirSync(this.#bare, { recursive: true });
    write(this.#tree);
    await this.git(["init", "--quiet", "--bare", this.#bare]);
    // GitHub lets any commit be fetched that it has.
    await this.git(["-C", this.#bare, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    await this.git(["-C", this.#bare, "config", "http.receivepack", "true"]);
    await this.git(["init", "--quiet", "--initial-branch", "develop"]);
    await this.git(["remote", "add", "origin", this.#bare]);
    await this.commit({});
    await this.git(["branch", "main"]);
    await this.git(["push", "--quiet", "origin", "develop", "main"]);
  }

  /** The work tree, at what was committed last. */
  get directory(): string {
    return this.#tree;
  }

  /** Commits texts by path; without text a file goes. */
  async commit(changes: Readonly<Record<string, string | undefined>>): Promise<string> {
    for (const [path, contents] of Object.entries(changes)) {
      const file = join(this.#tree, path);
      if (contents === undefined) {
        rmSync(file);
      } else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, contents);
      }
    }
    await this.git(["add", "--all"]);
    await this.git(["commit", "--quiet", "--allow-empty", "-m", "Change"]);
    return this.head();
  }

  async head(): Promise<string> {
    return (await this.git(["rev-parse", "HEAD"])).trim();
  }

  /** Commit of a branch on GitHub. */
  async remoteHead(branch: string): Promise<string> {
    return (await this.git(["-C", this.#bare, "rev-parse", branch])).trim();
  }

  /** Pushes what was committed last to a branch. */
  async push(branch: string): Promise<void> {
    await this.git(["push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`]);
  }

  /** Tags on GitHub, by name: the commit of each. */
  async tags(): Promise<Readonly<Record<string, string>>> {
    const listed = await this.git([
      "-C",
      this.#bare,
      "for-each-ref",
      "--format=%(refname:short) %(objectname)",
      "refs/tags",
    ]);
    return Object.fromEntries(
      listed
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split(" ") as [string, string]),
    );
  }

  /** Takes all tags off GitHub. */
  async deleteTags(): Promise<void> {
    for (const tag of Object.keys(await this.tags())) {
      await this.git(["-C", this.#bare, "update-ref", "-d", `refs/tags/${tag}`]);
    }
  }

  /** Has GitHub reject every new tag, as a ruleset does. */
  rejectTags(): void {
    writeFileSync(join(this.#bare, "hooks/update"), '#!/bin/sh\ncase "$1" in refs/tags/*) exit 1 ;; esac\n', {
      mode: 0o755,
    });
  }

  async git(options: readonly string[]): Promise<string> {
    const { PATH = "" } = process.env;
    const { exitCode, output } = await runProcess("git", options, {
      directory: this.#tree,
      environment: {
        PATH,
        HOME: this.#tree,
        GIT_CONFIG_GLOBAL: devNull,
        GIT_CONFIG_SYSTEM: devNull,
        GIT_AUTHOR_NAME: "Example",
        GIT_AUTHOR_EMAIL: "example@example.com",
        GIT_COMMITTER_NAME: "Example",
        GIT_COMMITTER_EMAIL: "example@example.com",
      },
    });
    if (exitCode !== 0) {
      throw new Error(`git ${options.join(" ")}: ${output}`);
    }
    return output;
  }
}

/** Copies the example's repository with the actions and scripts that its workflows use. */
export function copyExample(target: string): void {
  for (const [from, to] of [
    ["examples/integration-hub", "."],
    [".github/actions", ".github/actions"],
    ["hub", ".github/registry"],
  ] as const) {
    cpSync(join(projectDirectory, from), join(target, to), { recursive: true });
  }
}
