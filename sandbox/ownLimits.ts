/** A limit that the sandbox has, and that neither PEP 440 nor AWS has. PyPI may have a similar one. */
export interface OwnLimit {
  /** What is limited. */
  readonly of: string;
  readonly most: number;
  /** Bytes are shown as KiB, MiB or GiB where they are a whole number of these. */
  readonly unit: string;
  /** What AWS and PyPI take instead. */
  readonly elsewhere: string;
}

const [kibibyte, mebibyte, gibibyte] = [2 ** 10, 2 ** 20, 2 ** 30] as const;

const undocumented = "no limit of AWS is known";
const notAws = "AWS and PyPI do not have it";

/**
 * Every limit of the sandbox's own, by name. sandbox/README.md lists each in these words, and an answer that a limit causes
 * is made by `beyond`.
 */
export const ownLimits = {
  uploadRequest: limit("the request of an upload", 264 * mebibyte, "bytes", "AWS takes a file of 5 GB"),
  uploadedFile: limit("the file of an upload", 256 * mebibyte, "bytes", "AWS takes 5 GB"),
  formTexts: limit("the texts of an upload form, together", 8 * mebibyte, "bytes", undocumented),
  formFields: limit("the fields of an upload form", 5_000, "fields", undocumented),
  formFiles: limit(
    "the files of an upload form",
    2,
    "files, one content and one gpg_signature",
    "PyPI takes the last content and ignores every gpg_signature",
  ),
  formObjectFields: limit(
    "an upload form's fields with certain names",
    0,
    "fields named as a property of every JavaScript object, such as constructor",
    "PyPI ignores them",
  ),
  formJsonFields: limit(
    "an upload form's fields of type application/json",
    0,
    "fields of type application/json that are not JSON",
    "PyPI takes them as text",
  ),
  fileFormats: limit(
    "the formats of a distribution that is uploaded",
    3,
    "formats: .whl, .tar.gz and .zip",
    "PyPI takes the same; no limit of AWS is known",
  ),
  metadata: limit("METADATA or PKG-INFO", 4 * mebibyte, "bytes", undocumented),
  metadataHeaders: limit("the headers of METADATA or PKG-INFO", 20_000, "lines", undocumented),
  requiresPython: limit("Requires-Python", 512, "characters", undocumented),
  archiveEntries: limit("the entries of a distribution", 100_000, "entries", undocumented),
  unpacked: limit("the unpacked size of a distribution", gibibyte, "bytes", undocumented),
  inflation: limit(
    "the unpacked size of a distribution that unpacks to more than 64 MiB",
    50,
    "times its packed size",
    "PyPI has the same for .whl and .zip; no limit of AWS is known",
  ),
  requestHeaders: limit("the request line and headers of a request", 16 * kibibyte, "bytes", undocumented),
  requestTime: limit("the time in which a request arrives", 120, "seconds", undocumented),
  publishedAsset: limit("the asset of PublishPackageVersion", 256 * mebibyte, "bytes", "AWS takes 5 GB"),
  apiBody: limit("the body of another request to CodeArtifact's API", 512 * kibibyte, "bytes", undocumented),
  objectBody: limit("the body of a request to S3", 256 * mebibyte, "bytes", "AWS takes objects of 5 GB"),
  jsonBody: limit(
    "the body of a request to KMS, Cloud Control, CloudTrail, CloudWatch Logs or EventBridge",
    mebibyte,
    "bytes",
    undocumented,
  ),
  queryBody: limit("the body of a request to STS, IAM or SNS", 64 * kibibyte, "bytes", undocumented),
  jobBody: limit("the description of a GitHub job", 16 * kibibyte, "bytes", notAws),
  audience: limit("the audience of a GitHub identity token", 1_000, "characters", "GitHub documents none"),
  jobs: limit("the GitHub jobs that are remembered", 10_000, "jobs, the latest", notAws),
  decisions: limit("the decisions on the page", 1_000, "decisions, the latest", notAws),
  cloudTrailRecords: limit("the event history of CloudTrail", 10_000, "events, the latest", "AWS keeps 90 days"),
  versionEvents: limit("the events of package versions", 10_000, "events, the latest", "AWS keeps none"),
  logEvents: limit(
    "the events of a log group",
    10_000,
    "events, the latest",
    "AWS keeps all, as long as the retention says",
  ),
  topicMessages: limit("the messages of a topic", 1_000, "messages, the latest", "AWS keeps none"),
  decisionText: limit("each text of a decision", 2_048, "characters, the rest is cut off", notAws),
  indexPage: limit("a project's page in the public index", 32 * mebibyte, "bytes", undocumented),
  indexFile: limit("a file from the public index", gibibyte, "bytes", "AWS takes 5 GB"),
  indexSilence: limit("the time for which the public index may send nothing", 10, "seconds", undocumented),
  indexRedirects: limit("redirects of an address in the public index", 20, "redirects", undocumented),
  indexFiles: limit("the files of a project in the public index", 50_000, "files", undocumented),
  indexText: limit(
    "an address, Requires-Python, yanked reason or upload time in the public index",
    2_048,
    "characters, or the file is left out",
    undocumented,
  ),
  indexGap: limit("what is between two files of a page in the public index", mebibyte, "bytes", undocumented),
  indexHtmlDepth: limit("an HTML page in the public index", 64, "elements deep", undocumented),
  indexJsonDepth: limit("a JSON page in the public index", 16, "values deep", undocumented),
} as const satisfies Readonly<Record<string, OwnLimit>>;

/**
 * The error for what is beyond a limit.
 *
 * @param subject - up to the verb: `The file has`
 * @param rest - after the amount
 */
export function beyondLimit(limit: OwnLimit, subject: string, rest = ""): string {
  return `${subject} more than ${amountOf(limit)}${rest}. ${noteOf(limit)}`;
}

/** What an error says of the limit that caused it. */
export function noteOf({ elsewhere }: OwnLimit): string {
  return `This is the sandbox's own limit: ${elsewhere}.`;
}

/** How much a limit allows: `256 MiB`, `5,000 fields`. */
export function amountOf({ most, unit }: OwnLimit): string {
  if (unit !== "bytes") {
    return `${most.toLocaleString("en-US")} ${unit}`;
  }
  const [size, name] =
    (
      [
        [gibibyte, "GiB"],
        [mebibyte, "MiB"],
        [kibibyte, "KiB"],
      ] as const
    ).find(([each]) => most % each === 0) ?? ([1, "bytes"] as const);
  return `${(most / size).toLocaleString("en-US")} ${name}`;
}

function limit(of: string, most: number, unit: string, elsewhere: string): OwnLimit {
  return { of, most, unit, elsewhere };
}
