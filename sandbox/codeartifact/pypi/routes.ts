import multipart from "@fastify/multipart";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { ownLimits } from "../../ownLimits";
import type { Twin } from "../../context";
import { type Address, readAddress } from "./address";
import { read } from "./download";
import { Refusal, sendRefusal } from "./httpError";
import { Room } from "../../core/semaphore";
import { upload } from "./upload";
import { bodyLength, multipartLimits } from "./uploadForm";
import { Visit } from "./request";

type Answer = (
  visit: Visit,
  address: Exclude<Address, { kind: "nowhere" }>,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void>;

/** Python's side of the registry, `/pypi/REPOSITORY/`: uploads, simple pages and files. */
export function pypiDoor(twin: Twin): FastifyPluginAsync {
  // Uploads under way wait for each other rather than fill the memory.
  const room = new Room(2 * ownLimits.uploadedFile.most);
  const reading: Answer = async (visit, address, request, reply) => {
    if (address.kind === "upload" || !["GET", "HEAD"].includes(request.method)) {
      throw otherMethod(address, request.method);
    }
    await read(twin, visit, address, request, reply);
  };
  const uploading: Answer = async (visit, address, request, reply) => {
    if (address.kind !== "upload") {
      throw otherMethod(address, request.method);
    }
    await room.hold(bodyLength(request), () => upload(twin, visit, address.repository, request, reply));
  };

  return async (server) => {
    server.removeAllContentTypeParsers();
    // A body is read by whoever wants one.
    server.addContentTypeParser("*", (_request, _payload, done) => {
      done(null);
    });
    server.setErrorHandler((error, request, reply) => {
      sendRefusal(reply, visitOf(twin, request, readAddress(request.url)).refuse(error));
    });
    server.route({
      method: server.supportedMethods.filter((method) => method !== "POST"),
      url: "/pypi/*",
      handler: (request, reply) => answer(twin, reading, request, reply),
    });
    await server.register(async (uploads) => {
      await uploads.register(multipart, { limits: multipartLimits });
      uploads.post("/pypi/*", (request, reply) => answer(twin, uploading, request, reply));
    });
  };
}

async function answer(twin: Twin, make: Answer, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const address = readAddress(request.url);
  const visit = visitOf(twin, request, address);
  try {
    visit.enter(request.headers.authorization);
    if (address.kind === "nowhere") {
      throw address.refusal;
    }
    await make(visit, address, request, reply);
  } catch (error) {
    sendRefusal(reply, visit.refuse(error));
  }
  return reply;
}

function visitOf(twin: Twin, { method }: FastifyRequest, { repository }: Address): Visit {
  const action = method === "POST" ? "codeartifact:PublishPackageVersion" : "codeartifact:ReadFromRepository";
  return new Visit(twin, action, repository);
}

function otherMethod({ kind, repository }: Exclude<Address, { kind: "nowhere" }>, method: string): Refusal {
  const [allow, use] =
    kind === "upload"
      ? (["POST", "files are sent there by POST"] as const)
      : (["GET, HEAD", `files are sent to /pypi/${repository}/`] as const);
  return new Refusal(405, `${method} means nothing here: ${use}.`, { allow });
}
