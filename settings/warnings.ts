import { otherSpellings } from "./environmentSpelling";
import type { Settings } from "./index";

/** The regions in which CodeArtifact has an endpoint, as AWS listed them on a day. */
export const codeartifactRegions = {
  asOf: "2026-11-28",
  source: "https://docs.aws.amazon.com/general/latest/gr/codeartifact.html",
  names: (
    "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 " +
    "us-east-1 us-east-2 us-west-2"
  ).split(" "),
};

/** What to warn of where a region is not in the list. It is no error: AWS may have added the region since. */
export function regionWarning(region: string): string | undefined {
  const { asOf, source, names } = codeartifactRegions;
  return names.includes(region)
    ? undefined
    : `aws:region: CodeArtifact has no endpoint in ${region} by AWS's list of ${asOf}. Choose one of ${names.join(", ")}, ` +
        `or go on where AWS has added ${region} since: ${source}`;
}

/** What may be wrong in the settings of a stack, though it need not be. */
export function settingsWarnings(settings: Settings): readonly string[] {
  return [regionWarning(settings.aws.region) ?? [], otherSpellings(settings, settings.environment)].flat();
}

/** Domains that CodeArtifact takes in one account and region. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html */
export const domainsPerAccount = 10;

/** A stack with what decides which account its domain and roles are made in. */
export interface StackPlace {
  readonly stack: string;
  readonly settings: Pick<Settings, "domain" | "aws">;
}

/** What stacks of one project may not have in one account. Without aws:allowedAccountIds, a stack may be in any. */
export function accountWarnings(stacks: readonly StackPlace[]): readonly string[] {
  return [...collisions(stacks), ...crowdedRegions(stacks)];
}

function collisions(stacks: readonly StackPlace[]): readonly string[] {
  return stacks.flatMap((one, index) =>
    stacks
      .slice(index + 1)
      .filter((other) => one.settings.domain === other.settings.domain && mayShareAccount(one, other))
      .map(
        (other) =>
          `stacks ${one.stack} and ${other.stack} both name their domain and roles ${one.settings.domain}, and an account takes ` +
          "the name of a role once, whatever the region. Give one another environment or projectId, or give each an account of " +
          "its own in aws:allowedAccountIds",
      ),
  );
}

function crowdedRegions(stacks: readonly StackPlace[]): readonly string[] {
  return [...new Set(stacks.map(({ settings }) => settings.aws.region))].flatMap((region) => {
    const here = stacks.filter(({ settings }) => settings.aws.region === region);
    const most = Math.max(...here.map((one) => here.filter((other) => mayShareAccount(one, other)).length));
    return most > domainsPerAccount ? [tooManyDomains(`${most} stacks in ${region}`)] : [];
  });
}

/** The warning about more domains than AWS takes by default. */
export function tooManyDomains(which: string): string {
  return (
    `${which} have a domain each, and CodeArtifact takes ${domainsPerAccount} in an account and region unless AWS raises the quota. ` +
    "Spread them over accounts, or ask for more: https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html"
  );
}

function mayShareAccount(one: StackPlace, other: StackPlace): boolean {
  const [own, others] = [one.settings.aws.allowedAccountIds, other.settings.aws.allowedAccountIds];
  return own === undefined || others === undefined || own.some((id) => others.includes(id));
}
