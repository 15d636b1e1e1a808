import type {
  CreateAliasCommandInput,
  CreateAliasCommandOutput,
  DeleteAliasCommandInput,
  DeleteAliasCommandOutput,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  UpdateAliasCommandInput,
  UpdateAliasCommandOutput,
} from "@aws-sdk/client-kms";
import { authorize, type SandboxContext } from "../../context";
import { AwsError } from "../../core/awsError";
import type { Operation } from "../../core/operation";
import type { Requester } from "../../sts/sts";
import { throwIfInvalid } from "../errors";
import { aliasNameError, keyArnOf, pageOf } from "./checks";

const createAlias: Operation<CreateAliasCommandInput, CreateAliasCommandOutput> = (context, input) => {
  const { aliasName, resource } = writable(context, input.AliasName);
  const target = keyArnOf(context, input.TargetKeyId);
  return {
    resource,
    authorize: authorizing(context, "kms:CreateAlias", () => [resource, target]),
    answer: () => {
      context.account.kms.aliases.create({ aliasName, targetKeyId: target });
      return {};
    },
  };
};

/** The permission is needed on the alias, on its present key and on the new one. */
const updateAlias: Operation<UpdateAliasCommandInput, UpdateAliasCommandOutput> = (context, input) => {
  const { aliasName, resource, present } = writable(context, input.AliasName);
  const target = keyArnOf(context, input.TargetKeyId);
  return {
    resource,
    authorize: authorizing(context, "kms:UpdateAlias", () => [resource, ...present(), target]),
    answer: () => {
      context.account.kms.aliases.update({ aliasName, targetKeyId: target });
      return {};
    },
  };
};

const deleteAlias: Operation<DeleteAliasCommandInput, DeleteAliasCommandOutput> = (context, input) => {
  const { aliasName, resource, present } = writable(context, input.AliasName);
  return {
    resource,
    authorize: authorizing(context, "kms:DeleteAlias", () => [resource, ...present()]),
    answer: () => {
      context.account.kms.aliases.delete(aliasName);
      return {};
    },
  };
};

const listAliases: Operation<ListAliasesCommandInput, ListAliasesCommandOutput> = (context, input) => {
  const { kms } = context.account;
  const keyArn = input.KeyId === undefined ? undefined : keyArnOf(context, input.KeyId);
  const page = pageOf("ListAliases", input, 100, 50);
  return {
    resource: "*",
    answer: () => {
      const keyId = keyArn === undefined ? undefined : kms.describeKey({ keyId: keyArn }).keyId;
      const all = kms.aliases.list().filter(({ targetKeyId }) => keyId === undefined || targetKeyId === keyId);
      const { items, ...rest } = page(all, ({ aliasName }) => aliasName);
      const aliases = items.map((alias) => ({
        AliasName: alias.aliasName,
        AliasArn: alias.aliasArn,
        TargetKeyId: alias.targetKeyId,
        CreationDate: alias.creationDate,
        LastUpdatedDate: alias.lastUpdatedDate,
      }));
      return { Aliases: aliases, ...rest };
    },
  };
};

function writable(context: SandboxContext, aliasName: string) {
  const { aliases } = context.account.kms;
  throwIfInvalid(aliasNameError(aliasName));
  if (aliasName.startsWith("alias/aws/")) {
    throw new AwsError("NotAuthorizedException", `${aliasName} is reserved: aliases of AWS begin with alias/aws/.`);
  }
  const present = () => {
    const alias = aliases.find(aliasName);
    return alias === undefined ? [] : [keyArnOf(context, alias.targetKeyId)];
  };
  return { aliasName, resource: aliases.arn(aliasName), present };
}

function authorizing(context: SandboxContext, action: string, resources: () => readonly string[]) {
  return (session: Requester) => {
    for (const resource of resources()) {
      authorize(context, session, action, resource);
    }
  };
}

/** Each at https://docs.aws.amazon.com/kms/latest/APIReference/API_NAME.html */
export const aliasOperations = {
  CreateAlias: createAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,
};
