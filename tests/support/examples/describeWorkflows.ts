import { spawnSync } from "node:child_process";
import { dirname } from "node:path";

/** How to get act and actionlint where there are none. */
const howToGet = 'PATH="$(sh tools/build.sh workflows):$PATH" npm test';

const act = pathOf("act");
const actionlint = pathOf("actionlint");
const tools = act === undefined || actionlint === undefined ? undefined : { act, actionlint };

/** Programs that read workflow files, by their paths. */
export interface WorkflowTools {
  readonly act: string;
  readonly actionlint: string;
}

/**
 * Defines tests that take act and actionlint. Where there are none they are not defined, and one line says how to get them; in
 * CI that is a failure.
 */
export function describeWorkflows(title: string, define: (tools: WorkflowTools) => void): void {
  if (tools !== undefined) {
    describe(title, () => {
      define(tools);
    });
  }
}

/** Says once that the tests are missing; all of their files go through this one. */
if (tools === undefined && process.env.CI) {
  describe("workflows", () => {
    it("are run with act and checked with actionlint, which are on PATH", () => {
      throw new Error(`act or actionlint is not on PATH: ${howToGet}`);
    });
  });
} else if (tools === undefined) {
  console.log(`act or actionlint is not on PATH, so no workflow is run. With them: ${howToGet}`);
}

function pathOf(program: string): string | undefined {
  const { status, stdout } = spawnSync("sh", ["-c", 'command -v "$0"', program], { encoding: "utf8" });
  return status === 0 && dirname(stdout) !== "." ? stdout.trim() : undefined;
}
