import type {
  AliasRoutingConfiguration,
  CreateAliasCommandInput,
  CreateAliasCommandOutput,
  GetAliasCommandInput,
  GetAliasCommandOutput,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  UpdateAliasCommandInput,
  UpdateAliasCommandOutput,
} from "@aws-sdk/client-lambda";
import { notModelled } from "../../core/awsError";
import type { Operation } from "../../core/operation";
import type { Alias } from "../aliases";
import { throwIfInvalid } from "../errors";
import { aliasNameError, unqualified, versionError } from "../names";
import { descriptionError, pageOf } from "./checks";

const createAlias: Operation<CreateAliasCommandInput, CreateAliasCommandOutput> = (
  { account },
  { FunctionName, Name, FunctionVersion, Description, RoutingConfig },
) => {
  const reference = unqualified(account, FunctionName);
  throwIfInvalid(aliasNameError(Name), versionError("functionVersion", FunctionVersion), descriptionError(Description));
  checkRouting("CreateAlias", RoutingConfig);
  return {
    resource: reference.arn,
    answer: () => described(account.lambda.functions.aliases(reference).create(Name, FunctionVersion, Description)),
  };
};

const getAlias: Operation<GetAliasCommandInput, GetAliasCommandOutput> = ({ account }, { FunctionName, Name }) => {
  const reference = unqualified(account, FunctionName);
  throwIfInvalid(aliasNameError(Name));
  return {
    resource: reference.arn,
    answer: () => described(account.lambda.functions.aliases(reference).get(Name)),
  };
};

const updateAlias: Operation<UpdateAliasCommandInput, UpdateAliasCommandOutput> = (
  { account },
  { FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId },
) => {
  const reference = unqualified(account, FunctionName);
  throwIfInvalid(aliasNameError(Name), versionError("functionVersion", FunctionVersion), descriptionError(Description));
  checkRouting("UpdateAlias", RoutingConfig);
  return {
    resource: reference.arn,
    answer: () => {
      const change = { functionVersion: FunctionVersion, description: Description, revisionId: RevisionId };
      return described(account.lambda.functions.aliases(reference).update(Name, change));
    },
  };
};

const listAliases: Operation<ListAliasesCommandInput, ListAliasesCommandOutput> = ({ account }, input) => {
  const reference = unqualified(account, input.FunctionName);
  throwIfInvalid(versionError("functionVersion", input.FunctionVersion));
  const page = pageOf("ListAliases", input);
  return {
    resource: reference.arn,
    answer: () => {
      const aliases = account.lambda.functions.aliases(reference).list(input.FunctionVersion);
      const { items, nextToken } = page(aliases, ({ arn }) => arn);
      return { Aliases: items.map(described), NextMarker: nextToken };
    },
  };
};

/** Each at https://docs.aws.amazon.com/lambda/latest/api/API_NAME.html */
export const aliasOperations = {
  CreateAlias: createAlias,
  GetAlias: getAlias,
  UpdateAlias: updateAlias,
  ListAliases: listAliases,
};

/** A share of the calls to a second version is not modelled; to give none is to have one version. */
function checkRouting(operation: string, { AdditionalVersionWeights = {} }: AliasRoutingConfiguration = {}): void {
  if (Object.keys(AdditionalVersionWeights).length > 0) {
    throw notModelled(`lambda:${operation} with AdditionalVersionWeights is not modelled.`);
  }
}

function described({ arn, name, functionVersion, description, revisionId }: Alias) {
  return {
    AliasArn: arn,
    Name: name,
    FunctionVersion: functionVersion,
    Description: description,
    RevisionId: revisionId,
  };
}
