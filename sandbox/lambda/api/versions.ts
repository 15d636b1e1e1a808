import type {
  ListVersionsByFunctionCommandInput,
  ListVersionsByFunctionCommandOutput,
  PublishVersionCommandInput,
  PublishVersionCommandOutput,
} from "@aws-sdk/client-lambda";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import { unqualified } from "../names";
import { descriptionError, pageOf, rejectOthers } from "./checks";
import { configurationOf } from "./configuration";

const publishVersion: Operation<PublishVersionCommandInput, PublishVersionCommandOutput> = (
  { account },
  { FunctionName, CodeSha256, Description, RevisionId, ...others },
) => {
  rejectOthers("PublishVersion", others);
  const reference = unqualified(account, FunctionName);
  throwIfInvalid(descriptionError(Description));
  return {
    resource: reference.arn,
    answer: () => {
      const request = { description: Description, codeSha256: CodeSha256, revisionId: RevisionId };
      return configurationOf(account.lambda.functions.publishVersion(reference, request));
    },
  };
};

const listVersionsByFunction: Operation<ListVersionsByFunctionCommandInput, ListVersionsByFunctionCommandOutput> = (
  { account },
  input,
) => {
  const reference = unqualified(account, input.FunctionName);
  const page = pageOf("ListVersionsByFunction", input);
  return {
    resource: reference.arn,
    answer: () => {
      const { items, nextToken } = page(account.lambda.functions.versions(reference), ({ arn }) => arn);
      return { Versions: items.map(configurationOf), NextMarker: nextToken };
    },
  };
};

/** Each at https://docs.aws.amazon.com/lambda/latest/api/API_NAME.html */
export const versionOperations = {
  PublishVersion: publishVersion,
  ListVersionsByFunction: listVersionsByFunction,
};
