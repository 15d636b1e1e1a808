import { nameInArn } from "../../iam/arns";
import type { NamedDocument, ParsedPolicy } from "../../iam/grammar";
import { isRegistryRoleName } from "../../naming/registryNames";
import type { SandboxContext } from "../context";
import type { RoleState } from "../iam/roles";
import type { RoleList, RoleSummary } from "./answers";
import { roleLabel } from "./decisionRows";
import { statementTexts } from "./documents";
import { permissionSentences, trustSentences } from "./roleSentences";

/** Every role of the account in sentences, those of registries first. */
export function roleList(context: SandboxContext): RoleList {
  const { account } = context;
  const domains = account.codeartifact.domains.list().map(({ name }) => name);
  const isOfRegistry = ({ name }: RoleSummary) => domains.some((domain) => isRegistryRoleName(domain, name));
  const roles = account.iam.roles.states().map((state) => summary(context, state));
  return { roles: [...roles.filter(isOfRegistry), ...roles.filter((role) => !isOfRegistry(role))] };
}

function summary({ account: { iam }, domain }: SandboxContext, state: RoleState): RoleSummary {
  const { role, trust, inlinePolicies, attachedPolicies } = state;
  const permissions: readonly NamedDocument<ParsedPolicy | undefined>[] = [
    ...[...inlinePolicies].map(([name, { policy }]) => ({ name: `inline policy ${name}`, document: policy })),
    ...[...attachedPolicies].map((arn) => ({
      name: `managed policy ${nameInArn(arn)}`,
      document: iam.policies.find(arn)?.policy,
    })),
  ];
  const sentences = permissions.flatMap(({ document }) =>
    document === undefined ? [] : [permissionSentences(document)],
  );
  const { permissionsBoundary } = role;
  return {
    name: role.roleName,
    label: roleLabel(domain, role.roleName),
    arn: role.arn,
    trusts: trustSentences(trust),
    may: sentences.flatMap(({ may }) => may),
    mayNot: sentences.flatMap(({ mayNot }) => mayNot),
    ...(permissionsBoundary === undefined ? {} : { boundary: nameInArn(permissionsBoundary) }),
    documents: [{ name: "trust policy", document: trust }, ...permissions].map((named) => ({
      name: named.name,
      statements: statementTexts(named),
    })),
  };
}
