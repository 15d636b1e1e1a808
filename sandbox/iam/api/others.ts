import { notModelled } from "../../core/awsError";
import type { Operation } from "../../core/operation";
import { invalid, noSuchEntity } from "../errors";
import { roleTarget } from "./checks";

/** What a request may name that an account here does not have, by the member that names it. */
const absent = [
  { member: "UserName", type: "user", error: (name: string) => `The user with name ${name} cannot be found.` },
  { member: "GroupName", type: "group", error: (name: string) => `The group with name ${name} cannot be found.` },
  {
    member: "InstanceProfileName",
    type: "instance-profile",
    error: (name: string) => `Instance Profile ${name} cannot be found.`,
  },
] as const;

/** Operations that would make one. */
const creating = ["CreateUser", "CreateGroup", "CreateInstanceProfile"];

/** Operations on the caller's own user where the request names no other. */
const ofCaller = [
  "GetUser",
  "CreateAccessKey",
  "DeleteAccessKey",
  "ListAccessKeys",
  "UpdateAccessKey",
  "ListMFADevices",
  "ListSigningCertificates",
  "ListSSHPublicKeys",
];

/**
 * An operation of IAM's model without an answer of its own. What it names does not exist, or it is rejected by name; and
 * before that the caller's permission is decided, as for all others.
 */
export function otherOperation(name: string): Operation<Readonly<Record<string, unknown>>, object> {
  return (context, input) => {
    const { partition, accountId } = context.account;
    const named = absent.flatMap(({ member, type, error }) => {
      const value = input[member];
      return typeof value === "string"
        ? [{ resource: `arn:${partition}:iam::${accountId}:${type}/${value}`, message: error(value) }]
        : [];
    })[0];
    const ofRole = typeof input.RoleName === "string" ? roleTarget(context, input.RoleName) : undefined;
    return {
      resource: named?.resource ?? ofRole?.resource ?? "*",
      conditions: ofRole?.conditions,
      answer: () => {
        if (named !== undefined && !creating.includes(name)) {
          throw noSuchEntity(named.message);
        }
        if (ofCaller.includes(name)) {
          throw invalid("Must specify userName when calling with non-User credentials");
        }
        throw notModelled(`iam:${name} is not modelled. sandbox/README.md says what is.`);
      },
    };
  };
}
