import type { FastifyPluginAsync } from "fastify";
import { packageKey } from "../codeartifact/names";
import { keyOf, type PackageRecord } from "../codeartifact/packages/records";
import type { LoggedDecision } from "../decisionLog";
import type { SandboxContext } from "../context";
import { html, type Html } from "../core/html";
import { requireLocalHost } from "../core/localHost";

/** `GET /`: what the registry contains and what was decided, as a plain page. Nothing on it is secret. */
export function pageRoutes(context: SandboxContext): FastifyPluginAsync {
  return (server) => {
    server.get("/", async (request, reply) => {
      requireLocalHost(request);
      await reply
        .headers({
          "content-security-policy":
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "x-content-type-options": "nosniff",
          "cache-control": "no-store",
        })
        .type("text/html; charset=utf-8")
        .send(page(context));
    });
    return Promise.resolve();
  };
}

/** The page as it is now. */
function page(context: SandboxContext): string {
  const { account, packages, decisions } = context;
  const { codeartifact } = account;
  const domains = codeartifact.domains.list();
  const repositories = domains.flatMap(({ name: domain }) => codeartifact.repositories.list({ domain }));
  const groups = domains.flatMap(({ name: domain }) => codeartifact.packageGroups.list({ domain }));
  const title = context.domain ?? `Account ${account.accountId}`;
  // The stack's own domain goes without saying.
  const inDomain = (domain: string, name: string) => (domain === context.domain ? name : `${domain}: ${name}`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        <p>
          A registry on this machine, under the documents that
          ${context.domain === undefined ? "its account has" : "the stack deploys"}. Reload for newer decisions.
        </p>
        ${section(
          "Decisions, the newest first",
          ["time", "who", "what", "on what", "verdict", "why"],
          [...decisions.entries()].reverse().map(decisionRow),
        )}
        ${section(
          "Packages",
          ["package", "repository", "version", "status", "origin", "files"],
          repositories.flatMap(({ name: repository, domainName: domain }) =>
            packages.store
              .list({ domain, repository })
              .flatMap((record) => versionRows(inDomain(domain, repository), record)),
          ),
        )}
        ${section(
          "Repositories",
          ["repository", "upstreams", "external connection", "ARN"],
          repositories.map(({ name, domainName, upstreams, externalConnections, arn }) =>
            row([
              inDomain(domainName, name),
              upstreams.join(", "),
              externalConnections.map(({ externalConnectionName }) => externalConnectionName).join(", "),
              arn,
            ]),
          ),
        )}
        ${section(
          "Package groups",
          ["pattern", "publish", "external upstream", "internal upstream"],
          groups.map(({ pattern, domainName, originConfiguration: { restrictions } }) =>
            row([
              inDomain(domainName, pattern),
              ...[restrictions.PUBLISH, restrictions.EXTERNAL_UPSTREAM, restrictions.INTERNAL_UPSTREAM].map(
                ({ effectiveMode, effectiveRepositories }) => [effectiveMode, ...effectiveRepositories].join(" "),
              ),
            ]),
          ),
        )}
        ${section(
          "Events of package versions, the newest first",
          ["time", "operation", "package", "version", "state", "repository"],
          [...account.eventBridge.events()]
            .reverse()
            .slice(0, shownEvents)
            .map(({ time, detail }) =>
              row([
                time,
                detail.operationType,
                packageKey({
                  format: detail.packageFormat,
                  namespace: detail.packageNamespace ?? undefined,
                  package: detail.packageName,
                }),
                detail.packageVersion,
                detail.packageVersionState,
                `${detail.domainName}/${detail.repositoryName}`,
              ]),
            ),
        )}
        ${section(
          "Roles",
          ["role", "trusts", "may"],
          account.iam.roles
            .list()
            .map(({ roleName, assumeRolePolicyDocument }) =>
              row([roleName, json(assumeRolePolicyDocument), permissions(account, roleName).map(json).join("\n")]),
            ),
        )}
      </body>
    </html> `.text;
}

const shownEvents = 100;

function section(title: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<h2>${title}</h2>
    <table>
      <tr>
        ${columns.map((column) => html`<th>${column}</th>`)}
      </tr>
      ${rows}
    </table>`;
}

function row(cells: readonly string[]): Html {
  return html`<tr>
    ${cells.map((text) => html`<td>${text}</td>`)}
  </tr>`;
}

function decisionRow({ time, who, action, resource, allowed, reason }: LoggedDecision): Html {
  return html`<tr class="${allowed ? "allowed" : "denied"}">
    ${[time.toISOString(), who, action, resource, allowed ? "allowed" : "denied", reason].map(
      (text) => html`<td>${text}</td>`,
    )}
  </tr>`;
}

function versionRows(repository: string, record: PackageRecord): readonly Html[] {
  return Object.values(record.versions).map(({ version, status, origin: { originType, domainEntryPoint }, assets }) =>
    row([
      keyOf(record),
      repository,
      version,
      status,
      `${originType} ${domainEntryPoint.externalConnectionName ?? domainEntryPoint.repositoryName ?? ""}`,
      Object.keys(assets).join("\n"),
    ]),
  );
}

/** Documents of the role's inline and managed policies. */
function permissions({ iam }: SandboxContext["account"], roleName: string): readonly string[] {
  return [
    ...iam.roles.listPolicies({ roleName }).map((policyName) => iam.roles.getPolicy({ roleName, policyName })),
    ...iam.policies.attached({ roleName }).map(({ policyArn }) => iam.policies.get({ policyArn })),
  ].map(({ policyDocument }) => policyDocument);
}

function json(document: string): string {
  return JSON.stringify(JSON.parse(document), undefined, 1);
}

const style = `
  body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; }
  table { border-collapse: collapse; }
  th, td { text-align: left; vertical-align: top; padding: 0.2em 0.8em 0.2em 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  .denied { color: #a00000; }
  .allowed { color: #006000; }
`;
