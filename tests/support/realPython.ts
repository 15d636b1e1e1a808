import { execFileSync } from "node:child_process";

/**
 * The interpreter behind `python3`. What is on PATH may be a shim that puts its own folder of programs before all others, and
 * with it other people's `aws` and `pip`.
 */
export function realPython(): string {
  return execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}
