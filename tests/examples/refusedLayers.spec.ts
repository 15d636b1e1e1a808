import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeLayers } from "../support/examples/describeLayers";
import { layerWheels } from "../support/examples/layerWheels";
import { writeLock } from "../support/examples/lockFormats";

describeLayers(
  "a Lambda layer is not made",
  (given) => {
    before(async () => {
      await given.layers.publishExample();
    });

    it("from a lock that does not fit its Pipfile any more", async () => {
      await given.layers.lock.pipenv("stale");
      given.layers.person.write(
        "stale/Pipfile",
        given.layers.person.read("stale/Pipfile").replace('orb-models = "*"', 'orb-models = ">=1"'),
      );

      await given.layers.expectNone("stale", /Pipfile\.lock is out-of-date/);
    });

    it("from a lock that names other bytes than the registry has", async () => {
      await given.layers.lock.pip("bytes");
      given.layers.person.write(
        "bytes/requirements.txt",
        given.layers.person.read("bytes/requirements.txt").replaceAll(/sha256:.{8}/g, "sha256:00000000"),
      );

      await given.layers.expectNone("bytes", /THESE PACKAGES DO NOT MATCH THE HASHES/);
    });

    it("from requirements without hashes", async () => {
      given.layers.person.write("unhashed/requirements.txt", "orb-common==1.4.0\n");

      await given.layers.expectNone("unhashed", /Hashes are required in --require-hashes mode/);
    });

    it("from requirements that name another place, and lists them all", async () => {
      await given.layers.lock.pip("option");
      const others = [
        "--extra-index-url https://pypi.org/simple/",
        "-r other.txt",
        "orb @ https://evil.example/orb.whl",
      ];
      given.layers.person.write(
        "option/requirements.txt",
        `${others.join("\n")}\n${given.layers.person.read("option/requirements.txt")}`,
      );

      await given.layers.expectNone(
        "option",
        /'--extra-index-url .*' is an option.*\n.*'-r other\.txt' is an option.*\n.*'orb @ .*' is not NAME==VERSION/,
      );
    });

    it("from pipenv's or uv's lock that names another place", async () => {
      await given.layers.lock.pipenv("git");
      const [lock, other] = ['"attrs": {', '"attrs": { "git": "https://evil.example/attrs",'];
      given.layers.person.write("git/Pipfile.lock", given.layers.person.read("git/Pipfile.lock").replace(lock, other));
      await given.layers.expectNone(
        "git",
        /Pipfile\.lock: default: attrs has git, so it may come from elsewhere than the index/,
      );

      await given.layers.lock.uv("directory");
      const text = given.layers.person
        .read("directory/uv.lock")
        .replace(/(name = "attrs"\n.*\nsource = ).*/, '$1{ directory = "a" }');
      given.layers.person.write("directory/uv.lock", text);
      await given.layers.expectNone("directory", /uv\.lock: attrs comes from \{'directory': 'a'\}, not from the index/);
    });

    it("from uv's lock that does not fit its pyproject.toml any more", async () => {
      await given.layers.lock.uv("unfit");
      given.layers.person.write(
        "unfit/pyproject.toml",
        given.layers.person.read("unfit/pyproject.toml").replace("orb-common==1.4.0", "orb-common"),
      );

      await given.layers.expectNone("unfit", /uv\.lock does not match pyproject\.toml any more/);
    });

    it("from poetry's lock that does not fit its pyproject.toml any more; one that fits is built", async () => {
      await writeLock(given.layers, "poetry.lock", "poems");
      await given.layers.expectOne("poems");
      const pyproject = given.layers.person.read("poems/pyproject.toml");
      given.layers.person.write("poems/pyproject.toml", pyproject.replace("orb-common==1.4.0", "orb-common"));
      rmSync(join(given.layers.person.work, "poems.zip"));

      await given.layers.expectNone("poems", /poetry\.lock does not match pyproject\.toml any more/);
    });

    it("from two locks; an export beside a lock is not one", async () => {
      await given.layers.lock.uv("double");
      await given.layers.lock.pip("double");
      await given.layers.expectOne("double");
      expect(given.layers.person.read("double.json")).to.include('"file": "uv.lock"');
      rmSync(join(given.layers.person.work, "double.zip"));
      given.layers.person.write("double/pylock.toml", "");

      await given.layers.expectNone("double", /double: it has uv\.lock and pylock\.toml\. Keep one/);
    });

    it("from pylock.toml that has no wheel for the function's system, or that no Python of it satisfies", async () => {
      const lock = (more: string, name: string) =>
        `lock-version = "1.0"\ncreated-by = "test"\n${more}\n[[packages]]\nname = "orb"\nversion = "1"\n` +
        `wheels = [{ name = "${name}", url = "https://registry.example/${name}", hashes = { sha256 = "${"0a".repeat(32)}" } }]\n`;
      given.layers.person.write("windows/pylock.toml", lock("", "orb-1-cp312-cp312-win_amd64.whl"));
      await given.layers.expectNone(
        "windows",
        /pylock\.toml: No wheel found matching the provided tags for package 'orb'/,
      );
      given.layers.person.write("newer/pylock.toml", lock('requires-python = ">=3.13"', "orb-1-py3-none-any.whl"));
      await given.layers.expectNone(
        "newer",
        /pylock\.toml: .* does not satisfy the Python version requirement '>=3\.13'/,
      );
    });

    it("without a package for the function's system", async () => {
      await given.layers.lockWheel("empty", { "orb_empty.py": "" });
      const lock = given.layers.person.read("empty/requirements.txt");
      given.layers.person.write("empty/requirements.txt", lock.replace(" --hash", " ; os_name == 'nt' --hash"));

      await given.layers.expectNone("empty", /requirements\.txt: it names no package for Python 3\.12 on x86_64/);
    });

    it("without the tool that wrote the lock, and says what installs it", async () => {
      await given.layers.lock.uv("toolless");
      const python = join(given.layers.person.work, "only-python");
      mkdirSync(python);
      symlinkSync(given.layers.person.tools.python, join(python, "python3"));

      await given.layers.expectNone("toolless", /^uv: it is not installed.*requirements-uv\.txt names/, {
        PATH: `${python}:/usr/bin:/bin`,
      });
    });

    it("where a package says that it was installed from an address; a package that does not is in it", async () => {
      await given.layers.lockWheel("direct", {
        "orb_direct-1.0.0.dist-info/direct_url.json": '{"url":"file:///x","dir_info":{}}',
      });
      await given.layers.lockWheel("indexed", { "orb_indexed/direct_url.json": "{}" });

      await given.layers.expectNone(
        "direct",
        /orb_direct-1\.0\.0\.dist-info\/direct_url\.json: says that it was installed from an address/,
      );
      await given.layers.expectOne("indexed");
    });

    it("of a package that has no wheel for Lambda's platform and Python, where one that has is installed", async () => {
      await given.layers.lockWheel("foreign", { "orb_foreign.py": "" }, (name) =>
        name.replace("py3-none-any", "cp311-cp311-win_amd64"),
      );
      await given.layers.lockWheel("native", { "orb_native.py": "" }, (name) =>
        name.replace("py3-none-any", "cp312-cp312-manylinux_2_28_x86_64"),
      );

      await given.layers.expectNone("foreign", /No matching distribution found for orb-foreign==1\.0\.0/);
      await given.layers.expectOne("native");
    });

    it("where two packages have other bytes under one name; a folder bin of one package is in it", async () => {
      await given.layers.lockWheel("one", { "orb_same.py": "1", "bin/tool.py": "" });
      await given.layers.lockWheel("two", { "orb_same.py": "2" });
      given.layers.person.write(
        "both/requirements.txt",
        given.layers.person.read("one/requirements.txt") + given.layers.person.read("two/requirements.txt"),
      );

      await given.layers.expectNone(
        "both",
        /orb_same\.py: its bytes are not those of orb_(one|two)-1\.0\.0\.dist-info/,
      );
      const { bytes } = await given.layers.expectOne("one");
      expect(bytes.includes("python/bin/tool.py")).to.equal(true);
    });

    it("without a token to look for", async () => {
      await given.layers.lock.pip("tokenless");

      await given.layers.expectNone("tokenless", /CODEARTIFACT_INDEX_URL: is not set/, { CODEARTIFACT_INDEX_URL: "" });
    });
  },
  layerWheels,
);
