import type { SandboxAccount } from "../../account";
import { bridged, foundAs, type Inputs } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
import type { Properties, ResourceType } from "./resourceType";

interface RolePolicyInputs {
  readonly name: string;
  readonly role: string;
  readonly policy: string;
}

const inputs: Inputs = {
  name: { required: true, replaces: true },
  role: { required: true, replaces: true },
  policy: { required: true, is: "policy" },
};

/** `aws:iam/rolePolicy:RolePolicy`. Source: internal/service/iam/role_policy.go of terraform-provider-aws */
export const rolePolicyType: ResourceType<RolePolicyInputs> = {
  ...bridged(inputs),
  computed: [],
  create: (account, news) => ({ id: `${news.role}:${news.name}`, state: put(account, news) }),
  read: ({ iam }, id) => {
    const { roleName, policyName } = parsed(id);
    const policy = withContext(`reading IAM Role Policy (${id})`, () =>
      ignoreNotFound(() => iam.roles.getPolicy({ roleName, policyName })),
    );
    return policy && foundAs(inputs, { name: policyName, role: roleName, policy: policy.policyDocument });
  },
  update: (account, _id, news) => put(account, news),
  delete: ({ iam }, id) => {
    deleteIfExists(`deleting IAM Role Policy (${id})`, () => {
      iam.roles.deletePolicy(parsed(id));
    });
  },
};

function put({ iam }: SandboxAccount, { role, name, policy }: RolePolicyInputs): Properties {
  withContext(`putting IAM Role (${role}) Policy (${name})`, () => {
    iam.roles.putPolicy({ roleName: role, policyName: name, policyDocument: policy });
  });
  return { name, role, policy };
}

function parsed(id: string): { roleName: string; policyName: string } {
  const [roleName = "", policyName = ""] = id.split(":");
  return { roleName, policyName };
}
