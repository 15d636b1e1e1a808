import {
  CodeartifactClient,
  CodeartifactServiceException,
  DescribePackageVersionCommand,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
  ListAllowedRepositoriesForGroupCommand,
  DescribePackageGroupCommand,
  ListPackageVersionAssetsCommand,
  type PackageGroupOriginRestrictionType,
} from "@aws-sdk/client-codeartifact";
import { repositoryName } from "../../naming/registryNames";
import "../aws/clients";
import type { Outcome } from "./clients";

/** Credentials as STS gives them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Where CodeArtifact's API is, and whose registry is meant. */
export interface ApiPlace {
  readonly address: string;
  readonly region: string;
  readonly domain: string;
}

/** What a caller asks of CodeArtifact's API, each ending in what was reached or in the code of AWS's error. */
export interface CodeArtifactApi {
  /**
   * Ends in `token`.
   *
   * @param durationSeconds - 0 is the rest of the session
   * @param domain - @default the registry's
   */
  mint(durationSeconds: number, domain?: string): Promise<Outcome & { readonly token?: string }>;
  /** Ends in the path of a repository's Python endpoint, which the same server has. */
  endpoint(repository: string): Promise<Outcome>;
  /** Ends in the status of a package's version 1.0.0. */
  describe(name: string): Promise<Outcome>;
  /** Ends in the beginning of each file's SHA-256, of version 1.0.0, in the order of the files' names. */
  hashes(name: string): Promise<Outcome>;
  /** Ends in the repositories that a package group lets versions into, or in `BLOCK`, `ALLOW` or `INHERIT`. */
  restriction(pattern: string, type: PackageGroupOriginRestrictionType): Promise<Outcome>;
}

/** As many characters of a digest as tell files apart. */
export const shownDigest = 8;

/** The API for a caller with these credentials. Without credentials no request is made. */
export function codeArtifactApi(
  credentials: Credentials | undefined,
  { address, region, domain }: ApiPlace,
): CodeArtifactApi {
  const client = new CodeartifactClient({
    endpoint: address,
    region,
    credentials,
    maxAttempts: 1,
    // What this machine is set up for is not meant here.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  });
  const ended = async <Result extends Outcome>(ask: () => Promise<Result>): Promise<Outcome & Partial<Result>> => {
    if (credentials === undefined) {
      return { code: "not tried", detail: "there are no credentials to ask with" } as Outcome & Partial<Result>;
    }
    try {
      return await ask();
    } catch (error) {
      if (error instanceof CodeartifactServiceException) {
        return { code: error.name, detail: error.message } as Outcome & Partial<Result>;
      }
      throw error;
    }
  };
  const versionOf = (name: string) =>
    ({ domain, repository: repositoryName, format: "pypi", package: name, packageVersion: "1.0.0" }) as const;
  return {
    mint: (durationSeconds, mintedFor = domain) =>
      ended(async () => {
        const command = new GetAuthorizationTokenCommand({ domain: mintedFor, durationSeconds });
        const { authorizationToken } = await client.send(command);
        return { code: "token", token: authorizationToken };
      }),
    endpoint: (repository) =>
      ended(async () => {
        const command = new GetRepositoryEndpointCommand({ domain, repository, format: "pypi" });
        const { repositoryEndpoint = "no endpoint" } = await client.send(command);
        return { code: repositoryEndpoint.replace(address, "") };
      }),
    describe: (name) =>
      ended(async () => {
        const { packageVersion } = await client.send(new DescribePackageVersionCommand(versionOf(name)));
        return { code: packageVersion?.status ?? "no status" };
      }),
    hashes: (name) =>
      ended(async () => {
        const { assets = [] } = await client.send(new ListPackageVersionAssetsCommand(versionOf(name)));
        const digests = assets.map(({ hashes }) => hashes?.["SHA-256"]?.slice(0, shownDigest) ?? "no digest");
        return { code: digests.join(" ") };
      }),
    restriction: (pattern, type) =>
      ended(async () => {
        const inGroup = { domain, packageGroup: pattern };
        const { packageGroup } = await client.send(new DescribePackageGroupCommand(inGroup));
        const mode = packageGroup?.originConfiguration?.restrictions?.[type]?.mode ?? "no mode";
        if (mode !== "ALLOW_SPECIFIC_REPOSITORIES") {
          return { code: mode };
        }
        const command = new ListAllowedRepositoriesForGroupCommand({ ...inGroup, originRestrictionType: type });
        const { allowedRepositories = [] } = await client.send(command);
        return { code: allowedRepositories.join(", ") };
      }),
  };
}
