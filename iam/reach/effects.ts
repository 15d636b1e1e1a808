import type { Way } from "./contexts";
import type { Fact } from "./facts";
import type { World } from "./world";
import type { WorldRequest } from "./worldRequest";

/** What is gained by a request that is allowed, beside having done it. */
export function effectsOf(world: World, { action, resource }: WorldRequest, way: Way): readonly Fact[] {
  const argument = way.argument ?? "";
  switch (action) {
    case "iam:PutRolePolicy":
    case "iam:PutUserPolicy":
    case "iam:PutGroupPolicy":
      return [{ kind: "grants", identity: resource }];
    case "iam:AttachRolePolicy":
    case "iam:AttachUserPolicy":
    case "iam:AttachGroupPolicy":
      return [{ kind: "attaches", identity: resource, policy: argument }];
    case "iam:DetachRolePolicy":
    case "iam:DetachUserPolicy":
    case "iam:DetachGroupPolicy":
      return [{ kind: "removes", identity: resource, document: argument }];
    case "iam:DeleteRolePolicy":
    case "iam:DeleteUserPolicy":
    case "iam:DeleteGroupPolicy":
      return inlineNames(world, resource).map((document) => ({ kind: "removes", identity: resource, document }));
    case "iam:RemoveUserFromGroup":
      return inlineNames(world, resource).map((document) => ({ kind: "removes", identity: resource, document }));
    case "iam:PutRolePermissionsBoundary":
    case "iam:PutUserPermissionsBoundary":
      return [{ kind: "bounds", identity: resource, boundary: argument }];
    case "iam:DeleteRolePermissionsBoundary":
    case "iam:DeleteUserPermissionsBoundary":
      return [{ kind: "bounds", identity: resource, boundary: "" }];
    case "iam:CreatePolicyVersion":
      return [{ kind: "writes", policy: resource }];
    case "iam:SetDefaultPolicyVersion":
      return [{ kind: "reverts", policy: resource }];
    case "iam:CreatePolicy":
      return [
        { kind: "makes", arn: resource },
        { kind: "writes", policy: resource },
      ];
    case "iam:CreateRole":
      return [
        { kind: "makes", arn: resource },
        { kind: "bounds", identity: resource, boundary: argument },
        { kind: "trusts", role: resource },
      ];
    case "iam:CreateUser":
      return [
        { kind: "makes", arn: resource },
        { kind: "bounds", identity: resource, boundary: argument },
      ];
    case "iam:CreateGroup":
      return [{ kind: "makes", arn: resource }];
    case "iam:UpdateAssumeRolePolicy":
      return [{ kind: "trusts", role: resource }];
    case "iam:AddUserToGroup":
      return [{ kind: "joins", user: argument, group: resource }];
    case "iam:CreateAccessKey":
    case "iam:CreateLoginProfile":
    case "iam:UpdateLoginProfile":
    case "iam:UploadSigningCertificate":
      return [{ kind: "acts", as: resource }];
    case "iam:UpdateSAMLProvider":
    case "iam:UpdateOpenIDConnectProviderThumbprint":
      return [{ kind: "forges", provider: resource }];
    case "sts:AssumeRole":
      return [{ kind: "acts", as: resource }];
    case "codeartifact:PutDomainPermissionsPolicy":
    case "codeartifact:PutRepositoryPermissionsPolicy":
      return [{ kind: "opens", resource }];
    case "kms:PutKeyPolicy":
      return [{ kind: "opens", resource }];
    case "kms:CreateGrant":
      // A grant that a service asks for is the service's own.
      return way.how === "directly" ? [{ kind: "opens", resource }] : [];
    default:
      return tagEffects(world, action, resource, way);
  }
}

/** New tags beside the old, or any of the old gone. */
function tagEffects({ account }: World, action: string, resource: string, { tags = {} }: Way): readonly Fact[] {
  if (/:Tag(?:Resource|Role|User)$/.test(action)) {
    const old =
      account.keys.find(({ arn }) => arn === resource)?.tags ??
      account.identities.find(({ arn }) => arn === resource)?.tags;
    return [{ kind: "tags", resource, tags: JSON.stringify({ ...old, ...tags }) }];
  }
  return /:Untag(?:Resource|Role|User)$/.test(action) ? [{ kind: "tags", resource, tags: "{}" }] : [];
}

function inlineNames({ account }: World, identity: string): readonly string[] {
  return account.identities.find(({ arn }) => arn === identity)?.inline.map(({ name }) => name) ?? [];
}
