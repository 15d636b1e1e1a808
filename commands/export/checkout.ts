import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Warns of a folder that git would add to a repository. */
export async function checkoutWarnings(folder: string): Promise<readonly string[]> {
  const checkout = checkoutOf(folder);
  if (checkout === undefined || (await isIgnored(checkout, folder))) {
    return [];
  }
  return [`${folder} is inside the git checkout ${checkout}, which does not ignore it: git would add the packages.`];
}

function checkoutOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) {
    return folder;
  }
  return dirname(folder) === folder ? undefined : checkoutOf(dirname(folder));
}

/** Not where there is no git, or no repository that it knows. */
async function isIgnored(checkout: string, folder: string): Promise<boolean> {
  try {
    await promisify(execFile)("git", ["-C", checkout, "check-ignore", "--quiet", folder]);
    return true;
  } catch {
    return false;
  }
}
