import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { ownLimits } from "../ownLimits";
import type { Job } from "./jobDescription";

/** What a runner hands to a job: by which name, and with which bearer token, it asks for identity tokens. */
export interface JobAccess {
  readonly id: string;
  readonly bearer: string;
}

/** The jobs that run here, of which only the latest ten thousand are remembered. */
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
