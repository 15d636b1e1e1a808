import { makeWheel } from "../../../sandbox/fixtures/distributions";

/** A wheel of one of the projects that both registries hold. */
export interface BenchWheel {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly bytes: Buffer;
}

/** 100 projects of 5 wheels each, the same in every run; a wheel is about 20 kB. */
export function benchWheels(): Promise<readonly BenchWheel[]> {
  const names = Array.from({ length: 100 }, (_, index) => `bench-${String(index).padStart(3, "0")}`);
  const versions = ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "2.1.0"];
  return Promise.all(
    names.flatMap((name) =>
      versions.map(async (version) => {
        const module = `${name.replace("-", "_")}/__init__.py`;
        const { filename, bytes } = await makeWheel({
          name,
          version,
          files: { [module]: filler(`${name} ${version}`) },
        });
        return { name, version, filename, bytes };
      }),
    ),
  );
}

/** Text that does not compress to nothing. */
function filler(seed: string): string {
  let state = Buffer.from(seed).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
  const lines: string[] = [];
  for (let line = 0; line < 1500; line++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    lines.push(`value_${line} = ${state}`);
  }
  return lines.join("\n");
}
