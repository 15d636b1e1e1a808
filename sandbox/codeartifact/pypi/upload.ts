import type { FastifyReply, FastifyRequest } from "fastify";
import { createBLAKE2b } from "hash-wasm";
import { createHash } from "node:crypto";
import { packageArn } from "../../../iam/arns";
import { isPackageName, normalizePackageName } from "../../../naming/packagePatterns";
import type { SandboxContext } from "../../context";
import { type Digest, digestOf } from "../packages/records";
import { type DistributionName, readDistributionName } from "./distributionName";
import { HttpError, quoted } from "./httpError";
import { checkAgreement, inspect } from "./inspection";
import type { RegistryRequest } from "./request";
import { readUploadForm, type UploadForm } from "./uploadForm";

/**
 * Takes a file in, as twine, uv, flit, hatch, poetry and curl send one: 200 also for bytes that are there already, 409 for
 * others under the same name. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-publishing
 */
export async function upload(
  { packages }: SandboxContext,
  registryRequest: RegistryRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { place } = registryRequest;
  const form = await readUploadForm(request);
  const { filename, bytes } = form;
  const said = readUploadClaims(form);
  const name = normalizePackageName(said.name);
  registryRequest.about({ packageName: name, packageVersion: said.version, filename });
  registryRequest.authorize((repositoryArn) => packageArn(repositoryArn, name));

  const named = readDistributionName(filename, name);
  checkAgreement(named, filename, said, "the form");
  checkFiletype(form, named);
  await checkDigests(form);
  const { requiresPython, summary, homePage, licenses } = await inspect(filename, bytes, named);
  const { version } = named;
  const sent = { filename, version, bytes, requiresPython, summary, homePage, licenses };
  const outcome = await packages.publish(place, name, sent);
  const unchanged = outcome === "unchanged" ? "; these very bytes were there already" : "";
  registryRequest.end(unchanged);
  void reply.type("text/plain; charset=utf-8").send(`${filename} is in ${place.repository}${unchanged}.\n`);
}

/** What each field of the form digests the file with. Node's own BLAKE2b knows no length but 512 bits. */
const digests: Readonly<Record<string, () => Digest | Promise<Digest>>> = {
  sha256_digest: () => createHash("sha256"),
  md5_digest: () => createHash("md5"),
  blake2_256_digest: () => createBLAKE2b(256),
};

/** @throws HttpError 400 where a digest that the form gives is not the file's */
export async function checkDigests({ fields, filename, bytes }: UploadForm): Promise<void> {
  for (const [field, digest] of Object.entries(digests)) {
    // PyPI takes an empty digest for one that is not given.
    const sent = (fields.get(field) ?? []).filter((one) => one !== "");
    // A form may give thousands: the file is digested once.
    const own = sent.length === 0 ? "" : await digestOf(bytes, await digest());
    const other = sent.find((one) => one.toLowerCase() !== own);
    if (other !== undefined) {
      throw new HttpError(
        400,
        `${filename} arrived with other bytes: ${field} says ${quoted(other)}, the file has ${own}.`,
      );
    }
  }
}

/** What an upload form says about its file. */
interface UploadClaims {
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
function readUploadClaims(form: UploadForm): UploadClaims {
  const [name = "", version = ""] = ["name", "version"].map((field) => form.fields.get(field)?.[0]);
  const errors = [...countErrors(form), ...valueErrors(form)];
  if (errors.length > 0) {
    throw new HttpError(400, errors.join(" "));
  }
  return { name, version };
}

/** @throws HttpError 400 where the form gives the file another type, or another Python, than its name does */
function checkFiletype({ fields, filename }: UploadForm, { filetype }: DistributionName): void {
  const [said = ""] = fields.get("filetype") ?? [];
  if (said !== filetype) {
    throw new HttpError(400, `${filename} is by its name of filetype ${filetype}, but the form says ${quoted(said)}.`);
  }
  const [python = ""] = fields.get("pyversion") ?? [];
  if (filetype === "sdist" && python !== "" && python !== "source") {
    throw new HttpError(400, `The form's "pyversion" is ${quoted(python)}: of an sdist it is "source".`);
  }
  if (filetype === "bdist_wheel" && python === "") {
    throw new HttpError(400, 'The form has no field "pyversion": a wheel needs it, as in "py3".');
  }
}

/** Fields that a form has exactly once, and fields that it has at most once. */
const requiredFields = [":action", "name", "version", "filetype"] as const;
const singleFields = [
  "protocol_version",
  "metadata_version",
  "pyversion",
  "summary",
  "description",
  "description_content_type",
  "keywords",
  "home_page",
  "download_url",
  "author",
  "author_email",
  "maintainer",
  "maintainer_email",
  "license",
  "license_expression",
  "requires_python",
] as const;

function countErrors({ fields }: UploadForm): readonly string[] {
  const count = (field: string) => fields.get(field)?.length ?? 0;
  return [
    ...requiredFields
      .filter((field) => count(field) !== 1)
      .map((field) => {
        const seen = count(field) === 0 ? "no" : "more than one";
        return `The form has ${seen} field "${field}": exactly one is needed.`;
      }),
    ...singleFields
      .filter((field) => count(field) > 1)
      .map((field) => `The form has more than one field "${field}": at most one is taken.`),
  ];
}

const digestFields = ["sha256_digest", "blake2_256_digest", "md5_digest"] as const;

function valueErrors({ fields }: UploadForm): readonly string[] {
  const wrong = (field: string, isRight: (value: string) => boolean) =>
    (fields.get(field) ?? []).slice(0, 1).filter((value) => !isRight(value));
  return [
    ...wrong(":action", (action) => action === "file_upload").map(
      (action) => `The form's ":action" is ${quoted(action)}: only "file_upload" is known.`,
    ),
    ...wrong("protocol_version", (version) => version === "1").map(
      (version) => `The form's "protocol_version" is ${quoted(version)}: only "1" is known.`,
    ),
    ...wrong("name", isPackageName).map(
      (name) => `${quoted(name)} is no package's name: letters, digits and . _ - between them.`,
    ),
    ...wrong("filetype", (filetype) => filetype === "bdist_wheel" || filetype === "sdist").map(
      (filetype) => `The form's "filetype" is ${quoted(filetype)}: "bdist_wheel" and "sdist" are known.`,
    ),
    ...(digestFields.some((field) => fields.get(field)?.some((digest) => digest !== ""))
      ? []
      : [`The form has no digest: send one of ${digestFields.join(", ")}.`]),
  ];
}
