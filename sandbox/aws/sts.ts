import type { FastifyPluginAsync } from "fastify";
import type { Twin } from "../twin";
import { queryDoor, type QueryService } from "./queryDoor";
import { assumeRoleWithWebIdentity, getCallerIdentity } from "./stsOperations";

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
