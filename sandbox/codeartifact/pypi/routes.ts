import multipart from "@fastify/multipart";
import { Semaphore } from "async-mutex";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { isPackageName, normalizePackageName } from "../../../naming/packagePatterns";
import type { SandboxContext } from "../../context";
import { ownLimits } from "../../ownLimits";
import { sendFile } from "./download";
import { HttpError, sendHttpError, quoted } from "./httpError";
import { RegistryRequest, requireNames } from "./request";
import { filePath, projectPath, sendSimplePage } from "./simplePage";
import { upload } from "./upload";
import { bodyLength, multipartLimits } from "./uploadForm";

/** For a server of these routes: a route says itself what is wrong with a long name. */
export const routerOptions = { maxParamLength: ownLimits.requestHeaders.most };

/**
 * Where repositories are. AWS names the domain in the host: here a path names it, or the domain of the deployed stack is
 * meant.
 */
const roots = ["/pypi", "/d/:endpoint/pypi"];

/**
 * Python's side of the registry, below a repository's path: uploads, simple pages and files. A caller is authenticated
 * before it learns anything of a path. Routes:
 * https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
 */
export function pypiRoutes(context: SandboxContext): FastifyPluginAsync {
  return async (server) => {
    server.removeAllContentTypeParsers();
    // Each route that wants a body reads it.
    server.addContentTypeParser("*", (_request, _payload, done) => {
      done(null);
    });
    server.decorateRequest(decorator);
    server.addHook("onRequest", (request, _reply, done) => {
      const registryRequest = new RegistryRequest(context, request);
      request.setDecorator(decorator, registryRequest);
      const { name, version, filename } = request.params as Partial<FileParams>;
      registryRequest.about({ packageName: name, packageVersion: version, filename });
      registryRequest.enter(request.headers.authorization);
      requireNames(request.url);
      done();
    });
    server.setErrorHandler((error, request, reply) => {
      sendHttpError(reply, registryRequestOf(request).reject(error));
    });
    for (const root of roots) {
      server.all(`${root}/*`, (request) => {
        const { root: path } = registryRequestOf(request);
        throw new HttpError(404, `nothing is there: files are sent to ${path}/, and read from ${path}/simple/NAME/`);
      });
    }
    await server.register(uploads(context));
    await server.register(simplePages(context));
  };
}

/** The semaphore counts in MiB: it takes time in proportion to its size. */
const mebibyte = 2 ** 20;

function uploads(context: SandboxContext): FastifyPluginAsync {
  // Uploads under way wait for each other rather than fill the memory.
  const memory = new Semaphore((2 * ownLimits.uploadedFile.most) / mebibyte);
  return async (server) => {
    await server.register(multipart, { limits: multipartLimits });
    for (const url of roots.map((root) => `${root}/:repository/`)) {
      server.post(url, async (request, reply) => {
        const registryRequest = registryRequestOf(request);
        await memory.runExclusive(
          () => upload(context, registryRequest, request, reply),
          Math.max(1, Math.ceil(bodyLength(request) / mebibyte)),
        );
        return reply;
      });
      server.route({
        method: server.supportedMethods.filter((method) => method !== "POST"),
        url,
        handler: ({ method }) => {
          throw otherMethod(method, "POST", "files are sent there by POST");
        },
      });
    }
  };
}

function simplePages({ packages }: SandboxContext): FastifyPluginAsync {
  return (server) => {
    server.addHook<{ Params: Partial<FileParams> }>("onRequest", ({ params: { name } }, _reply, done) => {
      if (name !== undefined && !isPackageName(name)) {
        throw new HttpError(400, `${quoted(name)} is no package's name: letters, digits and . _ - between them`);
      }
      done();
    });
    for (const root of roots.map((path) => `${path}/:repository`)) {
      readRoute(server, `${root}/simple`, rejectList);
      // Of an index whose address ends in a slash pipenv asks for simple//NAME/.
      for (const simple of [`${root}/simple/`, `${root}/simple//`]) {
        readRoute(server, simple, rejectList);
        readRoute(server, `${simple}:name`, (repository, { name }, _request, reply) => {
          void reply.redirect(projectPath(repository.root, normalizePackageName(name)), 301);
        });
        readRoute(server, `${simple}:name/`, async ({ root: path, place }, { name }, request, reply) => {
          const normal = normalizePackageName(name);
          if (normal === name) {
            const files = await packages.files(place, name);
            await sendSimplePage({ root: path, name, files }, request, reply);
          } else {
            void reply.redirect(projectPath(path, normal), 301);
          }
        });
        readRoute(
          server,
          `${simple}:name/:version(.+)/:filename(.+)`,
          async ({ root: path, place }, { name, version, filename }, request, reply) => {
            const normal = normalizePackageName(name);
            if (normal === name) {
              sendFile(await packages.download(place, name, filename), version, request, reply);
            } else {
              void reply.redirect(filePath(path, normal, version, filename), 301);
            }
          },
        );
        server.all<{ Params: FileParams }>(`${simple}:name/*`, (request) => {
          const name = normalizePackageName(request.params.name);
          const path = projectPath(registryRequestOf(request).root, name);
          throw new HttpError(404, `nothing is there: a file of ${name} is at ${path}VERSION/FILENAME`);
        });
      }
    }
    return Promise.resolve();
  };
}

type FileParams = Readonly<Record<"name" | "version" | "filename", string>>;

/** Sends a page, a file, or the way to one. */
type Answer = (
  repository: Pick<RegistryRequest, "root" | "place">,
  params: FileParams,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void> | void;

/** A route for GET and HEAD, for callers who may read the repository. */
function readRoute(server: FastifyInstance, url: string, answer: Answer): void {
  server.get<{ Params: FileParams }>(url, async (request, reply) => {
    const registryRequest = registryRequestOf(request);
    registryRequest.authorize();
    await answer(registryRequest, request.params, request, reply);
    registryRequest.end();
    return reply;
  });
  server.route({
    method: server.supportedMethods.filter((method) => method !== "GET" && method !== "HEAD"),
    url,
    handler: (request) => {
      const { root } = registryRequestOf(request);
      throw otherMethod(request.method, "GET, HEAD", `files are sent to ${root}/`);
    },
  });
}

/** Source: https://docs.aws.amazon.com/codeartifact/latest/ug/python-compatibility.html */
const rejectList: Answer = ({ root }) => {
  throw new HttpError(404, `CodeArtifact lists no packages here: a package's files are at ${root}/simple/NAME/.`);
};

const decorator = "registryRequest";

function registryRequestOf(request: FastifyRequest): RegistryRequest {
  return request.getDecorator(decorator);
}

function otherMethod(method: string, allow: string, use: string): HttpError {
  return new HttpError(405, `${method} means nothing here: ${use}.`, { allow });
}
