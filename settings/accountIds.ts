import * as z from "zod";
import { type SettingErrors, type Path, shown, textOf } from "./errors";

/**
 * An account's id. A number of twelve digits has lost none: `pulumi config set --path` writes an id as a number where it does not
 * begin with 0. A number with fewer may be an id whose zero YAML dropped.
 */
const accountId = z.preprocess(
  (value) => (typeof value === "number" && /^\d{12}$/.test(String(value)) ? String(value) : value),
  textOf(/^\d{12}$/, "is not an account's id", "Write its 12 digits in quotation marks"),
);

/**
 * Reads a list of accounts, each listed once; none where the setting is absent. An id that cannot be read is an empty text, so that
 * the others keep their places.
 */
export function readAccountIds(errors: SettingErrors, path: Path, value: unknown, wayOut: string): readonly string[] {
  const seen: string[] = [];
  return errors.readOptionalList(path, value, wayOut).map((entry, index) => {
    const id = errors.read(`${path}[${index}]`, accountId, entry, "");
    if (id !== "" && seen.includes(id)) {
      errors.add(`${path}[${index}]`, `${shown(id)} is listed twice. Remove one of the two`);
    }
    seen.push(id);
    return id;
  });
}
