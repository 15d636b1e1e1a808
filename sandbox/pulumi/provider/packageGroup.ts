import { isDeepStrictEqual } from "node:util";
import type { SandboxAccount } from "../../account";
import { type Caller, handlerErrorCode } from "../../cloudcontrol/handler";
import {
  changePackageGroup,
  describePackageGroup,
  findPackageGroup,
  makePackageGroup,
  packageGroupModel,
  type PackageGroupModel,
} from "../../cloudcontrol/packageGroupModel";
import type { PackageGroup } from "../../codeartifact/packageGroups";
import { rootPattern } from "../../codeartifact/packageGroupPatterns";
import type { AwsError } from "../../core/awsError";
import {
  type FoundResource,
  given,
  type Properties,
  type ResourceType,
  translateError,
  withMade,
} from "./resourceType";

/**
 * `aws-native:codeartifact:PackageGroup`. The provider hands it to Cloud Control, whose handler makes the group first, and
 * then says where its packages come from.
 * Sources: provider/pkg/provider/provider.go of pulumi/pulumi-aws-native, and aws-codeartifact-packagegroup of
 * aws-cloudformation/aws-cloudformation-resource-providers-codeartifact
 */
export const packageGroupType: ResourceType<PackageGroupModel> = {
  inputs: ["domainName", "domainOwner", "pattern", "description", "contactInfo", "originConfiguration", "tags"],
  computed: ["arn"],
  check: (inputs) =>
    ["domainName", "pattern"]
      .filter((property) => inputs[property] === undefined)
      .map((property) => ({ property, reason: `required property '${property}' is missing` })),
  // Which inputs take another group is said by the SDK (replaceOnChanges).
  diff: () => ({ replaces: [], deleteBeforeReplace: true }),
  create: (account, desired) => {
    const made = () => {
      const group = describePackageGroup(callerOf(account), desired);
      return { id: group.arn, state: stateOf(group) };
    };
    cloudControl("CREATE", desired.pattern, () => {
      makePackageGroup(callerOf(account), desired);
    });
    withMade(made, () => {
      cloudControl("CREATE", desired.pattern, () => {
        changePackageGroup(callerOf(account), describePackageGroup(callerOf(account), desired), desired);
      });
    });
    return made();
  },
  read: (account, id, known) => {
    const group = cloudControl("READ", id, () => findPackageGroup({ account }, id));
    return group && refreshed(stateOf(group), known);
  },
  update: (account, _id, news, { inputs: olds }) =>
    cloudControl("UPDATE", news.pattern, () => {
      const caller = callerOf(account);
      const current = describePackageGroup(caller, news);
      // Only what the program says otherwise than before is sent, on top of what AWS has.
      changePackageGroup(caller, current, { ...packageGroupModel(current), ...differing(olds, { ...news }) });
      return stateOf(describePackageGroup(caller, news));
    }),
  delete: (account, id) => {
    cloudControl("DELETE", id, () => {
      const group = findPackageGroup({ account }, id);
      if (group !== undefined && group.pattern !== rootPattern) {
        account.codeartifact.packageGroups.delete({ domain: group.domainName, packageGroup: group.pattern });
      }
    });
  },
};

/** The program's provider may do all that it is asked for. */
function callerOf(account: SandboxAccount): Caller {
  return { account, allow: () => undefined, deletePackages: () => undefined };
}

function stateOf(group: PackageGroup): Properties {
  return { ...packageGroupModel(group), arn: group.arn };
}

/** What AWS has, and the inputs that the program once gave with what has changed at AWS since; an import gives all of it. */
function refreshed(state: Properties, known: FoundResource | undefined): FoundResource {
  const inputs = known === undefined ? state : { ...known.inputs, ...differing(known.state, state) };
  return { state, inputs: given({ ...inputs, arn: undefined }) };
}

/** The properties of `news` that are not as in `olds`, and as undefined those that are no longer there. */
function differing(olds: Properties, news: Properties): Properties {
  const properties = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return Object.fromEntries(
    [...properties]
      .filter((property) => !isDeepStrictEqual(olds[property], news[property]))
      .map((property) => [property, news[property]]),
  );
}

type Operation = "CREATE" | "READ" | "UPDATE" | "DELETE";

/**
 * Does something through Cloud Control, which answers every error with a code of its own.
 * Source: throwCfnException of the handlers, and
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 *
 * @param identifier - how messages name the resource
 * @throws ProviderError
 */
function cloudControl<Answer>(operation: Operation, identifier: string, call: () => Answer): Answer {
  return translateError(call, (error) => `operation ${operation} failed with ${described(error, identifier)}`);
}

function described({ code, message }: AwsError, identifier: string): string {
  const handlerCode = handlerErrorCode(code);
  const resource = `Resource of type 'AWS::CodeArtifact::PackageGroup' with identifier '${identifier}'`;
  switch (handlerCode) {
    case "AlreadyExists":
      return `"${handlerCode}": ${resource} already exists.`;
    case "NotFound":
      return `"${handlerCode}": ${resource} was not found. (${message})`;
    default:
      return `"${handlerCode}": ${message}`;
  }
}
