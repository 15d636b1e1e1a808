import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { type CodeartifactClient, DescribeDomainCommand } from "@aws-sdk/client-codeartifact";
import { ask, couldNotLook, find } from "../aws/clients";
import { lookupEvents } from "../aws/cloudTrail";
import { CommandError } from "../cli";
import { daysPerMonth, type Quantity } from "./usage";

/** Every action that `cost` asks AWS for. */
export const costActions = ["cloudtrail:LookupEvents", "codeartifact:DescribeDomain"];

export interface MeasuredDomain {
  readonly storedGb: Quantity;
  readonly createdAt: Date;
}

/** @throws CommandError where there is no such domain, or AWS denies the request */
export async function measureDomain(client: CodeartifactClient, domain: string): Promise<MeasuredDomain> {
  const found = await find(`domain ${domain}`, () => client.send(new DescribeDomainCommand({ domain })));
  if (found?.domain === undefined) {
    throw new CommandError(
      `There is no domain ${domain}. Deploy the stack, or give --gb and --requests.`,
      couldNotLook,
    );
  }
  const { assetSizeBytes = 0, createdTime = new Date(0) } = found.domain;
  return {
    storedGb: {
      value: assetSizeBytes / 1e9,
      from: `${assetSizeBytes.toLocaleString("en-US")} bytes now, as DescribeDomain says`,
    },
    createdAt: createdTime,
  };
}

/** The event history is read this far back, in days. */
const lookBackDays = 7;

/** AWS answers two requests a second, with 50 events each: to read more takes longer than 20 seconds. */
const mostEvents = 2000;

const dayMs = 86_400_000;

/**
 * Counts a domain's requests in CloudTrail's event history, which has every call of CodeArtifact and costs nothing. CodeArtifact
 * documents no metric of CloudWatch.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/codeartifact-information-in-cloudtrail.html
 *
 * @param createdAt - when the domain was made
 * @param now - the end of the time that is counted
 * @returns the requests of a month at this rate
 * @throws CommandError where AWS denies the request
 */
export async function measureRequests(
  client: CloudTrailClient,
  domain: string,
  createdAt: Date,
  now = new Date(),
): Promise<Quantity> {
  const since = new Date(Math.max(now.getTime() - lookBackDays * dayMs, createdAt.getTime()));
  let [seen, counted, from] = [0, 0, since];
  await ask(`CloudTrail's events of domain ${domain}`, async () => {
    for await (const { eventTime, requestParameters } of lookupEvents(client, { eventSource, since })) {
      seen += 1;
      // Requests of the API name the domain as `domain`, those of package managers as `domainName`.
      counted += (requestParameters?.domain ?? requestParameters?.domainName) === domain ? 1 : 0;
      if (seen === mostEvents) {
        from = new Date(eventTime);
        break;
      }
    }
  });
  // The first hours of a registry say little of a month.
  const days = Math.max(1, (now.getTime() - from.getTime()) / dayMs);
  const span = days === 1 ? "1 day" : `${days.toFixed(1).replace(/\.0$/, "")} days`;
  return {
    value: Math.ceil((counted / days) * daysPerMonth),
    from: `${counted.toLocaleString("en-US")} of the domain in CloudTrail's event history, in ${span}, for ${daysPerMonth} days`,
  };
}

const eventSource = "codeartifact.amazonaws.com";
