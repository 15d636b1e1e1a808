import type { FastifyReply, FastifyRequest } from "fastify";
import { createBLAKE2b } from "hash-wasm";
import { createHash } from "node:crypto";
import { packageArn } from "../../../iam/arns";
import { normalizePackageName } from "../../../naming/packagePatterns";
import type { SandboxContext } from "../../context";
import { type Digest, digestOf } from "../packages/records";
import { readDistributionName } from "./distributionName";
import { HttpError, shown } from "./httpError";
import { checkAgreement, inspect } from "./inspection";
import type { RegistryRequest } from "./request";
import { checkFiletype, readUploadClaims } from "./uploadClaims";
import { readUploadForm, type UploadForm } from "./uploadForm";

/**
 * Takes a file in, as twine, uv, flit, hatch, poetry and curl send one: 200 also for bytes that are there already, 409 for
 * others under the same name. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-publishing
 */
export async function upload(
  { packages, domain }: SandboxContext,
  registryRequest: RegistryRequest,
  repository: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const form = await readUploadForm(request);
  const { filename, bytes } = form;
  const said = readUploadClaims(form);
  const name = normalizePackageName(said.name);
  registryRequest.authorize((repositoryArn) => packageArn(repositoryArn, name));

  const named = readDistributionName(filename, name);
  checkAgreement(named, filename, said, "the form");
  checkFiletype(form, named);
  await checkDigests(form);
  const { requiresPython, summary, homePage, licenses } = await inspect(filename, bytes, named);
  const { version } = named;
  const sent = { filename, version, bytes, requiresPython, summary, homePage, licenses };
  const outcome = await packages.publish({ domain, repository }, name, sent);
  const unchanged = outcome === "unchanged" ? "; these very bytes were there already" : "";
  registryRequest.end(unchanged);
  void reply.type("text/plain; charset=utf-8").send(`${filename} is in ${repository}${unchanged}.\n`);
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
        `${filename} arrived with other bytes: ${field} says ${shown(other)}, the file has ${own}.`,
      );
    }
  }
}
