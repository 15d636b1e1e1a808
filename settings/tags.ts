import { SettingErrors, shown } from "./errors";

/** Tags that the program sets itself. IAM takes keys that differ in case alone for one. */
const reserved = ["Environment", "Project", "ManagedBy"];

/** AWS takes 50 tags on a resource. Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
const limit = 50;

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Reads the setting `tags`. */
export function readTags(errors: SettingErrors, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) {
    return {};
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    errors.add("tags", `${shown(value)} is not an object. Write a line for each tag, as in: CostCentre: platform`);
    return {};
  }
  const tags = Object.entries(value);
  if (tags.length + reserved.length > limit) {
    errors.add(
      "tags",
      `there are ${tags.length}, AWS takes ${limit} on a resource and ${reserved.length} are set already. Remove ${tags.length + reserved.length - limit}`,
    );
  }
  const folded = tags.map(([key]) => key.toLowerCase());
  tags.forEach(([key, text], index) => {
    const path = `tags.${key}`;
    const first = folded.indexOf(key.toLowerCase());
    if (reserved.some((name) => name.toLowerCase() === folded[index])) {
      errors.add(path, "is set by the program. Remove it");
    } else if (first !== index) {
      errors.add(path, `is the same key as ${tags[first]?.[0] ?? ""} but for its case. Remove one of the two`);
    } else if (key === "" || key.length > 128 || !characters.test(key) || /^aws:/i.test(key)) {
      errors.add(
        path,
        "is not a tag's key. Use 1 to 128 letters, digits, spaces and _ . : / = + - @, and do not begin with aws:",
      );
    }
    if (typeof text !== "string" || text.length > 256 || !characters.test(text)) {
      errors.add(
        path,
        `${shown(text)} is not a tag's value. Use at most 256 letters, digits, spaces and _ . : / = + - @, in quotation marks`,
      );
    }
  });
  return value as Record<string, string>;
}
