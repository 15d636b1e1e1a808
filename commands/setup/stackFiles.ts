import {
  type Answers,
  type EnvironmentAnswer,
  isPromotion,
  type JobAnswer,
  promotionName,
  type PublisherAnswer,
  unknownIds,
} from "./readAnswers";
import { isProtectedByDefault, type ProjectFiles, stackFile } from "./presentAnswers";
import { withAccountLine, writeAccount, YamlFile } from "./yamlFile";

/** The settings that a new stack file takes over from the file that it is copied from. */
const copied = [
  "aws:region",
  ...["packages", "origins", "publishers", "readers", "githubEnterprise", "publicPackages"].map(setting),
  ...["tokenLifetime", "sessionDuration", "tags"].map(setting),
];

/** The text of an environment's stack file. */
export function planStackFile(
  files: ProjectFiles,
  before: Answers,
  answers: Answers,
  environment: EnvironmentAnswer,
): string {
  const path = stackFile(environment.name);
  const present = files.get(path);
  const file = new YamlFile(path, withAccountLine(present ?? copyOf(files), environment.account));
  const config = (key: string) => ["config", setting(key)];
  file.set(["config", "aws:region"], answers.region);
  writeAccount(file, environment.account);
  file.set(config("packages"), answers.packages);
  file.set([...config("origins"), "private"], answers.privateNames);
  const protect = file.get(...config("protect"));
  if (protect === undefined ? environment.protect !== isProtectedByDefault(environment.name) : true) {
    file.set(config("protect"), environment.protect);
  }
  const was = present === undefined ? undefined : { answers: before, environment };
  writeJobs(
    file,
    "publishers",
    publishersOf(answers, environment),
    was && publishersOf(before, placeOf(before, environment)),
  );
  writeJobs(
    file,
    "readers",
    readersOf(answers, environment, promotes(file, answers, before, environment, present === undefined)),
    was && readersOf(before, placeOf(before, environment), true),
  );
  return file.toString();
}

/** One entry of `publishers` or `readers`. */
type Job = Readonly<Record<string, unknown>>;

function publishersOf(answers: Answers, environment: EnvironmentAnswer): readonly Job[] {
  return answers.publishers.map((publisher) => ({
    ...jobOf(answers, publisher, environment),
    ...(publisher.packages === undefined ? {} : { packages: publisher.packages }),
  }));
}

function readersOf(answers: Answers, environment: EnvironmentAnswer, promoted: boolean): readonly Job[] {
  const next = nextOf(answers, environment);
  return [
    ...answers.readers.map((reader) => jobOf(answers, reader, environment)),
    ...(next === undefined || !promoted
      ? []
      : answers.publishers.map((publisher: PublisherAnswer) =>
          jobOf(answers, { ...publisher, name: promotionName(publisher) }, next),
        )),
  ];
}

/** A job in the GitHub environment, and on the branch, of an environment. */
function jobOf(
  { ids }: Answers,
  { name, repository, workflow }: JobAnswer,
  { name: environment, branch }: EnvironmentAnswer,
): Job {
  const { repository: repositoryId, owner: ownerId } = ids[repository] ?? unknownIds;
  return {
    ...(name === undefined ? {} : { name }),
    repository,
    repositoryId: Number(repositoryId),
    ownerId: Number(ownerId),
    environment,
    ref: `refs/heads/${branch}`,
    // A reader need not name its workflow.
    ...(workflow === "" ? {} : { workflow }),
  };
}

/** Whether versions are carried on from here: as the file has it, unless what comes next is new. */
function promotes(
  file: YamlFile,
  answers: Answers,
  before: Answers,
  environment: EnvironmentAnswer,
  isNew: boolean,
): boolean {
  const readers = file.get("config", setting("readers"));
  const has = Array.isArray(readers) && readers.some((reader) => isPromotion((reader as Job | null)?.name));
  return isNew || has || nextOf(before, environment)?.name !== nextOf(answers, environment)?.name;
}

function nextOf({ environments }: Answers, { name }: EnvironmentAnswer): EnvironmentAnswer | undefined {
  const place = environments.findIndex((environment) => environment.name === name);
  return place === -1 ? undefined : environments[place + 1];
}

function placeOf({ environments }: Answers, environment: EnvironmentAnswer): EnvironmentAnswer {
  return environments.find(({ name }) => name === environment.name) ?? environment;
}

/**
 * Writes a list of jobs: whole where the file is new; else each field that another answer changes, in the entry of the same
 * name, so that whatever else the entry says stays.
 */
function writeJobs(file: YamlFile, key: "publishers" | "readers", jobs: readonly Job[], were?: readonly Job[]): void {
  const path = ["config", setting(key)];
  if (were === undefined) {
    if (jobs.length > 0) {
      file.set(path, jobs);
    } else {
      file.remove(...path);
    }
    return;
  }
  if (JSON.stringify(jobs) === JSON.stringify(were)) {
    return;
  }
  const present = (file.get(...path) as readonly Job[] | undefined) ?? [];
  const places = jobs.map(({ name }) => present.findIndex((entry) => entry.name === name));
  if (jobs.length === 0) {
    file.remove(...path);
  } else if (places.length !== present.length || places.some((place, index) => place !== index)) {
    file.arrange(
      path,
      jobs.map((job, index) => (places[index] === -1 ? job : (places[index] ?? job))),
    );
  }
  jobs.forEach((job, index) => {
    const was = were.find(({ name }) => name === job.name);
    for (const [field, value] of Object.entries(job)) {
      if (JSON.stringify(was?.[field]) !== JSON.stringify(value)) {
        file.set([...path, index, field], value);
      }
    }
  });
}

/** Text of a stack that is there, with what a new one has in common with it. */
function copyOf(files: ProjectFiles): string {
  const [path, text] = [...files].find(([name]) => /^Pulumi\..+\.yaml$/.test(name)) ?? ["", "config: {}\n"];
  const file = new YamlFile(path, text);
  for (const key of file.keys("config")) {
    if (!copied.includes(key)) {
      file.remove("config", key);
    }
  }
  for (const key of file.keys().filter((name) => name !== "config")) {
    file.remove(key);
  }
  return file.toString();
}

function setting(name: string): string {
  return `package-registry:${name}`;
}
