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
