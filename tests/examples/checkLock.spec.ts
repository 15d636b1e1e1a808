import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../commands/python/runProcess";
import { projectDirectory } from "../support/deployments";
import { realPython } from "../support/realPython";

const layers = join(projectDirectory, "hub/lambda");
const hash = `--hash=sha256:${"0a".repeat(32)}`;
const last = "A layer's packages come from one index. Nothing was installed.\n";

describe("the check of a layer's lock", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Checks files, by their names and texts; those named in `beside` are there and not checked. */
  const check = (files: Readonly<Record<string, string>>, beside: Readonly<Record<string, string>> = {}) => {
    for (const [name, text] of Object.entries({ ...files, ...beside })) {
      writeFileSync(join(folder, name), text);
    }
    const script = join(layers, "check_lock.py");
    const options = ["-I", "-S", "-B", script, ...Object.keys(files)];
    return runProcess(realPython(), options, { directory: folder, environment: {} });
  };
  const accepts = async (files: Readonly<Record<string, string>>, beside = {}, output = "") => {
    expect(await check(files, beside)).to.deep.equal({ exitCode: 0, output });
  };
  const rejects = async (files: Readonly<Record<string, string>>, findings: readonly string[], beside = {}) => {
    expect(await check(files, beside)).to.deep.equal({ exitCode: 1, output: `${findings.join("\n")}\n${last}` });
  };

  describe("of requirements", () => {
    it("takes pinned packages with extras, conditions, comments and hashes, and prints nothing else of them", async () => {
      const text = [
        ...["# What the layer has.", `orb-common==1.4.0 ${hash}`, ""],
        ...[`attrs[tests]==26.1.0 ; python_version >= '3.9' and os_name != "nt" \\`, `    ${hash} \\`, `    ${hash}`],
        ...[`  orb_models == 1.2.0.dev7+local.1   # a pre-release`, ""],
      ].join("\n");

      await accepts(
        { "requirements.txt": text },
        {},
        [
          `orb-common==1.4.0 ${hash}`,
          `attrs[tests]==26.1.0 ; python_version >= '3.9' and os_name != "nt" ${hash} ${hash}`,
          "orb_models == 1.2.0.dev7+local.1",
          "",
        ].join("\n"),
      );
    });

    it("gives pip only what it has read itself, where pip would read the file in another encoding", async () => {
      await accepts(
        { "requirements.txt": `# -*- coding: utf-7 -*-\n# +AAo-orb @ https://evil.example/orb.whl\norb==1 ${hash}\n` },
        {},
        `orb==1 ${hash}\n`,
      );
    });

    for (const line of [
      ...["orb @ https://evil.example/orb-1-py3-none-any.whl", "orb@https://evil.example/orb.whl", "orb @ file:///orb"],
      ...["https://evil.example/orb-1-py3-none-any.whl", "file:orb-1-py3-none-any.whl", "git+https://evil.example/orb"],
      ...["orb @ git+ssh://git@evil.example/orb@v1", "./orb", "../wheels/orb-1-py3-none-any.whl", "orb.whl", "orb"],
      ...["orb>=1", "orb==1.*", "orb===1", "orb==1,>2", "orb==${VERSION}", "orb==1 ; x == 'a://b'", "orb==1 @ file:x"],
    ]) {
      it(`rejects ${line}`, () =>
        rejects({ "requirements.txt": `${line}\n` }, [
          `requirements.txt: '${line}' is not NAME==VERSION, so it may come from elsewhere than the index`.replace(
            /'(.*'.*)' is/,
            '"$1" is',
          ),
        ]));
    }

    for (const option of [
      ...["--extra-index-url https://pypi.org/simple/", "--extra-index-url=https://pypi.org/simple/", "-e ."],
      ...["-i https://pypi.org/simple/", "--index-url https://pypi.org/simple/", "-f wheels", "--find-links wheels"],
      ...[
        "-r other.txt",
        "-c other.txt",
        "--requirement=other.txt",
        "--no-index",
        "--trusted-host evil.example",
        "--pre",
      ],
      ...["--editable=.", "-fwheels", "-rother.txt", "--no-binary :all:"],
    ]) {
      it(`rejects the option ${option}`, () =>
        rejects({ "requirements.txt": `${option}\n` }, [
          `requirements.txt: '${option}' is an option: a layer comes from one index, and from one lock`,
        ]));
    }

    it("rejects an option of one package that is not a hash", () =>
      rejects({ "requirements.txt": `orb==1 ${hash} --find-links x --global-option=y\n` }, [
        "requirements.txt: 'orb==1' has options other than --hash=sha256:…: --find-links x --global-option=y",
      ]));

    it("names all that it rejects", async () => {
      const { exitCode, output } = await check({ "requirements.txt": `-r other.txt\norb==1\norb\ngit+https://x\n` });

      expect(exitCode).to.equal(1);
      expect(output.match(/^requirements\.txt: /gm)).to.have.length(3);
    });
  });

  describe("of pipenv's files", () => {
    const pipfile = readFileSync(
      join(projectDirectory, "examples/integration-hub/backend/layers/shared/Pipfile"),
      "utf8",
    );
    const lock = readFileSync(
      join(projectDirectory, "examples/integration-hub/backend/layers/shared/Pipfile.lock"),
      "utf8",
    );
    interface Lock {
      readonly _meta: { readonly sources: Record<string, unknown>[] };
      readonly default: Record<string, Record<string, unknown>>;
      readonly develop: Record<string, Record<string, unknown>>;
    }
    const changed = (change: (lock: Lock) => void) => {
      const copy = JSON.parse(lock) as Lock;
      change(copy);
      return { "Pipfile.lock": JSON.stringify(copy) };
    };

    it("takes those of the example, and versions, extras and conditions", async () => {
      await accepts({ Pipfile: pipfile, "Pipfile.lock": lock });
      const more = [
        `attrs = ">=24,!=25.1"`,
        `httpx = { version = "~=0.28", extras = ["http2"], os_name = "== 'posix'" }`,
      ];
      await accepts({ Pipfile: pipfile.replace("[packages]", ["[packages]", ...more].join("\n")) });
      await accepts(changed(({ develop }) => (develop.attrs = { version: "==26.1.0", extras: ["tests"], hashes: [] })));
    });

    for (const [what, source, finding] of [
      [
        "a second source",
        '[[source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\n',
        ", 'https://pypi.org/simple']",
      ],
      ["the same source twice", '[[source]]\nname = "again"\nurl = "${CODEARTIFACT_INDEX_URL}"\n', undefined],
    ] as const) {
      it(`rejects ${what} in a Pipfile`, () =>
        rejects({ Pipfile: `${source}\n${pipfile}` }, [
          `Pipfile: its sources are ${
            finding === undefined
              ? "['${CODEARTIFACT_INDEX_URL}', '${CODEARTIFACT_INDEX_URL}']"
              : "['https://pypi.org/simple', '${CODEARTIFACT_INDEX_URL}']"
          }: name one, with the url '\${CODEARTIFACT_INDEX_URL}'`,
        ]));
    }

    it("rejects a source that would be sent the token, one without checked certificates, and none", async () => {
      const url = "https://evil.example/${CODEARTIFACT_INDEX_URL}";
      await rejects({ Pipfile: pipfile.replace("${CODEARTIFACT_INDEX_URL}", () => url) }, [
        `Pipfile: its sources are ['${url}']: name one, with the url '\${CODEARTIFACT_INDEX_URL}'`,
      ]);
      await rejects({ Pipfile: pipfile.replace("verify_ssl = true", "verify_ssl = false") }, [
        "Pipfile: ${CODEARTIFACT_INDEX_URL}: verify_ssl must not be off",
      ]);
      await rejects({ Pipfile: "[packages]\n" }, [
        "Pipfile: its sources are []: name one, with the url '${CODEARTIFACT_INDEX_URL}'",
      ]);
    });

    for (const [entry, keys] of [
      ['{ git = "https://evil.example/orb", ref = "v1" }', "git, ref"],
      ['{ path = "../orb", editable = true }', "editable, path"],
      ['{ file = "https://evil.example/orb.whl" }', "file"],
      ['{ url = "https://evil.example/orb.whl" }', "url"],
    ] as const) {
      it(`rejects ${entry} in a Pipfile, for the layer and for its development`, async () => {
        for (const category of ["packages", "dev-packages", "others"]) {
          const text = pipfile.replace("[packages]", `[${category}]\norb = ${entry}\n`);
          await rejects({ Pipfile: text }, [
            `Pipfile: ${category}: orb has ${keys}, so it may come from elsewhere than the index`,
          ]);
        }
      });
    }

    it("rejects an address as a version, and another index", async () => {
      const text = pipfile.replace(
        'orb-models = "*"',
        'orb-models = "@ https://evil.example/orb.whl"\nattrs = { version = "*", index = "pypi" }',
      );
      await rejects({ Pipfile: text }, [
        "Pipfile: packages: orb-models has the version '@ https://evil.example/orb.whl', which is not one of an index",
        "Pipfile: packages: attrs comes from the index 'pypi', which is not its source",
      ]);
    });

    for (const key of ["file", "git", "path", "editable", "url", "subdirectory"]) {
      it(`rejects ${key} in Pipfile.lock`, () =>
        rejects(
          changed((copy) => {
            copy.default.attrs![key] = "x";
            copy.develop.orb = { version: "==1", [key]: "x" };
          }),
          ["default: attrs", "develop: orb"].map(
            (name) => `Pipfile.lock: ${name} has ${key}, so it may come from elsewhere than the index`,
          ),
        ));
    }

    it("rejects a second source, another index and an open version in Pipfile.lock", () =>
      rejects(
        changed((copy) => {
          copy._meta.sources.push({ name: "pypi", url: "https://pypi.org/simple" });
          copy.default.attrs!.index = "elsewhere";
          copy.default["orb-common"]!.version = ">=1";
        }),
        [
          "Pipfile.lock: its sources are ['${CODEARTIFACT_INDEX_URL}', 'https://pypi.org/simple']: " +
            "name one, with the url '${CODEARTIFACT_INDEX_URL}'",
          "Pipfile.lock: default: attrs comes from the index 'elsewhere', which is not its source",
          "Pipfile.lock: default: orb-common has the version '>=1', which is not one of an index",
        ],
      ));
  });

  describe("of uv's files", () => {
    const url = "https://registry.example/simple/";
    const index = `[[tool.uv.index]]\nname = "python-packages"\nurl = "${url}"\ndefault = true\n`;
    const project = `[project]\nname = "layer"\nversion = "0"\ndependencies = ["orb==1"]\n`;
    const pyproject = `${project}\n${index}`;
    const own = `[[package]]\nname = "layer"\nversion = "0"\nsource = { virtual = "." }\n`;
    const entry = (source: string, more = "") =>
      `[[package]]\nname = "orb"\nversion = "1"\nsource = ${source}\n${more}`;
    const wheel = `wheels = [{ url = "https://registry.example/orb.whl", hash = "sha256:00" }]\n`;
    const lock = `version = 1\n${own}\n`;

    it("takes a lock of the one index, whose project is packaged or not", async () => {
      const orb = entry(`{ registry = "${url}" }`, wheel);
      await accepts({ "pyproject.toml": pyproject, "uv.lock": `${lock}${orb}` });
      await accepts({ "pyproject.toml": pyproject, "uv.lock": `${lock.replace("virtual", "editable")}${orb}` });
      const sources = `\n[tool.uv.sources]\norb = { index = "python-packages" }\n`;
      await accepts({ "pyproject.toml": `${pyproject}${sources}` });
    });

    for (const source of [
      ...['{ url = "https://evil.example/orb.whl" }', '{ git = "https://evil.example/orb?rev=v1#0a" }'],
      ...['{ path = "orb.whl" }', '{ directory = "orb" }', '{ editable = "orb" }', '{ virtual = "orb" }'],
      ...['{ editable = "." }', '{ registry = "https://pypi.org/simple" }', '{ registry = "wheels" }'],
    ]) {
      it(`rejects the source ${source} in uv.lock`, async () => {
        const shown = source
          .replaceAll(/(\w+) = "([^"]*)"/g, "'$1': '$2'")
          .replaceAll(/\{ | \}/g, (text) => text.trim());
        await rejects(
          { "uv.lock": `${lock}${entry(source)}` },
          [`uv.lock: orb comes from ${shown}, not from the index of pyproject.toml`],
          { "pyproject.toml": pyproject },
        );
      });
    }

    it("rejects a file at another host, or in a folder", () =>
      rejects(
        {
          "uv.lock": `${lock}${entry(
            `{ registry = "${url}" }`,
            `sdist = { path = "orb.tar.gz" }\nwheels = [{ url = "https://evil.example/orb.whl" }]\n`,
          )}`,
        },
        [
          "uv.lock: orb has a file at https://evil.example/orb.whl, not at registry.example",
          "uv.lock: orb has a file at {'path': 'orb.tar.gz'}, not at registry.example",
        ],
        { "pyproject.toml": pyproject },
      ));

    it("rejects no index, two, one beside PyPI, and one that is a folder of files", async () => {
      const one = (count: number) =>
        `pyproject.toml: it has ${count} of [[tool.uv.index]]: name one, with default = true, which keeps out PyPI`;
      await rejects({ "pyproject.toml": project }, [one(0)]);
      await rejects({ "pyproject.toml": pyproject.replace("default = true", "") }, [one(1)]);
      await rejects({ "pyproject.toml": `${pyproject}\n${index}` }, [one(2)]);
      await rejects({ "pyproject.toml": `${pyproject}format = "flat"\n` }, [
        "pyproject.toml: tool.uv.index: python-packages has format",
      ]);
    });

    for (const key of ["index-url", "extra-index-url", "find-links", "no-index", "workspace"]) {
      it(`rejects tool.uv.${key}`, () =>
        rejects({ "pyproject.toml": `${project}\n[tool.uv]\n${key} = {}\n\n${index}` }, [
          `pyproject.toml: tool.uv.${key}: a layer comes from the one [[tool.uv.index]]`,
        ]));
    }

    for (const source of ['{ url = "https://evil.example" }', '{ path = "orb" }', "{ workspace = true }"]) {
      it(`rejects the source ${source} in pyproject.toml`, async () => {
        const { exitCode, output } = await check({
          "pyproject.toml": `${pyproject}\n[tool.uv.sources]\norb = ${source}\n`,
        });

        expect(exitCode).to.equal(1);
        expect(output).to.match(/^pyproject\.toml: tool\.uv\.sources: orb comes from \{.*\}, not from the index\n/);
      });
    }
  });

  describe("of poetry's lock", () => {
    const url = "https://registry.example/simple/";
    const source = `[[tool.poetry.source]]\nname = "python-packages"\nurl = "${url}"\npriority = "primary"\n`;
    const orb = (place: string) => `[[package]]\nname = "orb"\nversion = "1"\ngroups = ["main"]\n${place}`;
    const ours = `[package.source]\ntype = "legacy"\nurl = "https://registry.example/simple"\nreference = "python-packages"\n`;
    const lock = (place: string, version = "2.1") => `${orb(place)}\n[metadata]\nlock-version = "${version}"\n`;
    const primary = (count: number) =>
      `poetry.lock: pyproject.toml has ${count} of [[tool.poetry.source]]: name one, with priority = "primary", which keeps out PyPI`;

    it("takes packages of the one source", () => accepts({ "poetry.lock": lock(ours) }, { "pyproject.toml": source }));

    for (const [what, place, shown] of [
      ["PyPI", "", "PyPI"],
      [
        "git",
        '[package.source]\ntype = "git"\nurl = "https://evil.example/orb"\nreference = "v1"\nresolved_reference = "0a"\n',
        "{'type': 'git', 'url': 'https://evil.example/orb', 'reference': 'v1', 'resolved_reference': '0a'}",
      ],
      [
        "an address",
        '[package.source]\ntype = "url"\nurl = "https://registry.example/simple/orb.whl"\n',
        "{'type': 'url', 'url': 'https://registry.example/simple/orb.whl'}",
      ],
      ["a folder", '[package.source]\ntype = "directory"\nurl = "orb"\n', "{'type': 'directory', 'url': 'orb'}"],
      [
        "another index",
        ours.replace("registry.example", "evil.example"),
        "{'type': 'legacy', 'url': 'https://evil.example/simple', 'reference': 'python-packages'}",
      ],
    ] as const) {
      it(`rejects a package from ${what}`, () =>
        rejects(
          { "poetry.lock": lock(place) },
          [`poetry.lock: orb comes from ${shown}, not from the source of pyproject.toml`],
          { "pyproject.toml": source },
        ));
    }

    it("rejects no source, two, one beside PyPI, and one with a password", async () => {
      const elsewhere =
        "poetry.lock: orb comes from {'type': 'legacy', 'url': 'https://registry.example/simple', 'reference': 'python-packages'}, " +
        "not from the source of pyproject.toml";
      await rejects({ "poetry.lock": lock(ours) }, [primary(0), elsewhere], { "pyproject.toml": "" });
      await rejects({ "poetry.lock": lock(ours) }, [primary(2)], { "pyproject.toml": source + source });
      const supplemental = source.replace("primary", "supplemental");
      await rejects({ "poetry.lock": lock(ours) }, [primary(1)], { "pyproject.toml": supplemental });
      await rejects(
        { "poetry.lock": lock(ours) },
        [
          "poetry.lock: pyproject.toml: https://registry.example/simple has a password in it: lock with an address without one",
          elsewhere,
        ],
        { "pyproject.toml": source.replace("https://", "https://aws:secret@") },
      );
    });

    it("rejects the format of an older poetry", () =>
      rejects(
        { "poetry.lock": lock(ours, "2.0") },
        ["poetry.lock: its lock-version is '2.0', not 2.1: lock again with poetry 2"],
        { "pyproject.toml": source },
      ));
  });

  describe("of pylock.toml", () => {
    const wheel = (url: string, more = "") =>
      `[[packages]]\nname = "orb"\nversion = "1"\n${more}wheels = [{ ${url} }]\n`;
    const ours = 'url = "https://registry.example/orb.whl"';
    const index = (host: string) => `index = "https://${host}/simple/"\n`;

    it("takes files of one index, also with a user in their address", async () => {
      await accepts({ "pylock.toml": wheel(ours, index("registry.example")) + wheel(ours) });
      await accepts({ "pylock.toml": wheel(ours.replace("https://", "https://aws@")) + wheel(ours) });
    });

    for (const [what, text, finding] of [
      [
        "a git repository",
        '[[packages]]\nname = "orb"\nvcs = { type = "git", url = "https://evil.example/orb" }\n',
        "orb has vcs, so it may come from elsewhere than the index",
      ],
      [
        "a folder",
        '[[packages]]\nname = "orb"\ndirectory = { path = "orb" }\n',
        "orb has directory, so it may come from elsewhere than the index",
      ],
      [
        "an archive",
        '[[packages]]\nname = "orb"\narchive = { url = "https://evil.example/orb.tar.gz" }\n',
        "orb has archive, so it may come from elsewhere than the index",
      ],
      ["a file of this machine", wheel('path = "orb.whl"'), "orb has a file at 'orb.whl', not at an index"],
      [
        "two hosts",
        wheel(ours) + wheel(ours.replace("registry", "evil")),
        "its files are at evil.example and registry.example: lock from one index",
      ],
      [
        "two indexes",
        wheel(ours, index("registry.example")) + wheel(ours, index("evil.example")),
        "it names the indexes https://evil.example/simple and https://registry.example/simple: lock from one",
      ],
      [
        "an address with a password",
        wheel(ours.replace("https://", "https://aws:secret@")),
        "orb: https://registry.example/orb.whl has a password in it: lock with an address without one",
      ],
    ] as const) {
      it(`rejects ${what}`, () => rejects({ "pylock.toml": text }, [`pylock.toml: ${finding}`]));
    }
  });

  it("names a file that it cannot read, and what is wrong with it", async () => {
    for (const name of ["Pipfile", "Pipfile.lock", "pyproject.toml"]) {
      const { exitCode, output } = await check({ [name]: "?" });

      expect(exitCode).to.equal(1);
      expect(output).to.match(new RegExp(`^${name.replace(".", "\\.")}: it cannot be read: `));
    }
    rmSync(join(folder, "pyproject.toml"));
    const { output } = await check({ "uv.lock": "version = 1\n" });
    expect(output).to.include("uv.lock: it cannot be read: [Errno 2] No such file or directory: 'pyproject.toml'");
  });
});
