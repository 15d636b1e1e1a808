import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDirectory } from "../deployments";

/** Archives as Pulumi publishes them, with programs of the tests in them. */
export interface PulumiArchives {
  /** Their lines of SHA256SUMS. */
  readonly sums: string;
  /** The program of a provider plugin. */
  readonly plugin: (name: string) => string;
}

/**
 * Writes the archives of the pinned versions into a folder, under the names that they are published with.
 *
 * @param cli - text of the program `pulumi`
 */
export function packArchives(folder: string, cli: string): PulumiArchives {
  const plugin = (name: string) => `#!/bin/sh\necho "the plugin ${name} was run" >&2\nexit 1\n`;
  const { dependencies } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const goModule = readFileSync(join(projectDirectory, "tools/pulumi-cli/go.mod"), "utf8");
  const version = /pulumi\/pkg\/v3 v(\S+)/.exec(goModule)?.[1] ?? "";
  const pack = (archive: string, path: string, program: string) => {
    const content = mkdtempSync(join(tmpdir(), "pulumi-archive-"));
    mkdirSync(join(content, "pulumi"));
    writeFileSync(join(content, path), program);
    chmodSync(join(content, path), 0o755);
    execFileSync("tar", ["-czf", join(folder, archive), "-C", content, path]);
    rmSync(content, { recursive: true });
    const sum = createHash("sha256")
      .update(readFileSync(join(folder, archive)))
      .digest("hex");
    return `${sum}  ${archive}\n`;
  };
  const sums = [
    pack(`pulumi-v${version}-linux-x64.tar.gz`, "pulumi/pulumi", cli),
    ...["aws", "aws-native"].map((name) => {
      const archive = `pulumi-resource-${name}-v${dependencies[`@pulumi/${name}`] ?? ""}-linux-amd64.tar.gz`;
      return pack(archive, `pulumi-resource-${name}`, plugin(name));
    }),
  ];
  return { sums: sums.join(""), plugin };
}
