import type { FastifyPluginAsync } from "fastify";
import type { SandboxContext } from "../context";
import { queryRoutes, type QueryService } from "../core/queryProtocol";
import { assumeRoleWithWebIdentity, getCallerIdentity } from "./api";

/** AWS STS, as far as jobs need it. */
export const sts: QueryService = {
  ...{ prefix: "sts", title: "STS", version: "2011-06-15" },
  operations: new Map([
    ["AssumeRoleWithWebIdentity", assumeRoleWithWebIdentity],
    ["GetCallerIdentity", getCallerIdentity],
  ]),
};

/** STS alone. */
export function stsRoutes(context: SandboxContext): FastifyPluginAsync {
  return queryRoutes(context, [sts]);
}
