import type {
  DeleteLayerVersionCommandInput,
  DeleteLayerVersionCommandOutput,
  GetLayerVersionByArnCommandInput,
  GetLayerVersionByArnCommandOutput,
  GetLayerVersionCommandInput,
  GetLayerVersionCommandOutput,
  LayerVersionsListItem,
  ListLayersCommandInput,
  ListLayersCommandOutput,
  ListLayerVersionsCommandInput,
  ListLayerVersionsCommandOutput,
  PublishLayerVersionCommandInput,
  PublishLayerVersionCommandOutput,
} from "@aws-sdk/client-lambda";
import type { SandboxContext } from "../../context";
import { constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { invalidField, throwIfInvalid } from "../errors";
import type { LayerVersion } from "../layers";
import { layerReference, layerVersionReference } from "../names";
import { architectureError, checkSource, codeOf, descriptionError, pageOf, rejectOthers, runtimeError } from "./checks";
import { codeLocation } from "./downloads";

const publishLayerVersion: Operation<PublishLayerVersionCommandInput, PublishLayerVersionCommandOutput> = (
  context,
  { LayerName, Content, Description, CompatibleRuntimes = [], CompatibleArchitectures = [], LicenseInfo },
) => {
  const layer = layerReference(context.account, LayerName);
  const { ZipFile, S3Bucket, S3Key, ...others } = Content;
  rejectOthers("PublishLayerVersion", others);
  checkSource({ ZipFile, S3Bucket, S3Key });
  throwIfInvalid(
    descriptionError(Description),
    constraintError("licenseInfo", LicenseInfo, { maxLength: 512 }),
    ...CompatibleRuntimes.map((runtime) => runtimeError("compatibleRuntimes", runtime)),
    ...CompatibleArchitectures.map((architecture) => architectureError("compatibleArchitectures", architecture)),
    countError("compatibleRuntimes", CompatibleRuntimes, 15),
    countError("compatibleArchitectures", CompatibleArchitectures, 2),
  );
  return {
    resource: layer.arn,
    answer: async (session) => {
      const published = context.account.lambda.layers.publish(layer, {
        code: await codeOf(context, session, { ZipFile, S3Bucket, S3Key }),
        description: Description ?? "",
        compatibleRuntimes: CompatibleRuntimes,
        compatibleArchitectures: CompatibleArchitectures,
        licenseInfo: LicenseInfo,
      });
      return withContent(context, published);
    },
  };
};

const getLayerVersion: Operation<GetLayerVersionCommandInput, GetLayerVersionCommandOutput> = (
  context,
  { LayerName, VersionNumber },
) => {
  const { arn } = layerReference(context.account, LayerName);
  checkVersion(VersionNumber);
  return {
    resource: `${arn}:${VersionNumber}`,
    answer: () => withContent(context, context.account.lambda.layers.get(arn, VersionNumber)),
  };
};

const getLayerVersionByArn: Operation<GetLayerVersionByArnCommandInput, GetLayerVersionByArnCommandOutput> = (
  context,
  { Arn },
) => {
  const { layer, version } = layerVersionReference("arn", Arn);
  return { resource: Arn, answer: () => withContent(context, context.account.lambda.layers.get(layer, version)) };
};

const listLayerVersions: Operation<ListLayerVersionsCommandInput, ListLayerVersionsCommandOutput> = (
  { account },
  input,
) => {
  const { arn } = layerReference(account, input.LayerName);
  const filter = filterOf(input);
  const page = pageOf("ListLayerVersions", input, 50);
  return {
    // The service authorization reference gives the action no resource.
    resource: "*",
    answer: () => {
      const { items, nextToken } = page(account.lambda.layers.versions(arn, filter), (version) => version.arn);
      return { LayerVersions: items.map(listed), NextMarker: nextToken };
    },
  };
};

const listLayers: Operation<ListLayersCommandInput, ListLayersCommandOutput> = ({ account }, input) => {
  const filter = filterOf(input);
  const page = pageOf("ListLayers", input, 50);
  return {
    resource: "*",
    answer: () => {
      const { items, nextToken } = page(account.lambda.layers.latestVersions(filter), ({ layer }) => layer.arn);
      const layers = items.map((version) => ({
        LayerName: version.layer.name,
        LayerArn: version.layer.arn,
        LatestMatchingVersion: listed(version),
      }));
      return { Layers: layers, NextMarker: nextToken };
    },
  };
};

const deleteLayerVersion: Operation<DeleteLayerVersionCommandInput, DeleteLayerVersionCommandOutput> = (
  { account },
  { LayerName, VersionNumber },
) => {
  const { arn } = layerReference(account, LayerName);
  checkVersion(VersionNumber);
  return {
    resource: `${arn}:${VersionNumber}`,
    answer: () => {
      account.lambda.layers.delete(arn, VersionNumber);
      return {};
    },
  };
};

/** Each at https://docs.aws.amazon.com/lambda/latest/api/API_NAME.html */
export const layerOperations = {
  PublishLayerVersion: publishLayerVersion,
  GetLayerVersion: getLayerVersion,
  GetLayerVersionByArn: getLayerVersionByArn,
  ListLayerVersions: listLayerVersions,
  ListLayers: listLayers,
  DeleteLayerVersion: deleteLayerVersion,
};

function checkVersion(version: number): void {
  if (version < 1) {
    throw invalidField(
      `1 validation error detected: Value '${version}' at 'versionNumber' failed to satisfy constraint: ` +
        "Member must have value greater than or equal to 1",
    );
  }
}

function filterOf({
  CompatibleRuntime,
  CompatibleArchitecture,
}: Pick<ListLayersCommandInput, "CompatibleRuntime" | "CompatibleArchitecture">) {
  throwIfInvalid(
    runtimeError("compatibleRuntime", CompatibleRuntime),
    architectureError("compatibleArchitecture", CompatibleArchitecture),
  );
  return { runtime: CompatibleRuntime, architecture: CompatibleArchitecture };
}

function countError(member: string, list: readonly unknown[], most: number): string | undefined {
  return list.length > most
    ? `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${most} (it has ${list.length})`
    : undefined;
}

function listed(layer: LayerVersion) {
  const { arn, version, description, createdDate, compatibleRuntimes, compatibleArchitectures, licenseInfo } = layer;
  return {
    LayerVersionArn: arn,
    Version: version,
    Description: description,
    CreatedDate: lambdaTime(createdDate),
    CompatibleRuntimes: [...compatibleRuntimes],
    CompatibleArchitectures: [...compatibleArchitectures],
    LicenseInfo: licenseInfo,
  } satisfies LayerVersionsListItem;
}

function withContent(context: SandboxContext, version: LayerVersion) {
  const { code, layer } = version;
  return {
    ...listed(version),
    LayerArn: layer.arn,
    Content: {
      Location: codeLocation(context, code),
      CodeSha256: code.sha256,
      CodeSize: code.bytes.length,
    },
  };
}

/** As Lambda writes times: `2026-05-06T07:08:09.000+0000`. */
export function lambdaTime(time: Date): string {
  return time.toISOString().replace("Z", "+0000");
}
