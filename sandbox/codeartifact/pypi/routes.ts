import multipart from "@fastify/multipart";
import { Semaphore } from "async-mutex";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { ownLimits } from "../../ownLimits";
import type { SandboxContext } from "../../context";
import { type Address, readAddress } from "./address";
import { read } from "./download";
import { HttpError, sendHttpError } from "./httpError";
import { upload } from "./upload";
import { bodyLength, multipartLimits } from "./uploadForm";
import { RegistryRequest } from "./request";

/** The semaphore counts in MiB: it takes time in proportion to its size. */
const mebibyte = 2 ** 20;

type Answer = (
  registryRequest: RegistryRequest,
  address: Exclude<Address, { kind: "nowhere" }>,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void>;

/** Python's side of the registry, `/pypi/REPOSITORY/`: uploads, simple pages and files. */
export function pypiRoutes(context: SandboxContext): FastifyPluginAsync {
  // Uploads under way wait for each other rather than fill the memory.
  const memory = new Semaphore((2 * ownLimits.uploadedFile.most) / mebibyte);
  const reading: Answer = async (registryRequest, address, request, reply) => {
    if (address.kind === "upload" || !["GET", "HEAD"].includes(request.method)) {
      throw otherMethod(address, request.method);
    }
    await read(context, registryRequest, address, request, reply);
  };
  const uploading: Answer = async (registryRequest, address, request, reply) => {
    if (address.kind !== "upload") {
      throw otherMethod(address, request.method);
    }
    await memory.runExclusive(
      () => upload(context, registryRequest, address.repository, request, reply),
      Math.max(1, Math.ceil(bodyLength(request) / mebibyte)),
    );
  };

  return async (server) => {
    server.removeAllContentTypeParsers();
    // Each route that wants a body reads it.
    server.addContentTypeParser("*", (_request, _payload, done) => {
      done(null);
    });
    server.setErrorHandler((error, request, reply) => {
      sendHttpError(reply, registryRequestOf(context, request, readAddress(request.url)).reject(error));
    });
    server.route({
      method: server.supportedMethods.filter((method) => method !== "POST"),
      url: "/pypi/*",
      handler: (request, reply) => answer(context, reading, request, reply),
    });
    await server.register(async (uploads) => {
      await uploads.register(multipart, { limits: multipartLimits });
      uploads.post("/pypi/*", (request, reply) => answer(context, uploading, request, reply));
    });
  };
}

async function answer(
  context: SandboxContext,
  make: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const address = readAddress(request.url);
  const registryRequest = registryRequestOf(context, request, address);
  try {
    registryRequest.enter(request.headers.authorization);
    if (address.kind === "nowhere") {
      throw address.error;
    }
    await make(registryRequest, address, request, reply);
  } catch (error) {
    sendHttpError(reply, registryRequest.reject(error));
  }
  return reply;
}

function registryRequestOf(
  context: SandboxContext,
  { method }: FastifyRequest,
  { repository }: Address,
): RegistryRequest {
  const action = method === "POST" ? "codeartifact:PublishPackageVersion" : "codeartifact:ReadFromRepository";
  return new RegistryRequest(context, action, repository);
}

function otherMethod({ kind, repository }: Exclude<Address, { kind: "nowhere" }>, method: string): HttpError {
  const [allow, use] =
    kind === "upload"
      ? (["POST", "files are sent there by POST"] as const)
      : (["GET, HEAD", `files are sent to /pypi/${repository}/`] as const);
  return new HttpError(405, `${method} means nothing here: ${use}.`, { allow });
}
