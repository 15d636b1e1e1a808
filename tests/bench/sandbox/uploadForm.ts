import { createHash } from "node:crypto";
import type { BenchWheel } from "./projects";

/** A wheel as twine sends it. */
export function uploadForm({ name, version, filename, bytes }: BenchWheel): FormData {
  const form = new FormData();
  const fields = {
    ":action": "file_upload",
    ...{ protocol_version: "1", metadata_version: "2.1", filetype: "bdist_wheel", pyversion: "py3" },
    ...{ name, version, sha256_digest: createHash("sha256").update(bytes).digest("hex") },
  };
  for (const [field, value] of Object.entries(fields)) {
    form.append(field, value);
  }
  form.append("content", new Blob([new Uint8Array(bytes)]), filename);
  return form;
}
