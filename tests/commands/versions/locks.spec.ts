import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { LockError, lockReader } from "../../../commands/versions/locks";
import { projectDirectory } from "../../support/deployments";

const [one, two] = ["1", "2"].map((digit) => digit.repeat(64)) as [string, string];
const pins = (name: string, text: string) => lockReader(name)!(text);
const common = { name: "orb-common", version: "1.4.0", hashes: [one, two] };

describe("a lock", () => {
  it("is read by the name of its file: Pipfile.lock with every category", () => {
    const package_ = { hashes: [`sha256:${one}`, `sha256:${two}`], version: "==1.4.0", index: "python-packages" };
    const lock = {
      _meta: { hash: { sha256: one }, "pipfile-spec": 6, requires: {}, sources: [] },
      default: { "orb-common": package_ },
      develop: { mine: { path: "." } },
    };

    expect(pins("Pipfile.lock", JSON.stringify(lock))).to.deep.equal([common]);
  });

  it("is read as uv.lock, with sdist and wheels, and without the project itself", () => {
    const text = `version = 1
[[package]]
name = "layer"
version = "0"
source = { virtual = "." }
[[package]]
name = "orb-common"
version = "1.4.0"
sdist = { url = "https://index.example/a.tar.gz", hash = "sha256:${one}", size = 1 }
wheels = [{ url = "https://index.example/a.whl", hash = "sha256:${two}" }]
`;

    expect(pins("uv.lock", text).filter(({ name }) => name === "orb-common")).to.deep.equal([
      { ...common, hashes: [two, one] },
    ]);
  });

  it("is read as poetry.lock and pylock.toml", () => {
    const poetry = `[[package]]
name = "orb-common"
version = "1.4.0"
files = [{ file = "a.whl", hash = "sha256:${one}" }, { file = "a.tar.gz", hash = "sha256:${two}" }]
`;
    const pylock = `lock-version = "1.0"
[[packages]]
name = "orb-common"
version = "1.4.0"
wheels = [{ name = "a.whl", url = "https://index.example/a.whl", hashes = { sha256 = "${one}" } }]
[packages.sdist]
url = "https://index.example/a.tar.gz"
hashes = { sha256 = "${two}", md5 = "x" }
`;

    expect(pins("poetry.lock", poetry)).to.deep.equal([common]);
    expect(pins("pylock.toml", pylock)).to.deep.equal([common]);
    expect(pins("pylock.prod.toml", pylock)).to.deep.equal([common]);
  });

  it("is read as requirements, in any spelling, with comments, conditions and continued lines", () => {
    const text = `--index-url https://index.example/simple/
# orb-common==9
Orb_Common[extra]==1.4.0 ; python_version >= "3.9" \\
    --hash=sha256:${one} \\
    --hash=sha256:${two}  # via layer
orb-models>=1
./local
`;

    expect(pins("requirements-prod.txt", text)).to.deep.equal([common]);
  });

  it("is read as uv wrote it", () => {
    const file = join(projectDirectory, "hub/lambda/requirements-poetry.txt");
    const text = readFileSync(file, "utf8");
    const found = pins("requirements-poetry.txt", text);

    expect(found).to.have.length(text.match(/^\S+==/gm)!.length);
    expect(found.flatMap(({ hashes }) => hashes)).to.have.length(text.match(/--hash=/g)!.length);
  });

  it("has no SHA-256 where it names none", () => {
    expect(pins("requirements.txt", "orb-common==1.4.0\n")).to.deep.equal([{ ...common, hashes: [] }]);
  });

  it("is an error where it is broken, and nothing under another name", () => {
    expect(() => pins("Pipfile.lock", "{")).to.throw(LockError);
    expect(() => pins("Pipfile.lock", '{"default":{"orb-common":{"hashes":1}}}')).to.throw(LockError);
    expect(() => pins("uv.lock", "[[package")).to.throw(LockError);
    expect(lockReader("package-lock.json")).to.equal(undefined);
    expect(lockReader("yarn.lock")).to.equal(undefined);
  });
});
