import type {
  DeletePackageVersionsCommandInput,
  DeletePackageVersionsCommandOutput,
  DescribePackageVersionCommandInput,
  DescribePackageVersionCommandOutput,
  DisposePackageVersionsCommandInput,
  DisposePackageVersionsCommandOutput,
  GetPackageVersionAssetCommandInput,
  GetPackageVersionAssetCommandOutput,
  GetPackageVersionReadmeCommandInput,
  GetPackageVersionReadmeCommandOutput,
  ListPackageVersionAssetsCommandInput,
  ListPackageVersionAssetsCommandOutput,
  ListPackageVersionDependenciesCommandInput,
  ListPackageVersionDependenciesCommandOutput,
  ListPackageVersionsCommandInput,
  ListPackageVersionsCommandOutput,
  UpdatePackageVersionsStatusCommandInput,
  UpdatePackageVersionsStatusCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { notFound, throwIfInvalid } from "../errors";
import * as queries from "../packages/queries";
import * as versionAssets from "../packages/queries";
import { versionStatuses } from "../packages/records";
import * as changes from "../packages/versionChanges";
import { readRequirement, versionMetadata } from "../packages/versionMetadata";
import { checkVersionNames, nameConstraint, packageOf, pageOf, revisionConstraint } from "./checks";

/** Values of the API's `PackageVersionStatus`. */
const statuses = [...versionStatuses, "Deleted"] as const;

const describePackageVersion: Operation<DescribePackageVersionCommandInput, DescribePackageVersionCommandOutput> = (
  context,
  input,
) => {
  const { place, key, coordinate, arn } = packageOf(context, input);
  const { packageVersion } = input;
  throwIfInvalid(versionError(packageVersion));
  return {
    resource: arn,
    answer: () => {
      const record = queries.describePackageVersion(context.packages, place, key, packageVersion);
      const { publishedTime, licenses = [], ...version } = record;
      const { format, namespace, package: name } = coordinate;
      return {
        packageVersion: {
          ...version,
          format,
          namespace,
          packageName: name,
          displayName: name,
          publishedTime: new Date(publishedTime),
          licenses: licenses.map((license) => ({ name: license })),
        },
      };
    },
  };
};

const listPackageVersions: Operation<ListPackageVersionsCommandInput, ListPackageVersionsCommandOutput> = (
  context,
  input,
) => {
  const { place, key, coordinate, arn } = packageOf(context, input);
  const { status, originType, sortBy } = input;
  throwIfInvalid(
    choiceError("status", status, statuses),
    choiceError("originType", originType, ["INTERNAL", "EXTERNAL", "UNKNOWN"]),
    choiceError("sortBy", sortBy, ["PUBLISHED_TIME"]),
  );
  // "Its default is 50": https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages-versions.html
  const page = pageOf("ListPackageVersions", input, 50);
  return {
    resource: arn,
    answer: () => {
      const filter = { status, originType, sortBy };
      const { defaultDisplayVersion, versions } = queries.listPackageVersions(context.packages, place, key, filter);
      const { items, nextToken } = page(versions, ({ version }) => version);
      return { defaultDisplayVersion, ...coordinate, versions: items, nextToken };
    },
  };
};

const listPackageVersionAssets: Operation<
  ListPackageVersionAssetsCommandInput,
  ListPackageVersionAssetsCommandOutput
> = (context, input) => {
  const { place, key, coordinate, arn } = packageOf(context, input);
  const { packageVersion } = input;
  throwIfInvalid(versionError(packageVersion));
  const page = pageOf("ListPackageVersionAssets", input);
  return {
    resource: arn,
    answer: async () => {
      const { packages } = context;
      const { version, assets } = await versionAssets.listPackageVersionAssets(packages, place, key, packageVersion);
      const { items, nextToken } = page(assets, (asset) => asset.name);
      return {
        ...coordinate,
        version: version.version,
        versionRevision: version.revision,
        nextToken,
        assets: items,
      };
    },
  };
};

const getPackageVersionReadme: Operation<GetPackageVersionReadmeCommandInput, GetPackageVersionReadmeCommandOutput> = (
  context,
  input,
) => {
  const { place, key, coordinate, arn } = packageOf(context, input);
  const { packageVersion } = input;
  throwIfInvalid(versionError(packageVersion));
  return {
    resource: arn,
    answer: async () => {
      const { version, metadata } = await versionMetadata(context.packages, place, key, packageVersion);
      if (metadata.description === undefined) {
        throw notFound(`${key} ${packageVersion} in '${place.repository}' has no readme.`, {
          resourceType: "package-version",
          resourceId: packageVersion,
        });
      }
      return {
        ...coordinate,
        version: version.version,
        versionRevision: version.revision,
        readme: metadata.description,
      };
    },
  };
};

const listPackageVersionDependencies: Operation<
  ListPackageVersionDependenciesCommandInput,
  ListPackageVersionDependenciesCommandOutput
> = (context, input) => {
  const { place, key, coordinate, arn } = packageOf(context, input);
  const { packageVersion } = input;
  throwIfInvalid(versionError(packageVersion));
  const page = pageOf("ListPackageVersionDependencies", input);
  return {
    resource: arn,
    answer: async () => {
      const { version, metadata } = await versionMetadata(context.packages, place, key, packageVersion);
      const requirements = metadata.requiresDist.flatMap((text) => readRequirement(text) ?? []);
      const numbered = requirements.map((requirement, index) => ({ ...requirement, index }));
      const { items, nextToken } = page(numbered, ({ index }) => String(index));
      return {
        ...coordinate,
        version: version.version,
        versionRevision: version.revision,
        nextToken,
        dependencies: items.map(({ name: needed, requirement }) => ({
          package: needed,
          dependencyType: "Requires-Dist",
          versionRequirement: requirement === "" ? undefined : requirement,
        })),
      };
    },
  };
};

/** The SDK gives a client the asset as a stream. It is sent as bytes. */
type AssetOutput = Omit<GetPackageVersionAssetCommandOutput, "asset"> & { readonly asset: Buffer };

const getPackageVersionAsset: Operation<GetPackageVersionAssetCommandInput, AssetOutput> = (context, input) => {
  const { place, key, arn } = packageOf(context, input);
  const { packageVersion, asset, packageVersionRevision: revision } = input;
  throwIfInvalid(
    versionError(packageVersion),
    constraintError("asset", asset, { minLength: 1, maxLength: 255, pattern: "\\P{C}+" }),
    constraintError("packageVersionRevision", revision, revisionConstraint),
  );
  return {
    resource: arn,
    answer: async () => {
      const { version, bytes } = await versionAssets.getPackageVersionAsset(
        context.packages,
        place,
        key,
        packageVersion,
        asset,
        revision,
      );
      return {
        asset: bytes,
        assetName: asset,
        packageVersion: version.version,
        packageVersionRevision: version.revision,
      };
    },
  };
};

const updatePackageVersionsStatus: Operation<
  UpdatePackageVersionsStatusCommandInput,
  UpdatePackageVersionsStatusCommandOutput
> = (context, input) => {
  const { place, key, arn } = packageOf(context, input);
  throwIfInvalid(choiceError("targetStatus", input.targetStatus, statuses));
  checkVersions(input);
  return {
    resource: arn,
    answer: () => changes.updatePackageVersionsStatus(context.packages, place, key, input),
  };
};

const disposePackageVersions: Operation<DisposePackageVersionsCommandInput, DisposePackageVersionsCommandOutput> = (
  context,
  input,
) => {
  const { place, key, arn } = packageOf(context, input);
  checkVersions(input);
  return {
    resource: arn,
    answer: () => changes.disposePackageVersions(context.packages, place, key, input),
  };
};

const deletePackageVersions: Operation<DeletePackageVersionsCommandInput, DeletePackageVersionsCommandOutput> = (
  context,
  input,
) => {
  const { place, key, arn } = packageOf(context, input);
  checkVersions(input);
  return {
    resource: arn,
    answer: () => changes.deletePackageVersions(context.packages, place, key, input),
  };
};

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const packageVersionOperations = {
  GetPackageVersionReadme: getPackageVersionReadme,
  ListPackageVersionDependencies: listPackageVersionDependencies,
  DescribePackageVersion: describePackageVersion,
  ListPackageVersions: listPackageVersions,
  ListPackageVersionAssets: listPackageVersionAssets,
  GetPackageVersionAsset: getPackageVersionAsset,
  UpdatePackageVersionsStatus: updatePackageVersionsStatus,
  DisposePackageVersions: disposePackageVersions,
  DeletePackageVersions: deletePackageVersions,
};

function versionError(packageVersion: string): string | undefined {
  return constraintError("packageVersion", packageVersion, nameConstraint);
}

function checkVersions({ versions, versionRevisions, expectedStatus }: changes.ChangeVersions): void {
  checkVersionNames(versions, versionRevisions);
  throwIfInvalid(choiceError("expectedStatus", expectedStatus, statuses));
}
