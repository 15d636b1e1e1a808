import { expect } from "chai";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cleanEnvironment, type ProcessEnd, runProcess } from "../../../commands/python/runProcess";
import { type MadeDistribution, makeWheel } from "../../../sandbox/fixtures/distributions";
import { Person } from "../clients/person";
import { clientTools } from "../clients/tools";
import { projectDirectory } from "../deployments";
import { build, buildTools } from "./builtPackages";
import { openRegistries, publishInto, readerToken, type Registries } from "./registries";
import { packageLocks, wheelhouse } from "./wheelhouse";

/** The scripts that lock and build layers. */
export const layersFolder = join(projectDirectory, "hub/lambda");

/** The layer of the example. */
export const exampleLayer = join(projectDirectory, "examples/integration-hub/backend/layers/shared");

/** A build of a layer. */
export interface Layer extends ProcessEnd {
  readonly zip: string;
  /** Empty where none was made. */
  readonly bytes: Buffer;
}

type Environment = Readonly<Record<string, string>>;

/** Builds layers from the registry of staging with a reader's token. */
export class LayerBuilder {
  constructor(
    readonly registries: Registries,
    readonly person: Person,
    readonly token: string,
  ) {}

  /** The index with user and token in its address. */
  get indexUrl(): string {
    const { address } = this.registries.of.staging;
    return `${address.replace("://", `://aws:${this.token}@`)}/pypi/python-packages/simple/`;
  }

  /** Runs one of the scripts: a name, or a path elsewhere. */
  script(name: string, options: readonly string[], environment: Environment = {}): Promise<ProcessEnd> {
    const { home, work, tools } = this.person;
    const { PATH = "", ...clean } = cleanEnvironment(home);
    const script = resolve(layersFolder, name);
    const [program, before] = name.endsWith(".py") ? [tools.python, ["-I", "-B", script]] : [script, []];
    return runProcess(program, [...before, ...options], {
      directory: work,
      environment: {
        ...clean,
        PATH: `${tools.bin}:${PATH}`,
        PYTHONDONTWRITEBYTECODE: "1",
        PIPENV_PYTHON: tools.python,
        PIPENV_YES: "1",
        PIPENV_NOSPIN: "1",
        PIPENV_VENV_IN_PROJECT: "1",
        CODEARTIFACT_INDEX_URL: this.indexUrl,
        ...environment,
      },
    });
  }

  /** Builds a folder's layer. */
  async build(folder: string, environment: Environment = {}, options: readonly string[] = []): Promise<Layer> {
    const zip = join(this.person.work, `${folder}.zip`);
    const end = await this.script("build_layer.sh", [...options, folder, zip], environment);
    return { ...end, zip, bytes: end.exitCode === 0 ? readFileSync(zip) : Buffer.alloc(0) };
  }

  /** Expects that no layer is made of a folder, and that the output does not hold the token. */
  async expectNone(folder: string, says: RegExp, environment: Environment = {}): Promise<void> {
    const { exitCode, output, zip } = await this.build(folder, environment);
    expect(exitCode, output).not.to.equal(0);
    expect(output).to.match(says);
    expect(output).not.to.include(this.token);
    expect(existsSync(zip)).to.equal(false);
  }

  /** Expects that a layer is made of a folder. */
  async expectOne(folder: string): Promise<Layer> {
    const layer = await this.build(folder);
    expect(layer.exitCode, layer.output).to.equal(0);
    return layer;
  }

  /** Publishes a wheel of `orb-FOLDER` that holds these files, and locks it in the folder. */
  async lockWheel(folder: string, files: Environment, rename = (name: string) => name): Promise<void> {
    const { filename, bytes } = await makeWheel({ name: `orb-${folder}`, version: "1.0.0", files });
    await publishInto(this.registries.of.staging, [{ filename: rename(filename), bytes }]);
    this.person.write(`${folder}/requirements.txt`, `orb-${folder}==1.0.0 --hash=sha256:${sha256(bytes)}\n`);
  }

  /** Publishes the example's own packages, which its lock names. */
  async publishExample(): Promise<void> {
    const builder = new Person(await buildTools());
    const { files } = await build(builder, "build", ["orb-common", "orb-models", "orb-common==1.4.1"]);
    builder.leave();
    await publishInto(this.registries.of.staging, files);
  }

  /** Writes a folder whose layer has orb-common 1.4.0, orb-models 1.2.0 and attrs, locked by one of the tools. */
  readonly lock: Readonly<Record<"pipenv" | "uv" | "pip", (folder: string) => Promise<void>>> = {
    pipenv: (folder) => {
      cpSync(exampleLayer, join(this.person.work, folder), { recursive: true });
      return Promise.resolve();
    },
    uv: async (folder) => {
      this.person.write(
        `${folder}/pyproject.toml`,
        `[project]\nname = "layer"\nversion = "0"\nrequires-python = ">=3.11"\n` +
          `dependencies = ["orb-models==1.2.0", "orb-common==1.4.0"]\n\n[[tool.uv.index]]\nname = "python-packages"\n` +
          `url = "${this.registries.of.staging.address}/pypi/python-packages/simple/"\ndefault = true\n`,
      );
      const locked = await this.person.run("uv", ["lock", "--project", folder], {
        UV_INDEX_PYTHON_PACKAGES_USERNAME: "aws",
        UV_INDEX_PYTHON_PACKAGES_PASSWORD: this.token,
      });
      expect(locked.exitCode, locked.text).to.equal(0);
    },
    pip: (folder) => {
      const { default: locked } = JSON.parse(readFileSync(join(exampleLayer, "Pipfile.lock"), "utf8")) as {
        readonly default: Readonly<Record<string, { version: string; hashes: readonly string[] }>>;
      };
      const lines = Object.entries(locked).map(([name, { version, hashes }]) =>
        [`${name}${version}`, ...hashes.map((hash) => `    --hash=${hash}`)].join(" \\\n"),
      );
      this.person.write(`${folder}/requirements.txt`, `${lines.join("\n")}\n`);
      return Promise.resolve();
    },
  };
}

/** What tests of layers are about. It is there once tests and their hooks run. */
export interface GivenLayers {
  layers: LayerBuilder;
}

/**
 * Defines tests of layers, with registries of their own.
 *
 * @param publicPackages - on PyPI beside what the example's packages need
 */
export function describeLayers(
  title: string,
  define: (given: GivenLayers) => void,
  publicPackages: () => Promise<readonly MadeDistribution[]> = () => Promise.resolve([]),
): void {
  describe(title, () => {
    const given = {} as GivenLayers;

    before(async () => {
      const person = new Person(await clientTools());
      const registries = await openRegistries([
        ...(await wheelhouse(packageLocks)),
        ...(await publicPackages()),
        await makeWheel({ name: "orb-common", version: "99.0" }),
      ]);
      given.layers = new LayerBuilder(registries, person, await readerToken(registries.of.staging, "staging"));
    });

    after(async () => {
      given.layers.person.leave();
      await given.layers.registries.close();
    });

    define(given);
  });
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
