import { repositoryArn } from "../arns";
import { packageFormats } from "../names";
import * as held from "../packages/queries";
import * as origins from "../packages/packageOrigins";
import type { PackageRecord } from "../packages/records";
import { throwIfInvalid } from "../errors";
import type { JsonObject } from "../../../iam/json";
import { bodyObject, bodyText, choice, required, text } from "./members";
import type { Operation } from "./operation";
import { pageOf, pageRequest } from "./pages";
import { nameConstraint, readPackage, readRepository } from "./places";

const allowOrBlock = ["ALLOW", "BLOCK"] as const;

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DescribePackage.html */
export const describePackage: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  return {
    resource: arn,
    answer: () => {
      const record = held.describePackage(context.packages, place, name);
      return { package: { format: "pypi", name: record.name, originConfiguration: originConfiguration(record) } };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListPackages.html */
export const listPackages: Operation = ({ cloud, packages }, input) => {
  const place = readRepository(input);
  const format = choice("format", input.query("format"), packageFormats);
  const namespace = text("namespace", input.query("namespace"), nameConstraint);
  const packagePrefix = text("packagePrefix", input.query("package-prefix"), nameConstraint);
  const publish = choice("publish", input.query("publish"), allowOrBlock);
  const upstream = choice("upstream", input.query("upstream"), allowOrBlock);
  const page = pageRequest(input);
  // https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages.html#list-packages-option-combinations
  const alone = namespace !== undefined && format === undefined && packagePrefix === undefined;
  throwIfInvalid(alone ? "'namespace' cannot be given by itself: give 'format' or 'packagePrefix' too." : undefined);
  return {
    resource: repositoryArn(cloud, place),
    answer: () => {
      const found = held.listPackages(packages, place, { format, packagePrefix, publish, upstream });
      // No Python package has a namespace that could begin with the one asked for.
      const { items, nextToken } = pageOf(namespace === undefined ? found : [], ({ name }) => name, page);
      return { packages: items.map(packageSummary), nextToken };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PutPackageOriginConfiguration.html */
export const putPackageOriginConfiguration: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  const restrictions = required("restrictions", bodyObject(input.body(), "restrictions"));
  const publish = readRestriction(restrictions, "publish");
  const upstream = readRestriction(restrictions, "upstream");
  return {
    resource: arn,
    answer: async () => {
      const record = await origins.putPackageOriginConfiguration(context.packages, place, name, { publish, upstream });
      return { originConfiguration: originConfiguration(record) };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DeletePackage.html */
export const deletePackage: Operation = (context, input) => {
  const { place, name, arn } = readPackage(context, input);
  return {
    resource: arn,
    answer: async () => ({
      deletedPackage: packageSummary(await origins.deletePackage(context.packages, place, name)),
    }),
  };
};

function readRestriction(restrictions: JsonObject, member: "publish" | "upstream") {
  const path = `restrictions.${member}`;
  return required(path, choice(path, bodyText(restrictions, member), allowOrBlock));
}

function packageSummary(record: PackageRecord) {
  return { format: "pypi", package: record.name, originConfiguration: originConfiguration(record) };
}

function originConfiguration({ restrictions }: PackageRecord) {
  return { restrictions };
}
