import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ServedRegistry } from "./registry";
import type { TwinServes } from "./twinProcess";

/** The sandbox over the program's own documents, which decide every request. */
export async function serveTwin(): Promise<ServedRegistry> {
  const child = fork(join(__dirname, "twinProcess.ts"), { execArgv: ["--import", "tsx"] });
  const [{ endpoint, token }] = (await once(child, "message")) as [TwinServes];
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
