import { parse, TomlError } from "smol-toml";
import * as z from "zod";
import { CommandError } from "../../cli";
import type { HubStack } from "./hubStacks";

/** The file in which a team names its branches, packages, layers and functions. hub/registry_file.py checks it in whole. */
export const registryToml = "registry.toml";

// The forms of hub/registry_file.py: what is written into a workflow has no character that YAML or a condition would read.
export const branchName = /^[A-Za-z0-9][\w./-]*$/;
const branchNames = z.array(z.string().regex(branchName, "write a branch, such as develop")).default([]);
const folder = z.string().regex(/^[\w.][\w./ -]*$/, "write a folder from the root of the repository");
export const pattern = /^[\w.*?[\]][\w.*?[\]/ -]*$/;
const patterns = z.array(z.string().regex(pattern, "write a pattern of files, such as schemas/**"));

const schema = z.object({
  attestations: z.enum(["public", "always", "never"]).default("public"),
  branches: z
    .object({ "pre-release": branchNames, release: branchNames, build: branchNames })
    .default({ "pre-release": [], release: [], build: [] }),
  packages: z.record(z.string(), z.object({ path: folder, sources: patterns.default([]) })).default({}),
  layers: z.record(z.string(), z.object({ path: folder })).default({}),
  functions: z.record(z.string(), z.object({ path: folder })).default({}),
  promotion: z
    .object({
      project: z.string().regex(/^[\w-]+\/[\w.-]+$/, "write OWNER/NAME"),
      commit: z.string().regex(/^[0-9a-f]{40}$/, "write the 40 digits of a commit"),
    })
    .optional(),
});

/** What the workflows are made of. */
export interface Team {
  /** Whether files are attested: in public repositories, always or never. */
  readonly attestations: "public" | "always" | "never";
  readonly branches: { readonly preRelease: Branches; readonly release: Branches; readonly build: Branches };
  /** By name, each after those that it depends on. */
  readonly packages: Readonly<Record<string, { readonly path: string; readonly sources: readonly string[] }>>;
  /** Folder of each layer, by its key. */
  readonly layers: Readonly<Record<string, { readonly path: string }>>;
  readonly functions: Readonly<Record<string, { readonly path: string }>>;
  /**
   * This project's repository, and the commit whose `npm run promote` runs.
   * @default - none: a push to a release branch publishes to all stacks of the branch
   */
  readonly promotion?: { readonly project: string; readonly commit: string };
}

type Branches = readonly string[];

/** @throws CommandError for text that does not follow the format */
export function readRegistryToml(text: string): Team {
  try {
    const { branches: lists, ...rest } = schema.parse(parse(text));
    return {
      ...rest,
      branches: { preRelease: lists["pre-release"], release: lists.release, build: lists.build },
    };
  } catch (error) {
    if (error instanceof z.ZodError) {
      const issues = error.issues.map(({ path, message }) => `${registryToml}: ${path.join(".")}: ${message}`);
      throw new CommandError(issues.join("\n"));
    }
    if (error instanceof TomlError) {
      throw new CommandError(`${registryToml}: ${error.message}`);
    }
    throw error;
  }
}

/**
 * The first text of registry.toml, which belongs to the team from then on.
 *
 * @param lambdaPrefix - names of layers and functions in Lambda begin with it, such as `orb-integration-hub-{environment}`
 */
export function newRegistryToml({ branches, packages, layers, functions }: Team, lambdaPrefix: string): string {
  return [
    "# What the scripts in .github/registry read, and what `npm run setup -- --hub` makes the workflows of.",
    "",
    "# A push to a branch of `pre-release` publishes VERSION.devRUN. A push to one of `release` publishes VERSION. A push to one of",
    "# `build` is built and tested.",
    table("branches", [
      ["pre-release", branches.preRelease],
      ["release", branches.release],
      ["build", branches.build],
    ]),
    "# Each package after those that it depends on. `sources` are other files that its build reads.",
    ...Object.entries(packages).map(([name, { path, sources }]) =>
      table(`packages.${name}`, [
        ["path", path],
        ["sources", sources],
      ]),
    ),
    ...(Object.keys(layers).length + Object.keys(functions).length === 0
      ? []
      : [
          "# Layers and functions that were found. Remove the # of those that are to be built from the registry, write which layers each",
          "# function uses, and run `npm run setup -- --hub` again.",
        ]),
    ...Object.entries(layers).map(([key, { path }]) =>
      commented(
        table(`layers.${key}`, [
          ["path", path],
          ["name", `${lambdaPrefix}-${key}`],
          ["python", ["3.12"]],
          ["architectures", ["x86_64"]],
        ]),
      ),
    ),
    ...Object.entries(functions).map(([key, { path }]) =>
      commented(
        table(`functions.${key}`, [
          ["path", path],
          ["name", `${lambdaPrefix}-${key}`],
          ["python", "3.12"],
          ["architecture", "x86_64"],
          ["layers", Object.keys(layers).filter((layer) => layer === key)],
        ]),
      ),
    ),
  ].join("\n");
}

const registriesComment = "# As the stacks have them. `npm run setup -- --hub` writes this part.\n";

/** The text with `[registries.ENVIRONMENT]` as the stacks have them at its end. The rest stays as it is. */
export function withRegistries(text: string, stacks: readonly HubStack[]): string {
  const others = text
    .replace(registriesComment, "")
    .split(/^(?=\[)/m)
    // What follows the table's last value may be a comment on the next table.
    .map((part) => (part.startsWith("[registries.") ? part.replace(/^\[.*\n(?:[^#\n].*\n?)*\n*/, "") : part));
  const registries = stacks.map(({ environment, domain, account, region, tokenLifetime }) =>
    table(`registries.${environment}`, [
      ["domain", domain],
      ["owner", account],
      ["region", region],
      ["repository", "python-packages"],
      ["token-lifetime", tokenLifetime],
    ]),
  );
  return `${others.join("").trimEnd()}\n\n${registriesComment}${registries.join("\n")}`;
}

type Value = string | number | readonly string[] | undefined;

function table(name: string, values: readonly (readonly [key: string, value: Value])[]): string {
  const lines = values
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${key} = ${Array.isArray(value) ? `[${value.map(quoted).join(", ")}]` : quoted(value)}`);
  return [`[${name}]`, ...lines, ""].join("\n");
}

function commented(text: string): string {
  return text.replace(/^(?=.)/gm, "# ");
}

/** JSON's escapes are also TOML's. */
function quoted(value: unknown): string {
  return JSON.stringify(value);
}
