import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { deployRoleName, previewRoleName } from "../../naming/registryNames";
import { readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parseSettings, type Settings } from "../../settings";
import { parsed } from "../../settings/configuration";
import { SettingErrors, SettingsError, shown } from "../../settings/errors";

/** Where a stack is deployed, and which roles do it. */
export interface DeploymentTarget {
  readonly stack: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Address of the place where Pulumi keeps its state. */
  readonly backend: string;
  /** ARN of the role that previews. */
  readonly previewRole: string;
  /** ARN of the role that deploys. */
  readonly deployRole: string;
}

/**
 * Reads a stack's target from Pulumi.yaml and the stack file. Nothing else decides it: a variable of the repository can be set
 * by everyone with write access, without a review.
 *
 * @param directory - the folder of Pulumi.yaml
 * @param environmentBackend - `PULUMI_BACKEND_URL` of the environment, which the Pulumi CLI would prefer to Pulumi.yaml
 * @throws SettingsError that lists everything that is missing or not allowed
 * @throws EngineError for files that cannot be read
 */
export function readDeploymentTarget(directory: string, stack: string, environmentBackend?: string): DeploymentTarget {
  const { values } = readStackConfiguration(directory, stack);
  const errors = new SettingErrors();
  const backend = readBackend(errors, declaredBackend(directory));
  if (environmentBackend && environmentBackend !== backend) {
    errors.add(
      "PULUMI_BACKEND_URL",
      `${shown(environmentBackend)} is set in the environment, and a deployment takes the address from Pulumi.yaml. ` +
        "Unset it, or make the two equal",
    );
  }
  const [settings, settingErrors] = readSettings(directory, values, stack);
  const isListed = !settingErrors.some((line) => line.startsWith("aws:allowedAccountIds"));
  const account = isListed ? readAccount(errors, values["aws:allowedAccountIds"], stack) : "";
  if (settings === undefined || errors.lines.length > 0) {
    throw new SettingsError(stack, [...settingErrors, ...errors.lines]);
  }
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const part = (name: "customerId" | "projectId") => values[`package-registry:${name}`] ?? "";
  return {
    stack,
    account,
    region: settings.aws.region,
    backend,
    previewRole: role(previewRoleName(part("customerId"), part("projectId"))),
    deployRole: role(deployRoleName(settings.domain)),
  };
}

function declaredBackend(directory: string): unknown {
  const project = parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8")) as {
    readonly backend?: { readonly url?: unknown } | null;
  };
  return project.backend?.url;
}

function readSettings(
  directory: string,
  values: Readonly<Record<string, string>>,
  stack: string,
): readonly [settings: Settings | undefined, errors: readonly string[]] {
  try {
    return [parseSettings(values, stack, directory), []];
  } catch (error) {
    if (error instanceof SettingsError) {
      return [undefined, error.errors];
    }
    throw error;
  }
}

/** @param text - JSON of the setting, as Pulumi hands a list on */
function readAccount(errors: SettingErrors, text: string | undefined, stack: string): string {
  const wayOut = `Write the account of stack ${stack} into Pulumi.${stack}.yaml, as in: aws:allowedAccountIds: ["123456789012"]`;
  const ids = text === undefined ? undefined : parsed(text);
  if (ids === undefined) {
    errors.add("aws:allowedAccountIds", `is missing, and a deployment goes into one account. ${wayOut}`);
    return "";
  }
  const [id] = Array.isArray(ids) ? ids.map(String) : [];
  if (!Array.isArray(ids) || ids.length !== 1 || id === undefined || !/^\d{12}$/.test(id)) {
    errors.add("aws:allowedAccountIds", `${shown(ids)} is not a list of exactly one account's 12 digits. ${wayOut}`);
    return "";
  }
  return id;
}

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
export function readBackend(errors: SettingErrors, url: unknown): string {
  if (url === undefined || url === null) {
    errors.add("backend.url", `is missing in Pulumi.yaml, and a deployment takes it from there alone. ${wayOut}`);
    return "";
  }
  const [place = "", query, ...rest] = typeof url === "string" ? url.split("?") : [];
  const backend = backends.find((one) => one.place.test(place));
  if (typeof url !== "string" || backend === undefined || rest.length > 0) {
    errors.add("backend.url", `${shown(url)} is not an address that a deployment takes. ${wayOut}`);
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
    errors.add(
      "backend.url",
      `${shown(url)} has ${wrong.map(shown).join(", ")}, and ${rule}: others can send the state to another host or identity. Remove it`,
    );
    return "";
  }
  return url;
}
