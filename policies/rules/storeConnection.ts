import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isObject, listOf } from "../../iam/json";
import { storeName as defaultStore } from "../../naming/registryNames";
import { publishRights } from "../publishing";
import { isOneOf, permissionDocuments, type SeenResource, sharingDocuments, types } from "../resources";
import { checkStatements, type SeenStatement } from "../statements";

interface Config {
  /** The repository of each domain that may be connected. */
  readonly storeName?: string;
}

/**
 * One repository of a domain is connected to a public index, and no one publishes into it: a private package is never beside a
 * public one of its name.
 */
export const storeConnection: ResourceValidationPolicy = {
  name: "only-store-is-connected",
  description: "Only the store of a CodeArtifact domain has an external connection, and no one publishes into it.",
  severity: "high",
  configSchema: {
    properties: {
      storeName: {
        type: "string",
        description: "Name of the repository that may have an external connection.",
        default: defaultStore,
      },
    },
  },
  validateResource: (resource, report) => {
    const { storeName = defaultStore } = resource.getConfig<Config>();
    const connections = isOneOf(types.repository, resource) ? connectionsOf(resource) : [];
    if (connections.length > 0) {
      const { repository, repositoryName = repository } = resource.props as Readonly<Record<string, unknown>>;
      if (repositoryName !== storeName) {
        report(
          `${resource.name}: externalConnections connects the repository ${String(repositoryName)} to ${connections.join(", ")}, ` +
            `and only ${storeName} may be connected. Move the connection to ${storeName}, which clients do not publish to, and ` +
            "make it an upstream; or set storeName in this rule's configuration.",
        );
      }
    }
    const check = (statements: readonly SeenStatement[]) => {
      for (const { statement, pattern } of publishRights(statements, storeName)) {
        // A pattern that does not name the store is for no-publish-on-wildcard-package.
        if (pattern.includes(`/${storeName}/`) && statement.resources?.negated === false) {
          report(
            `${resource.name}: ${statement.place} allows codeartifact:PublishPackageVersion on ${pattern}, in the repository that ` +
              "may be connected to a public index. Publish to another repository, which has the store as its upstream.",
          );
        }
      }
    };
    checkStatements(permissionDocuments(resource), "identity", noReport, check);
    checkStatements(sharingDocuments(resource), "resource", noReport, check);
  },
};

/** An unreadable document is reported once, by no-publish-on-wildcard-package. */
const noReport = () => undefined;

/** One provider takes an object with a name, the other a list of names. */
function connectionsOf({ props }: SeenResource): readonly string[] {
  return listOf(props.externalConnections ?? undefined).flatMap((connection) => {
    const name = isObject(connection) ? connection.externalConnectionName : connection;
    return typeof name === "string" && name !== "" ? [name] : [];
  });
}
