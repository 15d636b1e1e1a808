import * as held from "../packages/queries";
import { versionStatuses, type VersionRecord } from "../packages/records";
import * as versionAssets from "../packages/versionAssets";
import { epochSeconds } from "./epochSeconds";
import { choice, required, text } from "./members";
import { AssetAnswer, type Operation } from "./operation";
import { pageOf, pageRequest } from "./pages";
import { readPackage, readVersion } from "./places";

/** Values of the API's `PackageVersionStatus`. */
export const statuses = [...versionStatuses, "Deleted"] as const;

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DescribePackageVersion.html */
export const describePackageVersion: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const version = readVersion(input);
  return {
    resource: arn,
    answer: () => {
      const record = held.describePackageVersion(context.packages, place, name, version);
      const { summary, homePage, licenses = [], publishedTime } = record;
      return {
        packageVersion: {
          ...{ format: "pypi", packageName: name, displayName: name, summary, homePage },
          publishedTime: epochSeconds(publishedTime),
          licenses: licenses.map((license) => ({ name: license })),
          ...versionSummary(record),
        },
      };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListPackageVersions.html */
export const listPackageVersions: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const status = choice("status", input.query("status"), statuses);
  const originType = choice("originType", input.query("originType"), ["INTERNAL", "EXTERNAL", "UNKNOWN"]);
  const sortBy = choice("sortBy", input.query("sortBy"), ["PUBLISHED_TIME"]);
  // "Its default is 50": https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages-versions.html
  const page = pageRequest(input, 50);
  return {
    resource: arn,
    answer: () => {
      const { defaultDisplayVersion, versions } = held.listPackageVersions(context.packages, place, name, {
        status,
        originType,
        sortBy,
      });
      const { items, nextToken } = pageOf(versions, ({ version }) => version, page);
      return {
        ...{ defaultDisplayVersion, format: "pypi", package: name },
        ...{ versions: items.map(versionSummary), nextToken },
      };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListPackageVersionAssets.html */
export const listPackageVersionAssets: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const number = readVersion(input);
  const page = pageRequest(input);
  return {
    resource: arn,
    answer: async () => {
      const { version, assets } = await versionAssets.listPackageVersionAssets(context.packages, place, name, number);
      const { items, nextToken } = pageOf(assets, (asset) => asset.name, page);
      return {
        ...{ format: "pypi", package: name, version: version.version, versionRevision: version.revision },
        ...{ nextToken, assets: items },
      };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetPackageVersionAsset.html */
export const getPackageVersionAsset: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const number = readVersion(input);
  const asset = text("asset", required("asset", input.query("asset")), {
    minLength: 1,
    maxLength: 255,
    pattern: "\\P{C}+",
  });
  const revision = text("packageVersionRevision", input.query("revision"), {
    minLength: 1,
    maxLength: 50,
    pattern: "\\S+",
  });
  return {
    resource: arn,
    answer: async () => {
      const { version, bytes } = await versionAssets.getPackageVersionAsset(
        context.packages,
        place,
        name,
        number,
        asset,
        revision,
      );
      return new AssetAnswer(bytes, {
        "X-AssetName": asset,
        "X-PackageVersion": version.version,
        "X-PackageVersionRevision": version.revision,
      });
    },
  };
};

function versionSummary({ version, revision, status, origin }: VersionRecord) {
  return { version, revision, status, origin };
}
