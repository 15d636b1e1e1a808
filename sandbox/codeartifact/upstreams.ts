import { invalid, quotaExceeded } from "./errors";

// https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html
const maximumUpstreams = 10;

interface WithUpstreams {
  readonly upstreams: readonly string[];
}

/**
 * Whether a repository may have these upstreams.
 *
 * @param describe Answers for a repository of the same domain, and throws ResourceNotFoundException for another name.
 */
export function checkUpstreams(
  repository: string,
  upstreams: readonly string[],
  describe: (repository: string) => WithUpstreams,
): void {
  if (upstreams.length > maximumUpstreams) {
    throw quotaExceeded(
      `Repository '${repository}' is given ${upstreams.length} upstreams; at most ${maximumUpstreams} are allowed.`,
    );
  }
  if (new Set(upstreams).size < upstreams.length) {
    throw invalid(`Repository '${repository}' is given the same upstream more than once: ${upstreams.join(", ")}.`);
  }

  for (const upstream of upstreams) {
    const way = wayTo(repository, upstream, describe, new Set());
    if (way) {
      throw invalid(
        `Repository '${repository}' cannot be its own upstream: ${[repository, ...way].join(" -> ")} is a cycle.`,
      );
    }
  }
}

/** The upstreams that lead from one repository to another, both included, or nothing. */
function wayTo(
  target: string,
  from: string,
  describe: (repository: string) => WithUpstreams,
  seen: Set<string>,
): readonly string[] | undefined {
  if (from === target) {
    return [from];
  }
  if (seen.has(from)) {
    return undefined;
  }
  seen.add(from);

  for (const upstream of describe(from).upstreams) {
    const way = wayTo(target, upstream, describe, seen);
    if (way) {
      return [from, ...way];
    }
  }

  return undefined;
}
