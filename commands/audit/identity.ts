import { type GithubJob, jobLists } from "../../github/jobs";
import { roleArn, sessionArn } from "../../iam/arns";
import { deployRoleName, lambdaDeployerRoleName, roleName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import type { EventRecord } from "../aws/cloudTrail";
import { textOf } from "./belonging";

/** Who made a call, as far as CloudTrail and the settings say; what is not known is absent. */
export interface Identity {
  /** Such as `publisher of acme/hub release.yml run 123 attempt 1`. */
  readonly words: string;
  /** The same without the run or session: what calls are counted by. */
  readonly group: string;
  /** Name of the role whose session made the call. */
  readonly role?: string;
  /** The session's name, which the job chooses: no proof. */
  readonly session?: string;
  /** The number of the caller's account. */
  readonly account?: string;
  /** `OWNER/NAME` on GitHub. */
  readonly repository?: string;
  /** Whether GitHub's token named the repository, or it is the one that the settings give the role to now. */
  readonly repositoryFrom?: "subject" | "settings";
  /** The workflow that the role's trust policy names, by the settings of now: `OWNER/NAME/.github/workflows/FILE.yml@REF`. */
  readonly workflow?: string;
  /** GitHub's number of the workflow run, as the session's name has it. */
  readonly run?: string;
  readonly attempt?: string;
  /** Subject of the GitHub token that the session was opened with: GitHub's word. */
  readonly subject?: string;
}

/** Names the callers of a stack's events. */
export class Identities {
  readonly #roles: ReadonlyMap<string, RegistryRoleJob>;
  readonly #domain: string;
  /** Subjects of GitHub's tokens, by what tells the session that each opened. */
  readonly #subjects = new Map<string, string>();

  /** @param records - those that opened a session say whose token opened it */
  constructor(settings: Settings, records: readonly EventRecord[]) {
    this.#domain = settings.domain;
    this.#roles = rolesOf(settings);
    for (const record of records) {
      const { eventName, errorCode, responseElements } = record;
      if (eventName === "AssumeRoleWithWebIdentity" && errorCode === undefined) {
        const { credentials, assumedRoleUser } = (responseElements ?? {}) as Opened;
        const key = textOf(credentials, "accessKeyId");
        const arn = textOf(assumedRoleUser, "arn");
        for (const name of [key, arn === undefined ? undefined : `${arn} ${record.eventTime}`]) {
          if (name !== undefined) {
            this.#subjects.set(name, subjectOf(record));
          }
        }
      }
    }
  }

  /** Who made a call. */
  of(record: EventRecord): Identity {
    const { userIdentity = {}, eventName, requestParameters, recipientAccountId } = record;
    if (eventName === "AssumeRoleWithWebIdentity") {
      return tokenIdentity(subjectOf(record), textOf(requestParameters, "roleSessionName"));
    }
    const { arn = "", accountId, type, userName, invokedBy, principalId = "" } = userIdentity;
    const { role, session } = sessionArn.exec(arn)?.groups ?? {};
    const elsewhere = accountId !== undefined && accountId !== recipientAccountId ? ` of account ${accountId}` : "";
    const account = accountId === undefined ? {} : { account: accountId };
    if (role !== undefined && session !== undefined) {
      const subject = this.#subjectOf(record);
      const found = elsewhere === "" ? this.#roleIdentity(role, session, subject) : undefined;
      const group = `role ${role}${elsewhere}`;
      return { ...(found ?? { group, words: `${group} session ${session}`, role, session }), ...account };
    }
    const words =
      type === "Root"
        ? `the root user${elsewhere}`
        : userName !== undefined
          ? `user ${userName}${elsewhere}`
          : invokedBy !== undefined
            ? `service ${invokedBy}`
            : accountId === undefined
              ? `${type ?? "someone"} ${principalId}`.trim()
              : `account ${accountId}`;
    return { words, group: words, ...account };
  }

  #subjectOf({ userIdentity: { arn = "", accessKeyId = "", sessionContext } = {} }: EventRecord): string | undefined {
    const opened = sessionContext?.attributes?.creationDate ?? "";
    return this.#subjects.get(accessKeyId) ?? this.#subjects.get(`${arn} ${opened}`);
  }

  /** A role of the stack's, with the job that may assume it. */
  #roleIdentity(role: string, session: string, subject: string | undefined): Identity | undefined {
    const known = this.#roles.get(role.toLowerCase());
    const kind = known?.title ?? this.#otherRole(role);
    if (kind === undefined) {
      return undefined;
    }
    const run = runOf(session);
    const byToken = subject === undefined ? undefined : repositoryOf(subject);
    const repository = byToken ?? known?.job.repository;
    const workflow = repository === known?.job.repository ? known?.job.jobWorkflowRef : undefined;
    const group = [
      kind,
      ...(repository === undefined ? [] : ["of", repository]),
      ...(workflow === undefined ? [] : [workflowName(workflow, repository)]),
    ].join(" ");
    return {
      words: `${group} ${sessionWords(session)}`,
      group,
      role,
      session,
      ...(repository === undefined
        ? {}
        : ({ repository, repositoryFrom: byToken === undefined ? "settings" : "subject" } as const)),
      ...(workflow === undefined ? {} : { workflow }),
      ...run,
      ...(subject === undefined ? {} : { subject }),
    };
  }

  #otherRole(role: string): string | undefined {
    return new Map([
      [deployRoleName(this.#domain), "deployment"],
      [lambdaDeployerRoleName(this.#domain), "Lambda deployment"],
    ]).get(role);
  }
}

/** Members of an answer that opens a session. */
interface Opened {
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly assumedRoleUser?: Readonly<Record<string, unknown>>;
}

interface RegistryRoleJob {
  /** Such as `publisher` or `reader lambda-layers`. */
  readonly title: string;
  readonly job: GithubJob;
}

/** By the role's name in small letters. */
function rolesOf(settings: Settings): ReadonlyMap<string, RegistryRoleJob> {
  return new Map(
    jobLists(settings).flatMap(({ kind, jobs }) =>
      jobs.map(({ name, job }) => {
        const title = name === undefined ? kind : `${kind} ${name}`;
        return [roleName(settings.domain, kind, name).toLowerCase(), { title, job }] as const;
      }),
    ),
  );
}

/** The bearer of a GitHub token that asks for a role. */
function tokenIdentity(subject: string, session: string | undefined): Identity {
  const repository = repositoryOf(subject);
  const group = subject === "" ? "a token without a subject" : `token of ${subject}`;
  return {
    words: session === undefined ? group : `${group} ${sessionWords(session)}`,
    group,
    ...(session === undefined ? {} : { session, ...runOf(session) }),
    ...(repository === undefined ? {} : { repository, repositoryFrom: "subject" as const }),
    subject,
  };
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html */
function subjectOf({ userIdentity, responseElements }: EventRecord): string {
  return textOf(responseElements, "subjectFromWebIdentityToken") ?? userIdentity?.userName ?? "";
}

/** Of either form of a subject: by name, or with the ids of owner and repository. */
function repositoryOf(subject: string): string | undefined {
  const [, owner, name] = /^repo:([^/:@]+)(?:@\d+)?\/([^/:@]+)(?:@\d+)?:/.exec(subject) ?? [];
  return owner === undefined || name === undefined ? undefined : `${owner}/${name}`;
}

/** This project's actions name a session `RUN-ATTEMPT`. */
function runOf(session: string): { readonly run?: string; readonly attempt?: string } {
  const [, run, attempt] = /^(\d+)-(\d+)$/.exec(session) ?? [];
  return run === undefined || attempt === undefined ? {} : { run, attempt };
}

function sessionWords(session: string): string {
  const { run, attempt } = runOf(session);
  return run === undefined ? `session ${session}` : `run ${run} attempt ${attempt ?? ""}`;
}

/** A workflow of the job's own repository by its file alone. */
function workflowName(workflow: string, repository: string | undefined): string {
  const [, owner, file = workflow] = /^([^/]+\/[^/]+)\/\.github\/workflows\/([^@]+)@/.exec(workflow) ?? [];
  return owner === undefined || owner === repository ? file : `${owner}/${file}`;
}

/** Whether an identity, or the role that it asks for, is the one that an option names: a role, its ARN, or a session. */
export function isNamed(wanted: string, { role, session }: Identity, askedFor: string | undefined): boolean {
  const name = (roleArn.exec(wanted)?.groups?.name ?? wanted).toLowerCase();
  return [role, askedFor].some((one) => one?.toLowerCase() === name) || session === wanted;
}
