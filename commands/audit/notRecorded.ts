/** Something that an audit does not show, and why. */
export interface Limit {
  readonly text: string;
  /** Where AWS or GitHub says so. */
  readonly source: string;
}

const cloudTrailGuide = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide";
const codeartifactGuide = "https://docs.aws.amazon.com/codeartifact/latest/ug";
const iamGuide = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

/** What AWS does not record, or not in the way that a reader may expect. */
export const notRecorded: readonly Limit[] = [
  {
    text: "A request to the registry without a valid token has no caller, and is in no account's history.",
    source: `${codeartifactGuide}/codeartifact-information-in-cloudtrail.html`,
  },
  {
    text:
      "STS records a request for a role with GitHub's token. It may leave out one whose token is not valid. Of a denied one it " +
      "has the token's subject, and no other claim: neither workflow nor ref.",
    source: `${iamGuide}/cloudtrail-integration.html`,
  },
  {
    text:
      "A job chooses the name of its session itself, so run and attempt are no proof. The subject that AssumeRoleWithWebIdentity " +
      "has is GitHub's. Where it is not known, repository and workflow are those of the stack's settings of now.",
    source: `${iamGuide}/reference_policies_iam-condition-keys.html`,
  },
  {
    text:
      "A package manager makes several requests, each an event: index pages, then files. A file that a client has in its own " +
      "cache leaves none. What a client does with a file is not known.",
    source: `${codeartifactGuide}/codeartifact-information-in-cloudtrail.html`,
  },
  {
    text:
      "The event history has management events of the last 90 days, of one region. A role that a job asks for at the STS of a " +
      "third region is in that region's history.",
    source: `${cloudTrailGuide}/view-cloudtrail-events.html`,
  },
  {
    text: "An event arrives about 5 to 15 minutes after its call, so the newest calls may be missing.",
    source: `${cloudTrailGuide}/get-and-view-cloudtrail-log-files.html`,
  },
  {
    text:
      "CodeArtifact's own events say which version changed, and not who changed it. They are tied to the nearest call for the " +
      "same version within a minute. A change without such a call is a version that CodeArtifact took in from an upstream, or a " +
      "call that is not in the period.",
    source: `${codeartifactGuide}/service-event-format-example.html`,
  },
];
