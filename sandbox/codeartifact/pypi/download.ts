import type { FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../../context";
import type { Address } from "./address";
import { sendFile } from "./file";
import { HttpError } from "./httpError";
import { sendSimplePage } from "./simplePage";
import type { RegistryRequest } from "./request";

/** Sends a page, a file, or the way to one. */
export async function read(
  { packages, domain }: SandboxContext,
  registryRequest: RegistryRequest,
  address: Exclude<Address, { kind: "nowhere" | "upload" }>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { repository } = address;
  registryRequest.authorize();
  const place = { domain, repository };
  switch (address.kind) {
    case "index":
      // https://docs.aws.amazon.com/codeartifact/latest/ug/python-compatibility.html
      throw new HttpError(
        404,
        `CodeArtifact lists no packages here: a package's files are at /pypi/${repository}/simple/NAME/.`,
      );
    case "moved":
      void reply.redirect(address.to, 301);
      break;
    case "project": {
      const { name } = address;
      await sendSimplePage({ repository, name, files: await packages.files(place, name) }, request, reply);
      break;
    }
    case "file": {
      const { name, version, filename } = address;
      const download = await packages.download(place, name, filename);
      if (download.file.version !== version) {
        throw new HttpError(
          404,
          `${filename} is of version ${download.file.version}, not of the one that the path names.`,
        );
      }
      sendFile(download, request, reply);
    }
  }
  registryRequest.end();
}
