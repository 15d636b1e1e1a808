import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { shellText } from "../terminal/wrap";

/** The state of a person's own Pulumi, which lasts as long as the sandbox that it deploys into. */
export interface PulumiState {
  readonly folder: string;
  readonly remove: () => void;
}

/** Makes a folder that this user alone reads. Ctrl-C removes it, also the second one that ends the process at once. */
export function makePulumiState(): PulumiState {
  const folder = mkdtempSync(join(tmpdir(), "package-registry-state-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  return { folder, remove };
}

/** The lines with which a shell has the state of a stack there. Pasted again, they find what the first time has made. */
export function stateLines({ folder }: Pick<PulumiState, "folder">, stack: string): readonly string[] {
  return [
    `export PULUMI_BACKEND_URL=${shellText(pathToFileURL(folder).href)} PULUMI_CONFIG_PASSPHRASE=`,
    `pulumi stack select --create ${shellText(stack)} # writes a line encryptionsalt into the stack file: take it out afterwards`,
  ];
}
