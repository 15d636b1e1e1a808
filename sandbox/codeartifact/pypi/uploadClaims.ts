import { isPackageName } from "../../../naming/packagePatterns";
import type { DistributionName } from "./distributionName";
import { HttpError, shown } from "./httpError";
import type { UploadForm } from "./uploadForm";

/** What an upload form says about its file. */
export interface UploadClaims {
  /** As it is written. */
  readonly name: string;
  readonly version: string;
}

/**
 * Reads a form as PyPI does. What it says about metadata is not read: METADATA or PKG-INFO says it too.
 * Source: https://docs.pypi.org/api/upload/
 *
 * @throws HttpError 400 that names everything PyPI rejects in the form
 */
export function readUploadClaims(form: UploadForm): UploadClaims {
  const [name = "", version = ""] = ["name", "version"].map((field) => form.fields.get(field)?.[0]);
  const errors = [...countErrors(form), ...valueErrors(form)];
  if (errors.length > 0) {
    throw new HttpError(400, errors.join(" "));
  }
  return { name, version };
}

/** @throws HttpError 400 where the form gives the file another type, or another Python, than its name does */
export function checkFiletype({ fields, filename }: UploadForm, { filetype }: DistributionName): void {
  const [said = ""] = fields.get("filetype") ?? [];
  if (said !== filetype) {
    throw new HttpError(400, `${filename} is by its name of filetype ${filetype}, but the form says ${shown(said)}.`);
  }
  const [python = ""] = fields.get("pyversion") ?? [];
  if (filetype === "sdist" && python !== "" && python !== "source") {
    throw new HttpError(400, `The form's "pyversion" is ${shown(python)}: of an sdist it is "source".`);
  }
  if (filetype === "bdist_wheel" && python === "") {
    throw new HttpError(400, 'The form has no field "pyversion": a wheel needs it, as in "py3".');
  }
}

/** Fields that a form has exactly once, and fields that it has at most once. */
const required = [":action", "name", "version", "filetype"] as const;
const single = [
  ...["protocol_version", "metadata_version", "pyversion", "summary", "description", "description_content_type"],
  ...["keywords", "home_page", "download_url", "author", "author_email", "maintainer", "maintainer_email"],
  ...["license", "license_expression", "requires_python"],
] as const;

function countErrors({ fields }: UploadForm): readonly string[] {
  const count = (field: string) => fields.get(field)?.length ?? 0;
  return [
    ...required
      .filter((field) => count(field) !== 1)
      .map((field) => {
        const seen = count(field) === 0 ? "no" : "more than one";
        return `The form has ${seen} field "${field}": exactly one is needed.`;
      }),
    ...single
      .filter((field) => count(field) > 1)
      .map((field) => `The form has more than one field "${field}": at most one is taken.`),
  ];
}

const digests = ["sha256_digest", "blake2_256_digest", "md5_digest"] as const;

function valueErrors({ fields }: UploadForm): readonly string[] {
  const wrong = (field: string, isRight: (value: string) => boolean) =>
    (fields.get(field) ?? []).slice(0, 1).filter((value) => !isRight(value));
  return [
    ...wrong(":action", (action) => action === "file_upload").map(
      (action) => `The form's ":action" is ${shown(action)}: only "file_upload" is known.`,
    ),
    ...wrong("protocol_version", (version) => version === "1").map(
      (version) => `The form's "protocol_version" is ${shown(version)}: only "1" is known.`,
    ),
    ...wrong("name", isPackageName).map(
      (name) => `${shown(name)} is no package's name: letters, digits and . _ - between them.`,
    ),
    ...wrong("filetype", (filetype) => filetype === "bdist_wheel" || filetype === "sdist").map(
      (filetype) => `The form's "filetype" is ${shown(filetype)}: "bdist_wheel" and "sdist" are known.`,
    ),
    ...(digests.some((field) => fields.get(field)?.some((digest) => digest !== ""))
      ? []
      : [`The form has no digest: send one of ${digests.join(", ")}.`]),
  ];
}
