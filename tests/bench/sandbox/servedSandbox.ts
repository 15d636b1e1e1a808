import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ServedRegistry } from "./registry";
import type { SandboxServes } from "./sandboxProcess";

/** The sandbox over the program's own documents, which decide every request. */
export async function serveSandbox(): Promise<ServedRegistry> {
  const child = fork(join(__dirname, "sandboxProcess.ts"), { execArgv: ["--import", "tsx"] });
  const [{ endpoint, token }] = (await once(child, "message")) as [SandboxServes];
  return {
    name: "sandbox",
    pageUrl: (project) => `${endpoint}simple/${project}/`,
    headers: { authorization: `Basic ${Buffer.from(`aws:${token}`).toString("base64")}` },
    close: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
