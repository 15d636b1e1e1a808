import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as prettier from "prettier";
import { projectDirectory } from "../support/deployments";
import { textOf } from "../support/docs/markdown";

/** The files below a folder, by their paths in it. */
function filesBelow(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  return new Map(files.sort().map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

describe("docs/reference", () => {
  const reference = filesBelow(join(projectDirectory, "docs/reference"));

  it("is what the components' comments and types say now: npm run reference writes it", async function () {
    this.timeout(180_000);
    const folder = mkdtempSync(join(tmpdir(), "package-registry-reference-"));
    try {
      const typedoc = join(projectDirectory, "node_modules/typedoc/bin/typedoc");
      execFileSync(process.execPath, [typedoc, "--out", folder], { cwd: projectDirectory });
      const options = await prettier.resolveConfig(join(projectDirectory, "docs/reference/README.md"));
      const written = await Promise.all(
        [...filesBelow(folder)].map(async ([file, text]): Promise<[string, string]> => {
          return [file, await prettier.format(text, { ...options, parser: "markdown" })];
        }),
      );

      expect(Object.fromEntries(written)).to.deep.equal(Object.fromEntries(reference));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("describes every output of docs/outputs.md", () => {
    const outputs = [...textOf("docs/outputs.md").matchAll(/^\| (`[^|]*`) *\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
    const described = [...(reference.get("index.md") ?? "").matchAll(/^### (\w+)$/gm)].map(([, name = ""]) => name);

    expect(outputs).to.have.length.above(10);
    expect(described).to.have.members(outputs);
  });
});
