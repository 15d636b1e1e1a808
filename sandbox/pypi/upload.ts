import type { FastifyReply, FastifyRequest } from "fastify";
import { packageArn } from "../../iam/arns";
import { isPackageName, normalizePackageName } from "../../naming/packageNames";
import type { Twin } from "../twin";
import { checkDigests } from "./digests";
import { readDistributionName } from "./distributionName";
import { checkAgreement, inspect } from "./inspection";
import { Refusal, shown } from "./refusal";
import { readUploadForm, type UploadForm } from "./uploadForm";
import type { Visit } from "./visit";

/**
 * Takes a file in, as twine, uv and poetry send one: 200 also for bytes that are there already, 409 for others under the
 * same name. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-publishing
 */
export async function upload(
  { packages, domain }: Twin,
  visit: Visit,
  repository: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const form = await readUploadForm(request);
  const { filename, bytes } = form;
  const said = readClaims(form);
  const name = normalizePackageName(said.name);
  visit.authorize((repositoryArn) => packageArn(repositoryArn, name));

  const named = readDistributionName(filename, name);
  checkAgreement(named, filename, said, "the form");
  checkFiletype(form, named.filetype);
  await checkDigests(form);
  const { requiresPython, summary, homePage, licenses } = await inspect(filename, bytes, named);
  const { version } = named;
  const sent = { filename, version, bytes, requiresPython, summary, homePage, licenses };
  const outcome = await packages.publish({ domain, repository }, name, sent);
  const unchanged = outcome === "unchanged" ? "; these very bytes were there already" : "";
  visit.end(unchanged);
  void reply.type("text/plain; charset=utf-8").send(`${filename} is in ${repository}${unchanged}.\n`);
}

/** What a form says it brings. */
function readClaims({ fields }: UploadForm): { readonly name: string; readonly version: string } {
  const one = (field: string) => {
    const [value, ...others] = fields.get(field) ?? [];
    if (value === undefined || others.length > 0) {
      const seen = value === undefined ? "no" : "more than one";
      throw new Refusal(400, `The form has ${seen} field "${field}": exactly one is needed.`);
    }
    return value;
  };
  const action = one(":action");
  if (action !== "file_upload") {
    throw new Refusal(400, `The form's ":action" is ${shown(action)}: only "file_upload" is known.`);
  }
  const name = one("name");
  if (!isPackageName(name)) {
    throw new Refusal(400, `${shown(name)} is no package's name: letters, digits and . _ - between them.`);
  }
  return { name, version: one("version") };
}

function checkFiletype({ fields, filename }: UploadForm, filetype: string): void {
  const other = fields.get("filetype")?.find((said) => said !== filetype);
  if (other !== undefined) {
    throw new Refusal(400, `${filename} is by its name of filetype ${filetype}, but the form says ${shown(other)}.`);
  }
}
