import { type SettingErrors, shown } from "../../settings/errors";

/** One kind of address that Pulumi's state may have in a deployment. */
interface Backend {
  /** The address up to its parameters. */
  readonly place: RegExp;
  /** Parameters that change neither the host nor the identity that asks, with the values each takes. */
  readonly parameters: Readonly<Record<string, RegExp>>;
}

const eitherWay = /^(?:true|false)$/;

/** Sources: pkg/backend/diy of pulumi/pulumi; aws/aws.go, blob/s3blob, blob/gcsblob and blob/azureblob of google/go-cloud. */
const backends: readonly Backend[] = [
  {
    place: /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w-][\w.-]*)*\/?$/,
    parameters: { region: /^[a-z0-9-]+$/, awssdk: /^v[12]$/, dualstack: eitherWay, fips: eitherWay },
  },
  { place: /^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:\/[\w-][\w.-]*)*\/?$/, parameters: {} },
  {
    place: /^azblob:\/\/[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?:\/[\w-][\w.-]*)*\/?$/,
    parameters: { storage_account: /^[a-z0-9]{3,24}$/ },
  },
  { place: /^https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?\/?$/, parameters: {} },
];

const wayOut =
  "Write s3://BUCKET?region=REGION, gs://BUCKET, azblob://CONTAINER?storage_account=NAME or https://api.pulumi.com";

/**
 * Reads `backend.url` of Pulumi.yaml as a deployment takes it. The whole text must have one of the known forms, without escapes, so
 * that the CLI cannot read another host out of it: `endpoint=` of an s3 address, for one, sends every request elsewhere.
 *
 * @returns an empty text after noting why the address is not taken
 */
export function readBackend(mistakes: SettingErrors, url: unknown): string {
  if (url === undefined || url === null) {
    mistakes.add("backend.url", `is missing in Pulumi.yaml, and a deployment takes it from there alone. ${wayOut}`);
    return "";
  }
  const [place = "", query, ...rest] = typeof url === "string" ? url.split("?") : [];
  const backend = backends.find((one) => one.place.test(place));
  if (typeof url !== "string" || backend === undefined || rest.length > 0) {
    mistakes.add("backend.url", `${shown(url)} is not an address that a deployment takes. ${wayOut}`);
    return "";
  }
  const known = Object.keys(backend.parameters);
  const wrong = (query === undefined ? [] : query.split("&")).filter((pair) => {
    const [name = "", value = "", ...more] = pair.split("=");
    const allowed = Object.hasOwn(backend.parameters, name) ? backend.parameters[name] : undefined;
    return more.length > 0 || allowed?.test(value) !== true;
  });
  if (wrong.length > 0) {
    const rule = known.length === 0 ? "it takes no parameters" : `it takes ${known.join(", ")} in their usual form`;
    mistakes.add(
      "backend.url",
      `${shown(url)} has ${wrong.map(shown).join(", ")}, and ${rule}: others can send the state to another host or identity. Remove it`,
    );
    return "";
  }
  return url;
}
