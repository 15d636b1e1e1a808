import { Provider, type ProviderArgs } from "@pulumi/aws-native/provider";
import { findGithubOidcProvider } from "./components/githubOidcProvider";
import { PackageRegistry } from "./components/packageRegistry";
import { readSettings } from "./settings";

const { aws, ...settings } = readSettings();

// @pulumi/aws has no package group, so those come from AWS's own provider, set to the same place.
const cloudControl = new Provider("cloud-control", aws as ProviderArgs);

const registry = new PackageRegistry(
  "registry",
  { ...settings, oidcProviderArn: settings.oidcProviderArn ?? findGithubOidcProvider(settings.issuer) },
  { providers: { "aws-native": cloudControl } },
);

export const {
  domainName,
  domainOwner,
  domainArn,
  repositoryName,
  repositoryArn,
  repositoryEndpoint,
  publisherRoleArns,
  readerRoleArns,
  inspectorRoleArns,
  maintainerRoleArns,
  readerPolicyArn,
  packageGroups,
  clientSettings,
} = registry;
