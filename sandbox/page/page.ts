import type { FastifyPluginAsync, FastifyReply } from "fastify";
import type { SandboxContext } from "../context";
import { html } from "../core/html";
import { requireLocalHost } from "../core/localHost";
import { type LoggedDecision, withoutTokens } from "../decisionLog";
import { ownLimits } from "../ownLimits";
import type { DecisionList, DecisionRow } from "./answers";
import { once, pageScript, pageStyle } from "./assets";
import { decisionDetail } from "./decisionDetail";
import { decisionRow } from "./decisionRows";
import { DecisionStreams } from "./events";
import { overviewOf } from "./overview";
import { groupList, packageDetail, packageList } from "./packageAnswers";
import { roleList } from "./roles";

/** The page runs its own script and style sheet, and talks to this server alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const script = once(pageScript);
const style = once(pageStyle);

/** `GET /`: what the registry contains and what is decided. `/page/…`: what the page loads. Nothing of it is secret. */
export function pageRoutes(context: SandboxContext): FastifyPluginAsync {
  return (server) => {
    const since = new Date();
    const rows = new WeakMap<LoggedDecision, DecisionRow>();
    const rowOf = (entry: LoggedDecision) => {
      const row = rows.get(entry) ?? decisionRow(context, entry);
      rows.set(entry, row);
      return row;
    };
    const streams = new DecisionStreams(context.decisions, rowOf);
    server.addHook("preClose", (done) => {
      streams.close();
      done();
    });
    server.addHook("onRequest", (request, reply, done) => {
      requireLocalHost(request);
      void reply.headers({
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
      done();
    });

    server.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(document(context)));
    server.get("/page/page.js", async (_request, reply) =>
      reply.type("text/javascript; charset=utf-8").send(await script()),
    );
    server.get("/page/page.css", async (_request, reply) => reply.type("text/css; charset=utf-8").send(await style()));
    server.get("/page/icon.svg", (_request, reply) => reply.type("image/svg+xml").send(icon));
    server.get("/page/overview", (_request, reply) => answer(reply, overviewOf(context, since)));
    server.get<{ Querystring: After }>("/page/decisions", ({ query }, reply) => {
      const list: DecisionList = {
        since: since.toISOString(),
        decisions: context.decisions
          .entries()
          .filter(({ id }) => id > afterOf(query))
          .map(rowOf),
      };
      return answer(reply, list);
    });
    server.get<{ Params: { readonly id: string } }>("/page/decisions/:id", ({ params: { id } }, reply) => {
      const entry = context.decisions.entries().find((one) => String(one.id) === id);
      return entry === undefined
        ? notFound(reply, `The log has no decision ${id}: it keeps the latest ${ownLimits.decisions.most}.`)
        : answer(reply, decisionDetail(entry, rowOf(entry)));
    });
    server.get("/page/packages", (_request, reply) => answer(reply, packageList(context)));
    server.get<{ Querystring: Partial<PackagePlace> }>("/page/package", ({ query }, reply) => {
      const { domain = "", repository = "", key = "" } = query;
      const found = packageDetail(context, { domain, repository }, key);
      return found === undefined ? notFound(reply, `${repository} has no package ${key}.`) : answer(reply, found);
    });
    server.get("/page/groups", (_request, reply) => answer(reply, groupList(context)));
    server.get("/page/roles", (_request, reply) => answer(reply, roleList(context)));
    server.get("/page/connect", (_request, reply) => answer(reply, context.connectLines?.() ?? { stacks: [] }));
    server.get<{ Querystring: After }>("/page/events", (request, reply) => {
      const { "last-event-id": last } = request.headers;
      const after = typeof last === "string" ? Number(last) || 0 : afterOf(request.query);
      return reply.type("text/event-stream; charset=utf-8").send(streams.open(after, since));
    });
    return Promise.resolve();
  };
}

interface PackagePlace {
  readonly domain: string;
  readonly repository: string;
  readonly key: string;
}

/** The id of the last decision that the browser has. */
interface After {
  readonly after?: string | readonly string[];
}

function afterOf({ after }: After): number {
  return Number(after) || 0;
}

/** Texts that clients sent are among it, and they may have sent a token. */
function answer(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(withoutTokens(JSON.stringify(value)));
}

function notFound(reply: FastifyReply, message: string): FastifyReply {
  return answer(reply.code(404), { message });
}

function document({ domain, account }: SandboxContext): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${domain ?? `Account ${account.accountId}`}</title>
        <link rel="icon" href="/page/icon.svg" />
        <link rel="stylesheet" href="/page/page.css" />
        <script type="module" src="/page/page.js"></script>
      </head>
      <body>
        <noscript>This page shows decisions as they are made, for which it needs JavaScript.</noscript>
        <div id="page"></div>
      </body>
    </html> `.text;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#4f46e5"/>' +
  '<path d="M4.5 8.2 7 10.7l4.7-5.2" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg>';
