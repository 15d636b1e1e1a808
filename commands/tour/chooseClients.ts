import type { Clients } from "./clients";
import { nodeClients } from "./nodeClients";
import { pythonClients } from "./pythonClients";

/** The clients that this machine can run: twine and pip, or Node's own where there is no Python. */
export async function chooseClients(
  progress: (what: string) => void,
): Promise<{ readonly clients: Clients; readonly remark: readonly string[] }> {
  const python = await pythonClients(progress);
  return "missing" in python
    ? {
        clients: nodeClients,
        remark: [`Without twine and pip: ${python.missing}. The same attempts were made with Node's fetch.`],
      }
    : { clients: python, remark: [] };
}
