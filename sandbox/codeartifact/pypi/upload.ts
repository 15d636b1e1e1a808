import type { FastifyReply, FastifyRequest } from "fastify";
import { packageArn } from "../../../iam/arns";
import { normalizePackageName } from "../../../naming/packageNames";
import type { SandboxContext } from "../../context";
import { checkDigests } from "./digests";
import { readDistributionName } from "./distributionName";
import { checkAgreement, inspect } from "./inspection";
import { checkFiletype, readUploadClaims } from "./uploadClaims";
import { readUploadForm } from "./uploadForm";
import type { RegistryRequest } from "./request";

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
