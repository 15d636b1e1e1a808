import type {
  DeletePackageCommandInput,
  DeletePackageCommandOutput,
  DescribePackageCommandInput,
  DescribePackageCommandOutput,
  ListPackagesCommandInput,
  ListPackagesCommandOutput,
  PackageSummary,
  PutPackageOriginConfigurationCommandInput,
  PutPackageOriginConfigurationCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { choiceError, constraintError } from "../../core/constraints";
import type { Answer } from "../../core/model";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import { coordinateOf, packageFormats, repositoryArn } from "../names";
import * as queries from "../packages/queries";
import { keyOf, type PackageRecord } from "../packages/records";
import * as origins from "../packages/versionChanges";
import { nameConstraint, packageOf, pageOf, repositoryOf } from "./checks";

const allowOrBlock = ["ALLOW", "BLOCK"] as const;

const describePackage: Operation<DescribePackageCommandInput, DescribePackageCommandOutput> = (context, input) => {
  const { place, key, coordinate, arn } = packageOf(context, input);
  return {
    resource: arn,
    answer: () => {
      const { name, restrictions } = queries.describePackage(context.packages, place, key);
      const { format, namespace } = coordinate;
      return { package: { format, namespace, name, originConfiguration: { restrictions } } };
    },
  };
};

const listPackages: Operation<ListPackagesCommandInput, ListPackagesCommandOutput> = ({ account, packages }, input) => {
  const place = repositoryOf(input);
  const { format, namespace, packagePrefix, publish, upstream } = input;
  // https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages.html#list-packages-option-combinations
  const alone = namespace !== undefined && format === undefined && packagePrefix === undefined;
  throwIfInvalid(
    choiceError("format", format, packageFormats),
    constraintError("namespace", namespace, nameConstraint),
    constraintError("packagePrefix", packagePrefix, nameConstraint),
    choiceError("publish", publish, allowOrBlock),
    choiceError("upstream", upstream, allowOrBlock),
    alone ? "'namespace' cannot be given by itself: give 'format' or 'packagePrefix' too." : undefined,
  );
  const page = pageOf("ListPackages", input);
  return {
    resource: repositoryArn(account, place),
    answer: () => {
      const filter = { format, namespace, packagePrefix, publish, upstream };
      const { items, nextToken } = page(queries.listPackages(packages, place, filter), keyOf);
      return { packages: items.map(packageSummary), nextToken };
    },
  };
};

const putPackageOriginConfiguration: Operation<
  PutPackageOriginConfigurationCommandInput,
  PutPackageOriginConfigurationCommandOutput
> = (context, input) => {
  const { place, key, arn } = packageOf(context, input);
  // The model requires both members.
  const { publish = "BLOCK", upstream = "BLOCK" } = input.restrictions;
  throwIfInvalid(
    choiceError("restrictions.publish", publish, allowOrBlock),
    choiceError("restrictions.upstream", upstream, allowOrBlock),
  );
  return {
    resource: arn,
    answer: async () => {
      const { restrictions } = await origins.putPackageOriginConfiguration(context.packages, place, key, {
        publish,
        upstream,
      });
      return { originConfiguration: { restrictions } };
    },
  };
};

const deletePackage: Operation<DeletePackageCommandInput, DeletePackageCommandOutput> = (context, input) => {
  const { place, key, arn } = packageOf(context, input);
  return {
    resource: arn,
    answer: async () => ({
      deletedPackage: packageSummary(await origins.deletePackage(context.packages, place, key)),
    }),
  };
};

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const packageOperations = {
  DescribePackage: describePackage,
  ListPackages: listPackages,
  PutPackageOriginConfiguration: putPackageOriginConfiguration,
  DeletePackage: deletePackage,
};

function packageSummary(record: PackageRecord): Answer<PackageSummary> {
  return { ...coordinateOf(keyOf(record)), originConfiguration: { restrictions: record.restrictions } };
}
