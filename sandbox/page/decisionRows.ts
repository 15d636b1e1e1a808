import { sessionArn } from "../../iam/arns";
import { registryRoleKinds } from "../../naming/registryNames";
import { coordinateOf, packageKey, type PackageFormat } from "../codeartifact/names";
import type { SandboxContext } from "../context";
import type { LoggedDecision } from "../decisionLog";
import type { DecisionRow, Identity, Stage } from "./answers";

type Known = Pick<SandboxContext, "account" | "domain">;

/** A decision in words. */
export function decisionRow(known: Known, decision: LoggedDecision): DecisionRow {
  const { id, time, who, action, resource, allowed, reason, subject = {} } = decision;
  const packageName = subject.packageName ?? packageIn(resource);
  const file = subject.filename;
  const stage = stageOf(known, decision, packageName);
  return {
    id,
    time: time.toISOString(),
    who: identityOf(known, who),
    did: verbOf(action, file),
    action,
    subject: packageName ?? resourceName(known, resource),
    ...(packageName === undefined ? {} : { packageName }),
    ...(subject.packageVersion === undefined ? {} : { version: subject.packageVersion }),
    ...(file === undefined ? {} : { file }),
    allowed,
    why: shortReason(reason),
    ...(stage === undefined ? {} : { stage }),
  };
}

/** Who asks: a GitHub job by its token's subject, a role by what it is for, or why the caller is not known. */
export function identityOf({ account, domain }: Known, who: string): Identity {
  const anonymous = /^anonymous \((.*)\)$/s.exec(who);
  if (anonymous !== null) {
    return { kind: "anonymous", name: "Anonymous", note: anonymous[1] };
  }
  const service = /^([a-z]+)\.amazonaws\.com \((.*)\)$/s.exec(who);
  if (service !== null) {
    return { kind: "service", name: service[1] === "events" ? "EventBridge" : (service[1] ?? ""), note: service[2] };
  }
  const { role, session } = sessionArn.exec(who)?.groups ?? {};
  if (role === undefined) {
    return jobOf(who);
  }
  if (role === "Administrator" && account.iam.roles.list().every(({ roleName }) => roleName !== role)) {
    return { kind: "administrator", name: "Administrator" };
  }
  return { kind: "role", name: roleLabel(domain, role), note: session };
}

/** What a role of a registry is for, such as `publisher`; of any other role its name. */
export function roleLabel(domain: string | undefined, role: string): string {
  const [, own, rest] = /^(.+)-codeartifact-(.+)$/.exec(role) ?? [];
  const isOwn = own !== undefined && rest !== undefined && registryRoleKinds.some((kind) => rest.startsWith(kind));
  if (isOwn) {
    return own === domain ? rest : `${rest} of ${own}`;
  }
  return domain !== undefined && role.startsWith(`${domain}-`) ? role.slice(domain.length + 1) : role;
}

/** Both forms of a subject name the repository; ids behind `@` are left out. */
function jobOf(subject: string): Identity {
  const [, repository, context] = /^repo:([^:]+):(.+)$/s.exec(subject) ?? [];
  return repository === undefined
    ? { kind: "job", name: subject }
    : {
        kind: "job",
        name: repository.replaceAll(/@\d+/g, ""),
        note: context?.replace(/^environment:/, "").replaceAll("%3A", ":"),
      };
}

function verbOf(action: string, file: string | undefined): string {
  const name = action.slice(action.indexOf(":") + 1);
  if (name === "ReadFromRepository") {
    return file === undefined ? "Read" : "Download";
  }
  return verbs[name] ?? words(name);
}

const verbs: Readonly<Record<string, string>> = {
  AssumeRole: "Assume role",
  AssumeRoleWithWebIdentity: "Assume role",
  GetAuthorizationToken: "Get token",
  PublishPackageVersion: "Publish",
};

/** `ListPackageVersions` as `List package versions`. */
function words(name: string): string {
  const spaced = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The key of a package that an ARN names. */
function packageIn(resource: string): string | undefined {
  const [, format, namespace, name] = /:package\/[^/]+\/[^/]+\/([^/]+)\/([^/]*)\/(.+)$/.exec(resource) ?? [];
  return name === undefined ? undefined : packageKey({ format: format as PackageFormat, namespace, package: name });
}

/** The part of an ARN that says which of its kind it is: the path without kind and domain; of a role what it is for. */
function resourceName({ domain }: Known, resource: string): string {
  if (resource === "*") {
    return "account";
  }
  const path = resource.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, "");
  if (path.startsWith("role/")) {
    return roleLabel(domain, path.slice(path.lastIndexOf("/") + 1));
  }
  return path.replace(/^(?:repository\/[^/]+\/|domain\/)(?=.)/, "");
}

/** The reason as `npm run access` shortens it: without the parts of ARNs that are the same for all. */
function shortReason(reason: string): string {
  const text = reason.replaceAll(/arn:[^: ]*:codeartifact:[^: ]*:\d+:/g, "");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** How far a request gets, or tries to get. */
function stageOf(
  known: Known,
  { who, action, resource }: LoggedDecision,
  packageName: string | undefined,
): Stage | undefined {
  switch (action) {
    case "sts:AssumeRoleWithWebIdentity":
      return "role";
    case "codeartifact:GetAuthorizationToken":
      return "token";
    case "codeartifact:PublishPackageVersion":
      return who.startsWith("anonymous") ? "token" : "repository";
    case "codeartifact:ReadFromRepository":
      return who.startsWith("anonymous") ? "token" : readStage(known, resource, packageName);
    default:
      return undefined;
  }
}

/** A read goes on to the public index where the package's group lets versions in from outside. */
function readStage({ account, domain }: Known, resource: string, packageName: string | undefined): Stage {
  const [, named = domain ?? "", repository = ""] = /:repository\/([^/]+)\/(.+)$/.exec(resource) ?? [];
  if (packageName === undefined || repository === "") {
    return "repository";
  }
  return isOpenToOutside(account, named, packageName) ? "index" : "repository";
}

/** Whether the package's group lets any version in from a public index. */
export function isOpenToOutside(account: Known["account"], domain: string, key: string): boolean {
  const { codeartifact } = account;
  if (!codeartifact.domains.list().some(({ name }) => name === domain)) {
    return false;
  }
  const { packageGroup } = codeartifact.packageGroups.associated({ domain, ...coordinateOf(key) });
  const { restrictions } = packageGroup.originConfiguration;
  return restrictions.EXTERNAL_UPSTREAM.effectiveMode !== "BLOCK";
}
