import { arnParts, nameInArn } from "../../iam/arns";
import { publishActions, readActions } from "../../iam/permissions";
import type { ParsedPolicy, ParsedStatement, Patterns } from "../../iam/grammar";

/** Whom a trust policy admits, in one sentence for each statement; one that denies begins with `never`. */
export function trustSentences({ statements }: ParsedPolicy): readonly string[] {
  return statements.map((statement) => {
    const verb = statement.effect === "Allow" ? "" : "never ";
    return `${verb}${jobSentence(statement) ?? principalSentence(statement)}`;
  });
}

/** What a policy allows, and what it denies, in one sentence for each statement. */
export function permissionSentences({ statements }: ParsedPolicy): {
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
} {
  const sentences = (effect: ParsedStatement["effect"]) =>
    statements.filter((statement) => statement.effect === effect).map(permissionSentence);
  return { may: sentences("Allow"), mayNot: sentences("Deny") };
}

/** A statement that asks for the claims of a GitHub job. */
function jobSentence({ principals = [], written }: ParsedStatement): string | undefined {
  const [provider] = principals.filter(({ type }) => type === "Federated");
  if (provider === undefined) {
    return undefined;
  }
  const issuer = provider.value.replace(/^.*:oidc-provider\//, "");
  const claims = new Map(written.map(([, key, values]) => [key.replace(`${issuer}:`, ""), values.join(" or ")]));
  // A trust policy takes both forms of the same job's subject; the first has no ids.
  const subject = written.find(([, key]) => key === `${issuer}:sub`)?.[2][0];
  const [, repository = "any repository", context] = /^repo:([^:]+):(.+)$/s.exec(subject ?? "") ?? [];
  const named = ["sub", "aud", "job_workflow_ref", "ref", "repository", "repository_id", "repository_owner_id"];
  const workflow = claims.get("job_workflow_ref");
  const ref = claims.get("ref");
  const ids = ["repository_id", "repository_owner_id"].flatMap((claim) => claims.get(claim) ?? []);
  const others = [...claims].filter(([claim]) => !named.includes(claim)).map(([claim, value]) => `${claim} ${value}`);
  return [
    `a job of ${repository.replaceAll(/@\d+/g, "")}`,
    ...(context === undefined ? [] : [context.replace(/^environment:/, "in environment ").replace(/^ref:/, "on ")]),
    ...(workflow === undefined ? [] : [`with the workflow ${workflow}`]),
    ...(ref === undefined || workflow?.endsWith(`@${ref}`) === true ? [] : [`on ${ref}`]),
    ...(ids.length === 0 ? [] : [`with the ids ${ids.join(" and ")}`]),
    ...others.map((text) => `where ${text}`),
  ].join(", ");
}

function principalSentence({ principals = [], written }: ParsedStatement): string {
  const who = listed(principals.map(({ type, value }) => (value === "*" ? "anyone" : `${type} ${value}`)));
  return `${who}${conditionText(written)}`;
}

function permissionSentence({ actions, resources, written }: ParsedStatement): string {
  const lifetime = written.find(
    ([operator, key]) => /^NumericLessThan/i.test(operator) && /^sts:durationseconds$/i.test(key),
  )?.[2][0];
  const isOnly = (known: readonly string[]) =>
    !actions.negated && actions.patterns.every((pattern) => known.includes(pattern));
  if (isOnly(["sts:GetServiceBearerToken"])) {
    return `have AWS issue a registry token${lifetime === undefined ? "" : ` of at most ${durationText(Number(lifetime))}`}`;
  }
  // A statement with any other action beside these is shown by its actions.
  const verb = isOnly(publishActions)
    ? "publish"
    : isOnly(readActions)
      ? "read"
      : isOnly(["codeartifact:GetAuthorizationToken"])
        ? "get tokens of"
        : `${actionsText(actions)} on`;
  return `${verb} ${resourceText(resources)}${conditionText(written)}`;
}

/** The service before its actions: `iam: GetRole, ListRoles`. */
function actionsText({ patterns, negated }: Patterns): string {
  const services = [...new Set(patterns.map((pattern) => (pattern.includes(":") ? pattern.replace(/:.*/s, "") : "")))];
  const texts = services.map((service) =>
    service === ""
      ? "everything"
      : `${service}: ${listed(patterns.filter((one) => one.startsWith(`${service}:`)).map((one) => one.slice(service.length + 1)))}`,
  );
  return `${negated ? "all but " : ""}${texts.join("; ")}`;
}

function resourceText(resources: Patterns | undefined): string {
  if (resources === undefined) {
    return "this role";
  }
  const repositories = [...new Set(resources.patterns.map(repositoryOfPackage))];
  const texts = repositories.map((repository) => {
    const patterns = resources.patterns.filter((pattern) => repositoryOfPackage(pattern) === repository);
    return repository === undefined
      ? listed([...new Set(patterns.map(resourceName))])
      : `${listed(patterns.map(packageName))} in ${repository}`;
  });
  return `${resources.negated ? "all but " : ""}${texts.join(", and ")}`;
}

/** The repository of a pattern that is of packages. */
function repositoryOfPackage(pattern: string): string | undefined {
  return /:package\/[^/]+\/([^/]+)\/[^/]+\/[^/]*\/.+$/.exec(pattern)?.[1];
}

/** A pattern's package, with its format where that is not Python's. */
function packageName(pattern: string): string {
  const [, format = "", name = ""] = /\/([^/]+)\/[^/]*\/([^/]+)$/.exec(pattern) ?? [];
  return `${format === "pypi" ? "" : `${format} `}${name === "*" ? "every package" : name}`;
}

/** A repository or domain by its name; anything else by its path. */
function resourceName(pattern: string): string {
  if (pattern === "*") {
    return "everything";
  }
  const { service, path = "" } = arnParts(pattern);
  return service === "codeartifact" && /^(?:repository|domain)\//.test(path) ? nameInArn(path) : path || pattern;
}

function conditionText(written: ParsedStatement["written"]): string {
  return written.length === 0
    ? ""
    : `, where ${written.map(([operator, key, values]) => `${key} ${operator} ${listed(values)}`).join(" and ")}`;
}

/** Long lists end with how many more there are: the document has them all. */
function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, mostListed);
  const rest = texts.length - shown.length;
  return `${shown.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`;
}

const mostListed = 6;

function durationText(seconds: number): string {
  return seconds % 3600 === 0
    ? seconds === 3600
      ? "1 hour"
      : `${seconds / 3600} hours`
    : `${Math.round(seconds / 60)} minutes`;
}
