import * as changes from "../packages/versionChanges";
import { invalid } from "../errors";
import type { JsonObject } from "../../../iam/json";
import { bodyObject, bodyText, bodyTexts, choice, required, text } from "./members";
import type { Operation } from "./operation";
import { statuses } from "./packageVersions";
import { nameConstraint, readPackage } from "./places";

const revisionConstraint = { minLength: 1, maxLength: 50, pattern: "\\S+" };

const maximumVersions = 100;

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_UpdatePackageVersionsStatus.html */
export const updatePackageVersionsStatus: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const body = input.body();
  const targetStatus = required("targetStatus", choice("targetStatus", bodyText(body, "targetStatus"), statuses));
  const request = { ...readVersions(body), ...readRevisions(body), targetStatus };
  return {
    resource: arn,
    answer: () => changes.updatePackageVersionsStatus(context.packages, place, name, request),
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DisposePackageVersions.html */
export const disposePackageVersions: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const body = input.body();
  const request = { ...readVersions(body), ...readRevisions(body) };
  return {
    resource: arn,
    answer: () => changes.disposePackageVersions(context.packages, place, name, request),
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DeletePackageVersions.html */
export const deletePackageVersions: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const request = readVersions(input.body());
  return {
    resource: arn,
    answer: () => changes.deletePackageVersions(context.packages, place, name, request),
  };
};

function readVersions(body: JsonObject): Pick<changes.ChangeVersions, "versions" | "expectedStatus"> {
  const versions = required("versions", bodyTexts(body, "versions"));
  if (versions.length > maximumVersions) {
    throw invalid(`${versions.length} versions are given; at most ${maximumVersions} are allowed at once.`);
  }
  for (const version of versions) {
    text("versions", version, nameConstraint);
  }
  return { versions, expectedStatus: choice("expectedStatus", bodyText(body, "expectedStatus"), statuses) };
}

function readRevisions(body: JsonObject): Pick<changes.ChangeVersions, "versionRevisions"> {
  const revisions = bodyObject(body, "versionRevisions");
  if (revisions === undefined) {
    return {};
  }
  const entries = Object.keys(revisions).map((version) => {
    const revision = required(`versionRevisions.${version}`, bodyText(revisions, version));
    return [version, text("versionRevisions", revision, revisionConstraint)] as const;
  });
  return { versionRevisions: Object.fromEntries(entries) };
}
