import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";

// The message of a missing output is enough. Node 20 needs minutes for the stack trace of an error that Pulumi throws in an output.
Error.stackTraceLimit = 0;

const config = new pulumi.Config();
const registry = new pulumi.StackReference(config.require("registryStack"));

const read = new RolePolicyAttachment(
  "read-registry",
  { role: config.require("buildRole"), policyArn: registry.requireOutput("readerPolicyArn") },
  // The registry replaces its policy when its rights change. The build keeps the old one until it has the new one.
  { deleteBeforeReplace: false },
);

/** Variables for `environmentVariables` of a CodeBuild project, known once the role of the build may read. */
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
