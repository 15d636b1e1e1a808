import type { FastifyError, FastifyPluginAsync } from "fastify";
import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { SandboxContext } from "../context";
import { type MisdirectedRequest, requireLocalHost, requireSameSite } from "../core/localHost";
import { beyondLimit, ownLimits } from "../ownLimits";
import { identityClaims, type Issuer, supportedClaims } from "./issuer";
import { InvalidJob, type Job, readJob } from "./jobDescription";
import { rolesOfJob } from "./jobRoles";

/** An error that GitHub answers with. */
class GithubError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * GitHub, as far as its jobs' identity goes: what an issuer publishes, and the endpoint that hands tokens to a job. Which
 * jobs there are, anyone on this machine says at `POST /github/jobs`.
 */
export function githubRoutes(context: SandboxContext, issuer: Issuer): FastifyPluginAsync {
  const jobs = new Jobs();
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    server.removeAllContentTypeParsers();
    const parseJson = server.getDefaultJsonParser("error", "error");
    server.addContentTypeParser(
      "application/json",
      { parseAs: "string", bodyLimit: ownLimits.jobBody.most },
      parseJson,
    );
    server.addHook("onRequest", (request, _reply, done) => {
      requireLocalHost(request);
      done();
    });
    server.setErrorHandler((error: FastifyError | InvalidJob | GithubError | MisdirectedRequest, _request, reply) => {
      if (error instanceof InvalidJob) {
        return reply.code(400).send({ message: "The job is not described well.", errors: error.errors });
      }
      const { statusCode = 500 } = error;
      if (statusCode === 413) {
        return reply.code(413).send({ message: beyondLimit(ownLimits.jobBody, "The description has") });
      }
      const message = statusCode < 500 ? error.message : "The request failed: this is an error of the sandbox.";
      return reply.code(statusCode).send({ message });
    });

    // Tokens name GitHub as their issuer, and what GitHub publishes is not asked for: these are the keys that count here.
    server.get("/github/.well-known/openid-configuration", () => ({
      issuer: issuer.url,
      jwks_uri: `${context.address()}/github/.well-known/jwks`,
      subject_types_supported: ["public", "pairwise"],
      response_types_supported: ["id_token"],
      claims_supported: supportedClaims,
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid"],
    }));
    server.get("/github/.well-known/jwks", () => issuer.keySet);

    server.post("/github/jobs", (request, reply) => {
      requireSameSite(request);
      const job = readJob(request.body, issuer.knownJobs);
      const { id, bearer } = jobs.start(job);
      // A job's steps append &audience=…, so the address already has a query.
      const url = `${context.address()}/github/token?job=${id}`;
      const { region, accountId } = context.account;
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({
          url,
          token: bearer,
          job: job.run,
          region,
          accountId,
          roleArns: rolesOfJob(context.account, issuer, job),
        });
    });

    server.get("/github/token", async (request, reply) => {
      const { job: id, audience } = request.query as Readonly<Record<string, unknown>>;
      const [, bearer = ""] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
      const job = jobs.find({ id: typeof id === "string" ? id : "", bearer });
      if (job === undefined) {
        throw new GithubError(401, "No job asks with this bearer token. Describe one with: npm run job");
      }
      if (audience !== undefined && typeof audience !== "string") {
        throw new GithubError(400, "audience: write one");
      }
      if (audience !== undefined && audience.length > ownLimits.audience.most) {
        throw new GithubError(400, beyondLimit(ownLimits.audience, "audience: it has"));
      }
      const owner = job.run.repository.split("/")[0] ?? "";
      const claims = identityClaims(job, audience ?? `https://github.com/${owner}`, context.account.now());
      const value = await issuer.sign(claims);
      return reply.header("cache-control", "no-store").send({ value, count: value.length });
    });
  };
}

/** What a runner hands to a job: by which name, and with which bearer token, it asks for identity tokens. */
interface JobAccess {
  readonly id: string;
  readonly bearer: string;
}

/** The jobs that run here, the latest ten thousand. */
export class Jobs {
  readonly #jobs = new Map<string, { readonly job: Job; readonly bearer: Buffer }>();

  start(job: Job): JobAccess {
    const id = randomUUID();
    const bearer = `ghs_${randomBytes(48).toString("base64url")}`;
    this.#jobs.set(id, { job, bearer: hash(bearer) });
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > ownLimits.jobs.most && oldest !== undefined) {
      this.#jobs.delete(oldest);
    }
    return { id, bearer };
  }

  /** The job, if the bearer token is its own. */
  find({ id, bearer }: JobAccess): Job | undefined {
    const found = this.#jobs.get(id);
    return found !== undefined && timingSafeEqual(hash(bearer), found.bearer) ? found.job : undefined;
  }
}

function hash(bearer: string): Buffer {
  return createHash("sha256").update(bearer).digest();
}
