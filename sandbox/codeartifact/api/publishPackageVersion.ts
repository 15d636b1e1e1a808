import type {
  PublishPackageVersionCommandInput,
  PublishPackageVersionCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { constraintError } from "../../core/constraints";
import type { Decoded } from "../../core/model";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import { keyedPackageArn, packageKey } from "../names";
import { publishAsset } from "../packages/publishAsset";
import { checkCoordinate, nameConstraint, repositoryOf } from "./checks";

/** The routes hand the asset over as the bytes that came. */
type PublishInput = Omit<Decoded<PublishPackageVersionCommandInput>, "assetContent"> & {
  readonly assetContent: Buffer;
};

const publishPackageVersion: Operation<PublishInput, PublishPackageVersionCommandOutput> = (context, input) => {
  const { format, namespace, package: name, packageVersion, assetName, assetSHA256, assetContent, unfinished } = input;
  const place = repositoryOf(input);
  checkCoordinate(input);
  throwIfInvalid(
    constraintError("packageVersion", packageVersion, nameConstraint),
    constraintError("assetName", assetName, { minLength: 1, maxLength: 255, pattern: "\\P{C}+" }),
    constraintError("assetSHA256", assetSHA256, { minLength: 64, maxLength: 64, pattern: "[0-9a-f]+" }),
  );
  const coordinate = { format, namespace, package: name };
  const key = packageKey(coordinate);
  return {
    resource: keyedPackageArn(context.account, place, key),
    // The names that CloudTrail has for what package managers publish, which is the same event:
    // https://docs.aws.amazon.com/codeartifact/latest/ug/codeartifact-information-in-cloudtrail.html
    input: {
      domainName: place.domain,
      domainOwner: place.domainOwner ?? context.account.accountId,
      repositoryName: place.repository,
      packageFormat: format,
      packageNamespace: namespace,
      packageName: name,
      packageVersion,
      assetName,
      assetSHA256,
      unfinished,
    },
    answer: async () => {
      throwIfInvalid(genericError(format, namespace), assetNameError(assetName));
      const sent = {
        version: packageVersion,
        filename: assetName,
        bytes: assetContent,
        sha256: assetSHA256,
        unfinished,
      };
      const { version, asset } = await publishAsset(context.packages, place, key, sent);
      return {
        ...coordinate,
        version: version.version,
        versionRevision: version.revision,
        status: version.status,
        asset: { name: asset.filename, size: asset.size, hashes: { ...asset.hashes } },
      };
    },
  };
};

/** At https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PublishPackageVersion.html */
export const publishOperations = { PublishPackageVersion: publishPackageVersion };

function genericError(format: string, namespace: string | undefined): string | undefined {
  if (format !== "generic") {
    return `Only generic packages can be published using this API, not those of format ${format}: use their own tools.`;
  }
  return namespace === undefined ? "'namespace' is missing: generic packages have one." : undefined;
}

/**
 * The rules on names of assets of generic packages:
 * https://docs.aws.amazon.com/codeartifact/latest/ug/generic-packages-overview.html#generic-packages-constraints
 */
function assetNameError(name: string): string | undefined {
  const invalid = (rule: string) => `'assetName' is '${name}': ${rule}.`;
  if (!/^[\p{L}\p{Nl}\p{Nd}~!@^&()\-`_+[\]{};,. ]+$/u.test(name)) {
    return invalid("it has Unicode letters and numbers, spaces, and ~ ! @ ^ & ( ) - ` _ + [ ] { } ; , . alone");
  }
  if (name === "." || name === "..") {
    return invalid("no asset has this name");
  }
  return /^ | $| {2}/.test(name) ? invalid("it begins and ends with no space, and has one space at a time") : undefined;
}
