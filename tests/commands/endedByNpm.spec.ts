import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";

describe("npm that gets SIGTERM", () => {
  it("ends the sandbox with it: the shell between them hands over to Node", async () => {
    const { PATH, HOME, TMPDIR } = process.env;
    const npm = spawn("npm", ["run", "sandbox", "--", "--empty", "--port", "0"], {
      cwd: projectDirectory,
      env: { PATH, HOME, TMPDIR },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // They end only with the last process that holds them: the sandbox.
    const ended = Promise.all([once(npm.stdout, "close"), text(npm.stderr)]);
    for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (String(chunk).includes("Decisions")) {
        break;
      }
    }
    npm.stdout.resume();
    npm.kill("SIGTERM");
    const [, stderr] = await ended;

    expect(stderr).to.include("Ending, once every request that is under way has its answer.");
  });
});
