import { evaluate } from "../../iam/evaluate";
import { PolicyError } from "../../iam/grammar";
import { tokenSeconds } from "../../iam/limits";
import type { Difference } from "./difference";
import type { Registry, RegistryRole } from "../aws/registry";

/** Stands for a life as long as that of the role's session. */
const sessionLong = 0;

/**
 * Roles that may mint registry tokens of a longer life than the settings say, by their own documents as they stand. Decided as
 * IAM does; a permissions boundary, which could only narrow it, is left aside.
 *
 * @param cap - longest life of a token, in seconds
 */
export function tokenCapDifferences(
  { roles, policies }: Pick<Registry, "roles" | "policies">,
  accountId: string,
  cap: number,
): readonly Difference[] {
  return roles.flatMap((role): readonly Difference[] => {
    const longer = [cap + 1, tokenSeconds.longest]
      .filter((seconds) => seconds > cap && seconds <= tokenSeconds.longest)
      .concat(sessionLong)
      .filter((seconds) => mayMint(role, policies, accountId, seconds))
      .map((seconds) => (seconds === sessionLong ? "as long as its session (0)" : `${seconds} s`));
    return longer.length === 0
      ? []
      : [
          {
            what: `role ${role.name}, life of its tokens`,
            declared: `at most ${cap} s`,
            live: [...new Set(longer)].join(", "),
            wayOut: "Undo what differs in the role's policies: a statement of them allows sts:GetServiceBearerToken",
          },
        ];
  });
}

function mayMint(
  { name, inlinePolicies, attachedPolicies }: RegistryRole,
  policies: Registry["policies"],
  accountId: string,
  seconds: number,
): boolean {
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  const identity = [
    ...Object.entries(inlinePolicies).map(([policyName, document]) => ({ name: policyName, document })),
    ...policies
      .filter((policy) => attachedPolicies.includes(policy.arn))
      .map((policy) => ({ ...policy, name: policy.arn })),
  ];
  const context = {
    ...{ "aws:PrincipalAccount": accountId, "aws:PrincipalArn": arn },
    ...{ "sts:AWSServiceName": "codeartifact.amazonaws.com", "sts:DurationSeconds": String(seconds) },
  };
  try {
    const caller = { kind: "role" as const, arn };
    const request = { caller, action: "sts:GetServiceBearerToken", resource: "*", context };
    return evaluate(request, { identity }).outcome === "allowed";
  } catch (error) {
    // A document that the evaluation cannot read was not written here: it may allow anything.
    if (error instanceof PolicyError) {
      return true;
    }
    throw error;
  }
}
