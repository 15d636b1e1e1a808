import type { FastifyPluginAsync } from "fastify";
import type { Twin } from "../context";
import { queryDoor, type QueryService } from "../core/queryProtocol";
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
export function stsDoor(twin: Twin): FastifyPluginAsync {
  return queryDoor(twin, [sts]);
}
