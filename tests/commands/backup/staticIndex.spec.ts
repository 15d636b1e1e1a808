import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ManifestPackage } from "../../../commands/backup/manifest";
import { writeStaticIndex } from "../../../commands/backup/staticIndex";

const sha256 = "a".repeat(64);
const file = { filename: "orb_common-1.0-py3-none-any.whl", sha256, size: 1, requiresPython: ">=3.10", saved: true };
const version = { version: "1.0", status: "Published", revision: "r", licenses: [], files: [file] } as const;

function packageOf(name: string, changes: object = {}): ManifestPackage {
  const versions = [{ ...version, files: [{ ...file }], licenses: [], ...changes }];
  return { name, originConfiguration: { publish: "ALLOW", upstream: "BLOCK" }, versions };
}

describe("the page index of an export", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "index-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const page = (path: string) => readFileSync(join(folder, "simple", path, "index.html"), "utf8");

  it("has a page for each package, whose links are in its body", async () => {
    await writeStaticIndex(folder, [packageOf("orb-common")]);

    expect(page("orb-common")).to.equal(`<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="pypi:repository-version" content="1.0">
<title>Links for orb-common</title>
</head>
<body>
<a href="../../files/orb-common/1.0/orb_common-1.0-py3-none-any.whl#sha256=${sha256}" data-requires-python="&#62;=3.10">orb_common-1.0-py3-none-any.whl</a><br>
</body>
</html>
`);
    expect(page(".")).to.include('<a href="orb-common/">orb-common</a><br>\n');
  });

  it("lists files of Published versions that the folder has, and removes a page that is no longer there", async () => {
    await writeStaticIndex(folder, [packageOf("orb-common"), packageOf("orb-models")]);
    await writeStaticIndex(folder, [
      packageOf("orb-common"),
      packageOf("orb-models", { status: "Unlisted" }),
      packageOf("orb-billing", { deletedSince: "2026-11-29T00:00:00Z" }),
    ]);

    expect(readdirSync(join(folder, "simple")).sort()).to.deep.equal(["index.html", "orb-common"]);
    expect(page(".")).not.to.include("orb-models");
  });
});
