import { domainArn } from "../arns";
import type { Domain } from "../domains";
import { assetSizeBytes } from "../packages/versionAssets";
import { bodyNumber, bodyText } from "./members";
import { epochSeconds } from "./epochSeconds";
import type { Operation } from "./operation";
import { pageOf, pageRequest } from "./pages";
import { readDomain } from "./places";

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DescribeDomain.html */
export const describeDomain: Operation = ({ cloud, packages }, input) => {
  const place = readDomain(input);
  return {
    resource: domainArn(cloud, place),
    answer: () => {
      const domain = cloud.codeartifact.describeDomain(place);
      const { repositoryCount, s3BucketArn } = domain;
      const size = assetSizeBytes(packages, domain.name);
      return { domain: { ...domainSummary(domain), repositoryCount, assetSizeBytes: size, s3BucketArn } };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListDomains.html ; its members stand in the body. */
export const listDomains: Operation = ({ cloud }, input) => {
  const body = input.body();
  const page = pageRequest(input, 100, {
    maxResults: bodyNumber(body, "maxResults"),
    nextToken: bodyText(body, "nextToken"),
  });
  return {
    resource: "*",
    answer: () => {
      const { items, nextToken } = pageOf(cloud.codeartifact.listDomains(), ({ arn }) => arn, page);
      return { domains: items.map(domainSummary), nextToken };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetDomainPermissionsPolicy.html */
export const getDomainPermissionsPolicy: Operation = ({ cloud }, input) => {
  const place = readDomain(input);
  return {
    resource: domainArn(cloud, place),
    answer: () => ({ policy: cloud.codeartifact.getDomainPermissionsPolicy(place) }),
  };
};

function domainSummary({ name, owner, arn, status, createdTime, encryptionKey }: Domain) {
  return { name, owner, arn, status, createdTime: epochSeconds(createdTime), encryptionKey };
}
