import type { JsonService } from "../../core/awsJson";
import type { Operation } from "../../core/operation";
import { invalid } from "../errors";
import { eventOperations } from "./events";
import { groupOperations } from "./groups";
import { policyOperations } from "./policies";
import { tagOperations } from "./tags";

/** CloudWatch Logs: log groups, their events, and the policies that let services write. */
export const logs: JsonService = {
  name: "logs",
  title: "CloudWatch Logs",
  target: "Logs_20140328",
  version: "1.1",
  sdk: () => import("@aws-sdk/client-cloudwatch-logs"),
  invalid,
  operations: new Map(
    Object.entries<Operation<never, object>>({
      ...groupOperations,
      ...tagOperations,
      ...policyOperations,
      ...eventOperations,
    }),
  ),
};
