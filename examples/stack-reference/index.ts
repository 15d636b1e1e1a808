import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";

// An output that is missing says so by itself. Node 20 takes minutes over the stack of an error that Pulumi throws in an output.
Error.stackTraceLimit = 0;

const config = new pulumi.Config();
const registry = new pulumi.StackReference(config.require("registryStack"));

const read = new RolePolicyAttachment(
  "read-registry",
  { role: config.require("buildRole"), policyArn: registry.requireOutput("readerPolicyArn") },
  // The registry replaces its policy when what it allows changes: the build keeps the old one until it has the new one.
  { deleteBeforeReplace: false },
);

/** Variables of the build's environment, as `environmentVariables` of a CodeBuild project takes them, once its role may read. */
export const environmentVariables = pulumi
  .all([
    registry.requireOutput("domainName"),
    registry.requireOutput("domainOwner"),
    registry.requireOutput("repositoryEndpoint"),
    read.id,
  ])
  .apply(([domain, owner, endpoint]) => [
    { name: "REGISTRY_DOMAIN", value: String(domain) },
    { name: "REGISTRY_OWNER", value: String(owner) },
    { name: "REGISTRY_ENDPOINT", value: String(endpoint) },
  ]);
