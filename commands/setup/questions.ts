import { isProtectedByDefault } from "./presentAnswers";
import {
  AnswerError,
  type Answers,
  type EnvironmentAnswer,
  type JobAnswer,
  type PublisherAnswer,
  readAccounts,
  readEnvironments,
  readIdPair,
  readIds,
  readNamePart,
  readPackagesAnswer,
  readPrivateNames,
  readProtected,
  readPublisher,
  readReader,
  readRegion,
  readRepository,
  readWorkflow,
  type RepositoryIds,
  suggestedPrivateNames,
  unknownIds,
} from "./readAnswers";

/** Where answers come from: a person at a terminal, or the options of the call. */
export interface Respondent {
  /**
   * The answer to one question, read.
   *
   * @param name - of the option that answers it
   * @param present - what is answered by saying nothing; undefined where there is no such answer
   * @param read - throws AnswerError
   */
  ask<Answer>(
    name: string,
    question: string,
    present: string | undefined,
    read: (text: string) => Answer,
  ): Promise<Answer>;
  /** The values of an option that may be repeated; undefined where it is absent. */
  repeated(name: string): readonly string[] | undefined;
  /** GitHub's numbers of a repository, where they can be looked up. */
  lookUp(repository: string): Promise<RepositoryIds | undefined>;
}

/**
 * Asks for everything that is a team's own.
 *
 * @param present - the answers that the files give now
 */
export async function askAll(respondent: Respondent, present: Answers): Promise<Answers> {
  const ask = respondent.ask.bind(respondent);
  const customer = await ask("customer", "Customer, the first part of every name", present.customer, readNamePart);
  const project = await ask("project", "Project, the second part", present.project, readNamePart);
  const region = await ask("region", "AWS region", present.region, readRegion);
  const environments = await askEnvironments(respondent, present);
  const packages = await ask("packages", "Private packages", present.packages.join(", "), readPackagesAnswer);
  const suggested =
    JSON.stringify(packages) === JSON.stringify(present.packages)
      ? present.privateNames
      : suggestedPrivateNames(packages);
  const privateNames = await ask(
    "private",
    "Names that only you publish: WORD~ for all that begin with the word, NAME$ for one",
    suggested.join(", "),
    (text) => readPrivateNames(text, packages),
  );
  const publishers = await askPublishers(respondent, present);
  const readers = readReaders(respondent, present, publishers);
  const source = await askSource(respondent, present, publishers);
  const repositories = [...new Set([source, ...[...publishers, ...readers].map(({ repository }) => repository)])];
  const ids = await askIds(respondent, present, repositories);
  return { customer, project, region, environments, packages, privateNames, publishers, readers, source, ids };
}

async function askEnvironments(respondent: Respondent, present: Answers): Promise<readonly EnvironmentAnswer[]> {
  const written = present.environments.map(({ name, branch }) => `${name}:${branch}`).join(", ");
  const named = await respondent.ask(
    "environments",
    "Environments in the order of their deployment, each with its branch",
    written,
    readEnvironments,
  );
  const before = (name: string) => present.environments.find((environment) => environment.name === name);
  const kept = named.filter(({ name }) => before(name)?.protect ?? isProtectedByDefault(name)).map(({ name }) => name);
  const protects = await respondent.ask(
    "protect",
    "Environments whose packages are kept from deletion",
    kept.length === 0 ? "none" : kept.join(", "),
    (text) => readProtected(text, named),
  );
  const known = named.flatMap(({ name }) =>
    before(name)?.account === undefined ? [] : [[name, before(name)?.account]],
  );
  const accounts = await respondent.ask(
    "accounts",
    "AWS account: 12 digits, or ENVIRONMENT=ACCOUNT for each; empty while not known",
    known.map(([name, account]) => `${name ?? ""}=${account ?? ""}`).join(", "),
    (text) => readAccounts(text, named),
  );
  return named.map(({ name, branch }) => {
    const account = accounts[name];
    return { name, branch, ...(account === undefined ? {} : { account }), protect: protects.includes(name) };
  });
}

async function askPublishers(respondent: Respondent, present: Answers): Promise<readonly PublisherAnswer[]> {
  const given = respondent.repeated("publisher")?.map((text) => readOption("publisher", text, readPublisher));
  if (given !== undefined) {
    return given;
  }
  const [first, ...others] = present.publishers;
  if (others.length > 0) {
    return present.publishers;
  }
  const repository = await respondent.ask(
    "repository",
    "GitHub repository whose workflow publishes",
    first?.repository,
    readRepository,
  );
  const workflow = await respondent.ask("workflow", "Its workflow", first?.workflow, readWorkflow);
  return [{ ...first, repository, workflow }];
}

/** The present readers; one in the publisher's repository goes with it to another. */
function readReaders(
  respondent: Respondent,
  present: Answers,
  [publisher]: readonly PublisherAnswer[],
): readonly JobAnswer[] {
  const given = respondent.repeated("reader");
  if (given !== undefined) {
    return given.filter((text) => text !== "none").map((text) => readOption("reader", text, readReader));
  }
  const was = present.publishers[0]?.repository;
  return present.readers.map((reader) =>
    reader.repository === was && publisher !== undefined ? { ...reader, repository: publisher.repository } : reader,
  );
}

function askSource(respondent: Respondent, present: Answers, [publisher]: readonly PublisherAnswer[]): Promise<string> {
  const [was] = present.publishers;
  const [owner = ""] = publisher?.repository.split("/") ?? [];
  const moved = was?.repository !== publisher?.repository;
  const [, name = "package-registry"] = present.source.split("/");
  return respondent.ask(
    "registry",
    "GitHub repository that holds this project",
    moved ? `${owner}/${name}` : present.source,
    readRepository,
  );
}

async function askIds(
  respondent: Respondent,
  present: Answers,
  repositories: readonly string[],
): Promise<Answers["ids"]> {
  const given = respondent.repeated("ids")?.map((text) => readOption("ids", text, readIds)) ?? [];
  const ids: Record<string, RepositoryIds> = Object.fromEntries(given);
  for (const repository of repositories) {
    const known = ids[repository] ?? present.ids[repository] ?? unknownIds;
    ids[repository] =
      ids[repository] !== undefined || known.repository !== "0"
        ? known
        : ((await respondent.lookUp(repository)) ??
          (await respondent.ask(
            "ids",
            `GitHub's numbers of ${repository} and its owner (gh api repos/${repository} --jq '.id, .owner.id')`,
            "0:0",
            readIdPair,
          )));
  }
  return ids;
}

function readOption<Answer>(name: string, text: string, read: (text: string) => Answer): Answer {
  try {
    return read(text);
  } catch (error) {
    throw error instanceof AnswerError ? new AnswerError(`--${name}: ${error.message}`) : error;
  }
}
