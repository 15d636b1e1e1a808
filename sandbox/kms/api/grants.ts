import type {
  CreateGrantCommandInput,
  CreateGrantCommandOutput,
  ListGrantsCommandInput,
  ListGrantsCommandOutput,
  RetireGrantCommandInput,
  RetireGrantCommandOutput,
  RevokeGrantCommandInput,
  RevokeGrantCommandOutput,
} from "@aws-sdk/client-kms";
import { decideRequest, requireAllowed, type SandboxContext } from "../../context";
import { AwsError, notModelled } from "../../core/awsError";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { verdictOf } from "../../decisionLog";
import type { Requester } from "../../sts/sts";
import { notFound, throwIfInvalid } from "../errors";
import type { Grant } from "../grants";
import { keyArnOf, pageOf } from "./checks";

/** The operations that a grant may allow on a symmetric key. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
const grantable = [
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
  "Sign",
  "Verify",
  "GetPublicKey",
  "CreateGrant",
  "RetireGrant",
  "DescribeKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateMac",
  "VerifyMac",
  "DeriveSharedSecret",
];

const principal = { minLength: 1, maxLength: 256, pattern: "[\\w+=,.@:/-]+" };

const createGrant: Operation<CreateGrantCommandInput, CreateGrantCommandOutput> = (context, input) => {
  const resource = keyArnOf(context, input.KeyId);
  const { Name: name, GranteePrincipal: granteePrincipal = "", RetiringPrincipal: retiringPrincipal } = input;
  throwIfInvalid(
    constraintError("name", name, { minLength: 1, maxLength: 256, pattern: "[a-zA-Z0-9:/_-]+" }),
    constraintError("granteePrincipal", granteePrincipal, principal),
    constraintError("retiringPrincipal", retiringPrincipal, principal),
    ...input.Operations.map((operation) => choiceError("operations", operation, grantable)),
  );
  return {
    resource,
    answer: () => {
      if (input.Constraints !== undefined || input.DryRun === true) {
        throw notModelled("Constraints and DryRun of a grant are not modelled.");
      }
      const grant = {
        keyId: resource,
        name,
        granteePrincipal,
        retiringPrincipal,
        operations: input.Operations,
      };
      const { grantId, grantToken } = context.account.kms.grants.create(grant);
      return { GrantId: grantId, GrantToken: grantToken };
    },
  };
};

const listGrants: Operation<ListGrantsCommandInput, ListGrantsCommandOutput> = (context, input) => {
  const resource = keyArnOf(context, input.KeyId);
  const { GrantId: grantId, GranteePrincipal: grantee } = input;
  const page = pageOf("ListGrants", input, 100, 50);
  return {
    resource,
    answer: () => {
      const grants = context.account.kms.grants
        .list(resource)
        .filter((grant) => grantId === undefined || grant.grantId === grantId)
        .filter(({ granteePrincipal }) => grantee === undefined || granteePrincipal === grantee);
      const { items, ...rest } = page(grants, (grant) => grant.grantId);
      const described = items.map((grant) => ({
        KeyId: grant.keyArn,
        GrantId: grant.grantId,
        Name: grant.name ?? "",
        CreationDate: grant.creationDate,
        GranteePrincipal: grant.granteePrincipal,
        RetiringPrincipal: grant.retiringPrincipal,
        IssuingAccount: grant.issuingAccount,
        Operations: grant.operations as NonNullable<CreateGrantCommandInput["Operations"]>,
      }));
      return { Grants: described, ...rest };
    },
  };
};

const revokeGrant: Operation<RevokeGrantCommandInput, RevokeGrantCommandOutput> = (context, input) => {
  const resource = keyArnOf(context, input.KeyId);
  const { GrantId: grantId } = input;
  return {
    resource,
    answer: () => {
      context.account.kms.grants.revoke({ keyId: resource, grantId });
      return {};
    },
  };
};

const retireGrant: Operation<RetireGrantCommandInput, RetireGrantCommandOutput> = (context, input) => {
  const { GrantToken: grantToken, GrantId: grantId } = input;
  if (grantToken === undefined && (grantId === undefined || input.KeyId === undefined)) {
    throw new AwsError("ValidationException", "A grant token, or a key ID with a grant ID, must be specified.");
  }
  const named = input.KeyId === undefined ? undefined : keyArnOf(context, input.KeyId);
  const { grants } = context.account.kms;
  const found = () => {
    const grant = grants.find(grantToken === undefined ? { grantId } : { grantToken });
    return named === undefined || named === grant?.keyArn ? grant : undefined;
  };
  return {
    resource: named ?? "*",
    authorize: (session) => {
      authorizeRetiring(context, session, named, found());
    },
    answer: () => {
      const grant = found();
      if (grant === undefined) {
        throw grantToken === undefined
          ? notFound(`Grant ID ${grantId ?? ""} not found`)
          : new AwsError("InvalidGrantTokenException", "The grant token is not valid.");
      }
      grants.revoke({ keyId: grant.keyArn, grantId: grant.grantId });
      return {};
    },
  };
};

/**
 * The grant decides first: its retiring principal may retire it, and its grantee where the grant has the operation
 * RetireGrant, unless a policy denies it. Others need an IAM policy of the account. An error does not depend on whether
 * there is such a grant.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
 *
 * @throws AccessDeniedException
 */
function authorizeRetiring(
  context: SandboxContext,
  session: Requester,
  named: string | undefined,
  grant: Grant | undefined,
): void {
  const action = "kms:RetireGrant";
  const resource = grant?.keyArn ?? named ?? "*";
  const decision = decideRequest(context, session, action, resource);
  const ownNames = [session.caller.arn, session.assumedRoleArn];
  const isByGrant =
    grant !== undefined &&
    (ownNames.includes(grant.retiringPrincipal ?? "") ||
      (grant.operations.includes("RetireGrant") && ownNames.includes(grant.granteePrincipal)));
  const verdict =
    isByGrant && decision.outcome !== "explicitlyDenied"
      ? { allowed: true, reason: `grant ${grant.grantId} names the caller` }
      : verdictOf(decision);
  context.decisions.add({ who: session.assumedRoleArn, action, resource }, verdict);
  if (!verdict.allowed) {
    const reason = "neither a grant nor an IAM policy lets the caller retire it";
    requireAllowed(session, action, named ?? "*", { outcome: "implicitlyDenied", reason });
  }
}

/** Each at https://docs.aws.amazon.com/kms/latest/APIReference/API_NAME.html */
export const grantOperations = {
  CreateGrant: createGrant,
  ListGrants: listGrants,
  RevokeGrant: revokeGrant,
  RetireGrant: retireGrant,
};
