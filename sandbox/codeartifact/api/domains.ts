import { tokenSeconds } from "../../../iam/limits";
import type {
  CreateDomainCommandInput,
  CreateDomainCommandOutput,
  DeleteDomainCommandInput,
  DeleteDomainCommandOutput,
  DeleteDomainPermissionsPolicyCommandInput,
  DeleteDomainPermissionsPolicyCommandOutput,
  DescribeDomainCommandInput,
  DescribeDomainCommandOutput,
  GetAuthorizationTokenCommandInput,
  GetAuthorizationTokenCommandOutput,
  GetDomainPermissionsPolicyCommandInput,
  GetDomainPermissionsPolicyCommandOutput,
  ListDomainsCommandInput,
  ListDomainsCommandOutput,
  PutDomainPermissionsPolicyCommandInput,
  PutDomainPermissionsPolicyCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { authorize, authorizeToken } from "../../context";
import { requestTags } from "../../core/conditions";
import { constraintError, rangeError } from "../../core/constraints";
import { durationError } from "../../sts/sts";
import type { Operation } from "../../core/operation";
import { authorizeKeyUse } from "../encryptionKey";
import { domainArn } from "../names";
import { throwIfInvalid } from "../errors";
import { assetSizeBytes } from "../packages/queries";
import { domainOf, pageOf, policyErrors, revisionError } from "./checks";
import { readTags } from "./tags";

/** AWS names no resource for it: a domain that is not there yet has no ARN. */
const createDomain: Operation<CreateDomainCommandInput, CreateDomainCommandOutput> = (context, input) => {
  const { account } = context;
  const { domain } = domainOf(input);
  const { encryptionKey } = input;
  throwIfInvalid(constraintError("encryptionKey", encryptionKey, { minLength: 1, maxLength: 1011, pattern: "\\S+" }));
  const tags = readTags(input.tags);
  return {
    resource: "*",
    authorize: (session) => {
      authorize(context, session, "codeartifact:CreateDomain", "*", requestTags(tags));
      authorizeKeyUse(account, encryptionKey, (action, resource, conditions) => {
        authorize(context, session, action, resource, conditions);
      });
    },
    answer: () => ({ domain: account.codeartifact.domains.create({ domain, encryptionKey, tags }) }),
  };
};

const deleteDomain: Operation<DeleteDomainCommandInput, DeleteDomainCommandOutput> = (
  { account: { codeartifact }, account, packages },
  input,
) => {
  const place = domainOf(input);
  return {
    resource: domainArn(account, place),
    answer: async () => {
      const { domain } = place;
      const repositories =
        codeartifact.domains.find(domain) === undefined ? [] : codeartifact.repositories.list({ domain });
      const deleted = codeartifact.domains.delete(place);
      if (deleted !== undefined) {
        await Promise.all(repositories.map(({ name: repository }) => packages.deleteAll({ domain, repository })));
      }
      return { domain: deleted };
    },
  };
};

const describeDomain: Operation<DescribeDomainCommandInput, DescribeDomainCommandOutput> = (
  { account, packages },
  input,
) => {
  const place = domainOf(input);
  return {
    resource: domainArn(account, place),
    answer: () => {
      const domain = account.codeartifact.domains.describe(place);
      return { domain: { ...domain, assetSizeBytes: assetSizeBytes(packages, domain.name) } };
    },
  };
};

const listDomains: Operation<ListDomainsCommandInput, ListDomainsCommandOutput> = ({ account }, input) => {
  const page = pageOf("ListDomains", input);
  return {
    resource: "*",
    answer: () => {
      const { items, nextToken } = page(account.codeartifact.domains.list(), ({ arn }) => arn);
      return { domains: items, nextToken };
    },
  };
};

const getDomainPermissionsPolicy: Operation<
  GetDomainPermissionsPolicyCommandInput,
  GetDomainPermissionsPolicyCommandOutput
> = ({ account }, input) => {
  const place = domainOf(input);
  return {
    resource: domainArn(account, place),
    answer: () => ({ policy: account.codeartifact.domains.getPermissionsPolicy(place) }),
  };
};

const putDomainPermissionsPolicy: Operation<
  PutDomainPermissionsPolicyCommandInput,
  PutDomainPermissionsPolicyCommandOutput
> = ({ account }, input) => {
  const place = domainOf(input);
  const { policyDocument, policyRevision } = input;
  throwIfInvalid(...policyErrors(policyDocument, policyRevision));
  return {
    resource: domainArn(account, place),
    answer: () => ({
      policy: account.codeartifact.domains.putPermissionsPolicy({ ...place, policyDocument, policyRevision }),
    }),
  };
};

const deleteDomainPermissionsPolicy: Operation<
  DeleteDomainPermissionsPolicyCommandInput,
  DeleteDomainPermissionsPolicyCommandOutput
> = ({ account }, input) => {
  const place = domainOf(input);
  const { policyRevision } = input;
  throwIfInvalid(revisionError(policyRevision));
  return {
    resource: domainArn(account, place),
    answer: () => ({ policy: account.codeartifact.domains.deletePermissionsPolicy({ ...place, policyRevision }) }),
  };
};

const getAuthorizationToken: Operation<GetAuthorizationTokenCommandInput, GetAuthorizationTokenCommandOutput> = (
  context,
  input,
) => {
  const place = domainOf(input);
  const { durationSeconds: seconds = tokenSeconds.longest } = input;
  // The member's range begins at 0, which means the rest of the session. From 1 to 899 seconds is invalid.
  throwIfInvalid(
    rangeError("durationSeconds", seconds, 0, tokenSeconds.longest),
    seconds === 0 ? undefined : durationError(seconds),
  );
  const resource = domainArn(context.account, place);
  return {
    resource,
    authorize: (session) => {
      authorizeToken(context, session, resource, seconds);
    },
    answer: (session) => {
      const { name } = context.account.codeartifact.domains.describe(place);
      return context.tokens.mint(session, name, seconds);
    },
  };
};

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const domainOperations = {
  CreateDomain: createDomain,
  DeleteDomain: deleteDomain,
  PutDomainPermissionsPolicy: putDomainPermissionsPolicy,
  DeleteDomainPermissionsPolicy: deleteDomainPermissionsPolicy,
  DescribeDomain: describeDomain,
  ListDomains: listDomains,
  GetDomainPermissionsPolicy: getDomainPermissionsPolicy,
  GetAuthorizationToken: getAuthorizationToken,
};
