import { tokenSeconds } from "../../../iam/limits";
import type {
  DescribeDomainCommandInput,
  DescribeDomainCommandOutput,
  GetAuthorizationTokenCommandInput,
  GetAuthorizationTokenCommandOutput,
  GetDomainPermissionsPolicyCommandInput,
  GetDomainPermissionsPolicyCommandOutput,
  ListDomainsCommandInput,
  ListDomainsCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { authorizeToken } from "../../context";
import { rangeError } from "../../core/constraints";
import { durationError } from "../../sts/sts";
import type { Operation } from "../../core/operation";
import { domainArn } from "../names";
import { throwIfInvalid } from "../errors";
import { assetSizeBytes } from "../packages/queries";
import { domainOf, pageOf } from "./checks";

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
  DescribeDomain: describeDomain,
  ListDomains: listDomains,
  GetDomainPermissionsPolicy: getDomainPermissionsPolicy,
  GetAuthorizationToken: getAuthorizationToken,
};
