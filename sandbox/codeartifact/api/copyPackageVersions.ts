import type { CopyPackageVersionsCommandInput, CopyPackageVersionsCommandOutput } from "@aws-sdk/client-codeartifact";
import { authorize } from "../../context";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import { repositoryArn, repositoryNameError } from "../names";
import { copyPackageVersions as copy } from "../packages/copy";
import { checkVersionNames, packageOf } from "./checks";

/**
 * The caller reads the source, and copies into a package of the destination. Permissions:
 * https://docs.aws.amazon.com/codeartifact/latest/ug/copy-package.html
 */
const copyPackageVersions: Operation<CopyPackageVersionsCommandInput, CopyPackageVersionsCommandOutput> = (
  context,
  input,
) => {
  const { sourceRepository, destinationRepository, versions, versionRevisions, allowOverwrite, includeFromUpstream } =
    input;
  throwIfInvalid(
    repositoryNameError(sourceRepository, "sourceRepository"),
    repositoryNameError(destinationRepository, "destinationRepository"),
  );
  const { place: destination, key, arn } = packageOf(context, { ...input, repository: destinationRepository });
  const source = { ...destination, repository: sourceRepository };
  const numbers = versions ?? Object.keys(versionRevisions ?? {});
  checkVersionNames(numbers, versionRevisions);
  return {
    resource: arn,
    authorize: (session) => {
      const action = "codeartifact:CopyPackageVersions";
      authorize(context, session, action, repositoryArn(context.account, destination));
      authorize(context, session, "codeartifact:ReadFromRepository", repositoryArn(context.account, source));
      authorize(context, session, action, arn);
    },
    answer: () =>
      copy(context.packages, source, destination, key, {
        versions,
        versionRevisions,
        allowOverwrite,
        includeFromUpstream,
      }),
  };
};

/** At https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CopyPackageVersions.html */
export const copyOperations = { CopyPackageVersions: copyPackageVersions };
