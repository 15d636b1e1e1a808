import { createHash, randomBytes } from "node:crypto";
import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, rm, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isAlive } from "../../sandbox/core/isAlive";
import { projectFolder } from "../projectFolder";
import { findPython, type Missing, type Python } from "./findPython";
import { runProcess } from "./runProcess";
import { removeAtExit } from "./temporaryFolder";

/** Python tools in an environment of their own. */
export interface PythonTools {
  /** The environment's interpreter: a tool is run with `-m TOOL`. */
  readonly python: string;
  /** The folder of the tools' commands. */
  readonly bin: string;
}

/** What pip, twine and setuptools are pinned by. */
export const requirementsFile = join(projectFolder, "commands/python/requirements.txt");

/** Git ignores it, and it may be deleted at any time. */
const projectCache = join(projectFolder, ".cache/python");

/**
 * The tools that a requirements file pins, made when they are first asked for: pip installs them from wherever this machine
 * takes its packages. Another file or another Python makes another set.
 *
 * @param requirementsFile - every requirement with its hashes, those of its dependencies included
 * @param progress - called before what takes its time
 */
export async function pythonTools(
  requirementsFile: string,
  progress: (what: string) => void,
  cache = projectCache,
): Promise<PythonTools | Missing> {
  const python = await findPython();
  if ("missing" in python) {
    return python;
  }
  const wanted = createHash("sha256").update(await readFile(requirementsFile));
  const key = wanted.update(python.identity).digest("hex").slice(0, 16);
  const entry = join(cache, key);
  if (!existsSync(entry)) {
    progress("installing Python's tools, this once");
    const error = await make(python, requirementsFile, entry);
    if (error !== undefined) {
      return { missing: error };
    }
  }
  // The tools' commands name the folder they were made in.
  return toolsIn(await realpath(entry));
}

function toolsIn(folder: string): PythonTools {
  const bin = join(folder, process.platform === "win32" ? "Scripts" : "bin");
  return { bin, python: join(bin, "python") };
}

/**
 * An environment cannot be moved. So it is made in a folder that no other process uses, and the entry becomes a link to it once it is
 * complete: whatever ends the making, the entry is there and good, or not there. Of two that make it at once the first to be
 * ready sets the link.
 *
 * @returns what went wrong
 */
async function make({ command }: Python, requirementsFile: string, entry: string): Promise<string | undefined> {
  const folder = `${entry}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(resolve(entry, ".."), { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Python's tools are kept in ${resolve(entry, "..")}, which cannot be made: ${reason}. Run the command in a copy that you may write to`;
  }
  await removeLeftovers(resolve(entry, ".."));
  const keep = removeAtExit(folder);
  try {
    const made = await runProcess(command, ["-I", "-m", "venv", folder]);
    if (made.exitCode !== 0) {
      return `${command} makes no environment: ${lastLine(made.output)}`;
    }
    // A pip that is killed leaves its temporary files where they go with the rest.
    const temporary = join(folder, "tmp");
    await mkdir(temporary);
    const options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-user"];
    const installed = await runProcess(
      toolsIn(folder).python,
      ["-I", "-m", "pip", "install", ...options, "--require-hashes", "--no-deps", "-r", requirementsFile],
      { environment: { ...process.env, TMPDIR: temporary } },
    );
    await rm(temporary, { recursive: true, force: true });
    if (installed.exitCode !== 0) {
      return `pip cannot install Python's tools: ${lastLine(installed.output)}`;
    }
    await link(folder, entry);
    return undefined;
  } finally {
    if (linkedFolder(entry) !== basename(folder)) {
      await rm(folder, { recursive: true, force: true });
    }
    keep();
  }
}

/** Nothing is changed where another one was first. */
async function link(folder: string, entry: string): Promise<void> {
  try {
    await symlink(basename(folder), entry, "junction");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
  }
}

/** What was being made when its maker was ended, and links to folders that were deleted. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const [, key, maker] = /^([0-9a-f]{16})\.(\d+)\.[0-9a-f]{8}$/.exec(name) ?? [];
    const unfinished = key !== undefined && linkedFolder(join(cache, key)) !== name && !isAlive(Number(maker));
    const dangling = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(path);
    if (unfinished || dangling) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** The folder that an entry is a link to. */
function linkedFolder(entry: string): string | undefined {
  try {
    return basename(readlinkSync(entry));
  } catch {
    return undefined;
  }
}

function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1) ?? "";
}
