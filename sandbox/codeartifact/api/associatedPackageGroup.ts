import { packageGroupArn } from "../arns";
import type { CodeArtifact } from "../codeartifact";
import type { InDomain } from "../names";
import { rootPattern } from "../packageGroupPatterns";
import { AwsError } from "../../core/awsError";
import { authorize } from "../../context";
import type { Operation } from "./operation";
import { packageGroupDescription } from "./packageGroups";
import { type Coordinate, readCoordinate, readDomain } from "./places";

const action = "codeartifact:GetAssociatedPackageGroup";

/**
 * The right is asked for on the group that is found; whoever has none is not told which that is.
 * https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAssociatedPackageGroup.html
 */
export const getAssociatedPackageGroup: Operation = (context, input) => {
  const { codeartifact } = context.cloud;
  const place = { ...readDomain(input), ...readCoordinate(input) };
  const resource = packageGroupArn(context.cloud, { ...place, packageGroup: patternOf(codeartifact, place) });
  return {
    resource,
    authorize: (session) => {
      try {
        authorize(context, session, action, resource);
      } catch (error) {
        if (!(error instanceof AwsError)) {
          throw error;
        }
        const what = `${action} on the package group of ${place.package} in domain ${place.domain}`;
        throw new AwsError(
          error.code,
          `User: ${session.assumedRoleArn} is not authorized to perform: ${what}`,
          error.status,
        );
      }
    },
    answer: () => {
      const { packageGroup, associationType } = codeartifact.getAssociatedPackageGroup(place);
      return { packageGroup: packageGroupDescription(packageGroup), associationType };
    },
  };
};

/** The pattern of a package's group; in a domain that is not there, that of the group that every domain has. */
function patternOf(codeartifact: CodeArtifact, place: InDomain & Coordinate): string {
  try {
    return codeartifact.getAssociatedPackageGroup(place).packageGroup.pattern;
  } catch (error) {
    if (error instanceof AwsError) {
      return rootPattern;
    }
    throw error;
  }
}
