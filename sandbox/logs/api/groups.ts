import type {
  AssociateKmsKeyCommandInput,
  AssociateKmsKeyCommandOutput,
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput,
  DeleteLogGroupCommandInput,
  DeleteLogGroupCommandOutput,
  DeleteRetentionPolicyCommandInput,
  DeleteRetentionPolicyCommandOutput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  DisassociateKmsKeyCommandInput,
  DisassociateKmsKeyCommandOutput,
  PutLogGroupDeletionProtectionCommandInput,
  PutLogGroupDeletionProtectionCommandOutput,
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { authorize } from "../../context";
import { requestTags } from "../../core/conditions";
import { notModelled } from "../../core/awsError";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { invalid, throwIfInvalid } from "../errors";
import { type LogGroup, retentionDays } from "../logs";
import { checkTagCount, groupResource, namedGroup, pageOf, readTags } from "./checks";

const classes = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] as const;

/** "You must have either the logs:TagResource or logs:TagLogGroup permission" for tags. */
const createLogGroup: Operation<CreateLogGroupCommandInput, CreateLogGroupCommandOutput> = (context, input) => {
  const { account } = context;
  const { logGroupName, kmsKeyId, logGroupClass, deletionProtectionEnabled } = input;
  const resource = groupResource(context, logGroupName);
  throwIfInvalid(
    choiceError("logGroupClass", logGroupClass, classes),
    constraintError("kmsKeyId", kmsKeyId, { maxLength: 256 }),
  );
  const tags = readTags(input.tags);
  return {
    resource,
    authorize: (session) => {
      authorize(context, session, "logs:CreateLogGroup", resource, requestTags(tags));
      if (Object.keys(tags).length > 0) {
        authorize(context, session, "logs:TagResource", account.logs.arn(logGroupName), requestTags(tags));
      }
    },
    answer: () => {
      if (logGroupClass === "DELIVERY") {
        throw notModelled("logGroupClass DELIVERY is not modelled: give STANDARD or INFREQUENT_ACCESS.");
      }
      checkTagCount(tags);
      account.logs.createLogGroup({ logGroupName, kmsKeyId, logGroupClass, deletionProtectionEnabled, tags });
      return {};
    },
  };
};

const deleteLogGroup: Operation<DeleteLogGroupCommandInput, DeleteLogGroupCommandOutput> = (context, input) => ({
  resource: groupResource(context, input.logGroupName),
  answer: () => {
    context.account.logs.deleteLogGroup(input.logGroupName);
    return {};
  },
});

const describeLogGroups: Operation<DescribeLogGroupsCommandInput, DescribeLogGroupsCommandOutput> = (
  { account: { logs } },
  input,
) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupClass, accountIdentifiers } = input;
  throwIfInvalid(
    choiceError("logGroupClass", logGroupClass, classes),
    prefix !== undefined && pattern !== undefined
      ? "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
      : undefined,
  );
  const page = pageOf("DescribeLogGroups", input);
  return {
    resource: `${logs.arn("")}:log-stream:`,
    answer: () => {
      if (accountIdentifiers !== undefined || input.logGroupIdentifiers !== undefined) {
        throw notModelled("accountIdentifiers and logGroupIdentifiers are not modelled: leave them out.");
      }
      const found = logs
        .list()
        .filter(({ logGroupName }) => prefix === undefined || logGroupName.startsWith(prefix))
        .filter(
          ({ logGroupName }) => pattern === undefined || logGroupName.toLowerCase().includes(pattern.toLowerCase()),
        )
        .filter((group) => logGroupClass === undefined || group.logGroupClass === logGroupClass);
      const { items, nextToken } = page(found, ({ arn }) => arn);
      return {
        logGroups: items.map((group) => groupOf(group, storedBytes(logs.events(group.logGroupName).list()))),
        nextToken,
      };
    },
  };
};

function groupOf(group: LogGroup, bytes: number) {
  const { logGroupName, arn, creationTime, logGroupClass, retentionInDays, kmsKeyId, deletionProtectionEnabled } =
    group;
  return {
    logGroupName,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: creationTime.getTime(),
    metricFilterCount: 0,
    storedBytes: bytes,
    logGroupClass,
    retentionInDays,
    kmsKeyId,
    deletionProtectionEnabled,
  };
}

function storedBytes(events: readonly { readonly message: string }[]): number {
  return events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventOverhead, 0);
}

/** Bytes that AWS counts for each event beside its text. API_PutLogEvents.html */
export const eventOverhead = 26;

const putRetentionPolicy: Operation<PutRetentionPolicyCommandInput, PutRetentionPolicyCommandOutput> = (
  context,
  { logGroupName, retentionInDays },
) => {
  const resource = groupResource(context, logGroupName);
  if (!retentionDays.includes(retentionInDays)) {
    throw invalid(`Invalid retention value ${retentionInDays}. Supported values are: ${retentionDays.join(", ")}.`);
  }
  return {
    resource,
    answer: () => {
      context.account.logs.putRetentionPolicy(logGroupName, retentionInDays);
      return {};
    },
  };
};

const deleteRetentionPolicy: Operation<DeleteRetentionPolicyCommandInput, DeleteRetentionPolicyCommandOutput> = (
  context,
  { logGroupName },
) => ({
  resource: groupResource(context, logGroupName),
  answer: () => {
    context.account.logs.putRetentionPolicy(logGroupName, undefined);
    return {};
  },
});

const associateKmsKey: Operation<AssociateKmsKeyCommandInput, AssociateKmsKeyCommandOutput> = (context, input) => {
  const logGroupName = namedGroup(context, input.logGroupName, input.resourceIdentifier);
  throwIfInvalid(constraintError("kmsKeyId", input.kmsKeyId, { maxLength: 256 }));
  return {
    resource: groupResource(context, logGroupName),
    answer: () => {
      context.account.logs.associateKmsKey(logGroupName, input.kmsKeyId);
      return {};
    },
  };
};

const disassociateKmsKey: Operation<DisassociateKmsKeyCommandInput, DisassociateKmsKeyCommandOutput> = (
  context,
  input,
) => {
  const logGroupName = namedGroup(context, input.logGroupName, input.resourceIdentifier);
  return {
    resource: groupResource(context, logGroupName),
    answer: () => {
      context.account.logs.associateKmsKey(logGroupName, undefined);
      return {};
    },
  };
};

const putLogGroupDeletionProtection: Operation<
  PutLogGroupDeletionProtectionCommandInput,
  PutLogGroupDeletionProtectionCommandOutput
> = (context, { logGroupIdentifier, deletionProtectionEnabled }) => {
  const logGroupName = namedGroup(context, undefined, logGroupIdentifier);
  return {
    resource: groupResource(context, logGroupName),
    answer: () => {
      context.account.logs.putDeletionProtection(logGroupName, deletionProtectionEnabled);
      return {};
    },
  };
};

/** Each at https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_NAME.html */
export const groupOperations = {
  CreateLogGroup: createLogGroup,
  DeleteLogGroup: deleteLogGroup,
  DescribeLogGroups: describeLogGroups,
  PutRetentionPolicy: putRetentionPolicy,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  AssociateKmsKey: associateKmsKey,
  DisassociateKmsKey: disassociateKmsKey,
  PutLogGroupDeletionProtection: putLogGroupDeletionProtection,
};
