import { execFileSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The Pulumi CLI of this machine. */
export interface PulumiCli {
  /** As `v3.259.0`. */
  readonly version: string;
  /** A PATH on which the CLI finds itself, Node, and a host for Node programs. */
  readonly path: string;
}

/** How to get a CLI where there is none. */
export const howToGetCli = 'PATH="$(sh tools/build.sh pulumi-cli):$PATH" npm test';

/** The CLI on PATH; undefined where there is none. */
export function findPulumiCli(path = process.env.PATH ?? ""): PulumiCli | undefined {
  const command = onPath("pulumi", path);
  if (command === undefined) {
    return undefined;
  }
  const version = execFileSync(command, ["version"], { encoding: "utf8" }).trim();
  const host = "pulumi-language-nodejs";
  const hasHost = isExecutable(join(dirname(realpathSync(command)), host)) || onPath(host, path) !== undefined;
  return { version, path: hasHost ? path : [path, __dirname].join(delimiter) };
}

function onPath(command: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((directory) => join(directory, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
