import type { QueryService } from "../../core/queryProtocol";
import type { Operation } from "../../core/operation";
import { signedQuery } from "../../core/signedQuery";
import * as account from "./account";
import * as oidcProviders from "./oidcProviders";
import { otherOperation } from "./others";
import * as policies from "./policies";
import * as rolePolicies from "./rolePolicies";
import * as roles from "./roles";
import * as simulation from "./simulation";

/** The operations that are modelled here, by their names. Each is at https://docs.aws.amazon.com/IAM/latest/APIReference/API_NAME.html */
export const iamOperations: ReadonlyMap<string, Operation<never, object>> = new Map(
  Object.entries<Operation<never, object>>({
    ...roles,
    ...rolePolicies,
    ...policies,
    ...oidcProviders,
    ...account,
    ...simulation,
  }).map(([key, operation]) => [key.charAt(0).toUpperCase() + key.slice(1), operation]),
);

/** AWS IAM: roles, policies and OIDC providers. The account has no users, groups, instance profiles and SAML providers. */
export const iam: QueryService = {
  prefix: "iam",
  title: "IAM",
  version: "2010-05-08",
  sdk: () => import("@aws-sdk/client-iam"),
  operations: new Map([...iamOperations].map(([name, operation]) => [name, signedQuery("iam", name, operation)])),
  other: (name) => signedQuery("iam", name, otherOperation(name)),
};
