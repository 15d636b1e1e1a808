import { booleanSelector, loadConfig, SelectorType } from "@smithy/core/config";

/** Values of a section of an AWS config file; those of a nested one by `SERVICE.KEY`. */
type Section = Readonly<Record<string, string | undefined>>;

/**
 * The address that the environment or an AWS profile gives for a service. For a profile that a client is given, the SDK takes
 * the credentials, but asks AWS_PROFILE for the address.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @param service - as config files name it, such as `codeartifact`
 * @param profile - by default that of AWS_PROFILE
 * @returns undefined where AWS's own address counts
 */
export async function configuredEndpoint(service: string, profile: string | undefined): Promise<string | undefined> {
  const isIgnored = await loadConfig(
    {
      environmentVariableSelector: (env) =>
        booleanSelector(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", SelectorType.ENV),
      configFileSelector: (section) => booleanSelector(section, "ignore_configured_endpoint_urls", SelectorType.CONFIG),
      default: false,
    },
    { profile },
  )();
  const addressOf = loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) =>
        // An empty variable counts as absent.
        [env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`], env.AWS_ENDPOINT_URL].find((url = "") => url !== ""),
      configFileSelector: (section, file) => addressIn(section, service, file),
      default: undefined,
    },
    { profile },
  );
  return isIgnored ? undefined : addressOf();
}

function addressIn(
  { services = "", endpoint_url: ofAll }: Section,
  service: string,
  file: Readonly<Record<string, Section | undefined>> = {},
): string | undefined {
  return file[`services.${services}`]?.[`${service}.endpoint_url`] ?? ofAll;
}
