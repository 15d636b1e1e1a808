import type { JsonService } from "../../core/awsJson";
import type { Operation } from "../../core/operation";
import { invalid } from "../errors";
import { ruleOperations } from "./rules";
import { targetOperations } from "./targets";

/** EventBridge: the rules of the default event bus, and their targets. */
export const eventBridge: JsonService = {
  name: "events",
  title: "EventBridge",
  target: "AWSEvents",
  version: "1.1",
  sdk: () => import("@aws-sdk/client-eventbridge"),
  invalid,
  operations: new Map(Object.entries<Operation<never, object>>({ ...ruleOperations, ...targetOperations })),
};
