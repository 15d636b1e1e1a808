import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An attestation that GitHub keeps. */
export interface Attestation {
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
  /** OWNER/NAME of the repository that was built. */
  readonly repository: string;
  /** OWNER/NAME/PATH@REF of the workflow that signed. */
  readonly signer: string;
  /** The ref that was built. */
  readonly ref: string;
}

/** Puts a `gh` into a folder that verifies the attestations of one file, which `attest` adds to. */
export function installAttestingGh(bin: string, attestationsFile: string): void {
  const [shebang, ...text] = readFileSync(join(__dirname, "attestingGh.cjs"), "utf8").split("\n");
  const known = `const attestationsFile = ${JSON.stringify(attestationsFile)};`;
  writeFileSync(join(bin, "gh"), [shebang, known, ...text].join("\n"), { mode: 0o755 });
}

export function attest(attestationsFile: string, ...attestations: readonly Attestation[]): void {
  appendFileSync(attestationsFile, attestations.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
