import { findPulumiCli, howToGetCli, type PulumiCli } from "./pulumiCli";

const cli = findPulumiCli();

/**
 * Defines tests that take the real Pulumi CLI. Where there is none they are not defined, and one line says how to get it; in CI
 * that is a failure.
 */
export function describePulumi(title: string, define: (cli: PulumiCli) => void): void {
  if (cli !== undefined) {
    describe(`${title} (pulumi ${cli.version})`, () => {
      define(cli);
    });
  }
}

/** Says once that the engine's tests are missing; all of their files go through this one. */
if (cli === undefined && process.env.CI) {
  describe("the real Pulumi engine", () => {
    it("is tested with a CLI, which is on PATH", () => {
      throw new Error(`there is no pulumi on PATH: ${howToGetCli}`);
    });
  });
} else if (cli === undefined) {
  console.log(`There is no pulumi on PATH, so nothing is tested with the real engine. With it: ${howToGetCli}`);
}
