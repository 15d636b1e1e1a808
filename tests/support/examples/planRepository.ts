import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const plan = join(__dirname, "../../fixtures/originalPlan");

/** The layers and functions of the repository. */
export const planLayers = ["shared", "organizations", "users"] as const;
export const planFunctions = ["organizations", "users"] as const;

/** The locks that builds and tests of the repository's packages install. */
export const planLocks: readonly string[] = ["orb-common", "orb-models"].map(
  (name) => `tests/fixtures/planRepository/backend/packages/${name}/requirements.txt`,
);

/**
 * Writes the repository that the original plan belongs to: its setup.py, its Pipfile, its build script and its workflows word for word,
 * around sources in flat layout.
 */
export function writePlanRepository(target: string): void {
  cpSync(join(__dirname, "../../fixtures/planRepository"), target, { recursive: true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  };
  const original = (name: string) => readFileSync(join(plan, name), "utf8");
  for (const [name, needs] of [
    ["orb-common", '"boto3"'],
    ["orb-models", '"orb-common", "pydantic>=2"'],
  ] as const) {
    const rest = `packages=find_packages(include=["orb_*"]),\n    install_requires=[${needs}],`;
    write(
      `backend/packages/${name}/setup.py`,
      original("setup.py").replaceAll("orb-common", name).replace("# ... rest of setup", rest),
    );
  }
  for (const layer of planLayers) {
    write(`backend/layers/${layer}/Pipfile`, original("Pipfile"));
  }
  write("backend/layers/build_layer.sh", original("build_layer.sh"));
  for (const workflow of ["deploy-packages.yml", "deploy-lambda-layers.yml"]) {
    write(`.github/workflows/${workflow}`, original(workflow));
  }
}
