import { choiceError } from "../core/constraints";
import { type PackageFormat } from "./names";

/** A public repository that a repository draws packages from. */
export interface ExternalConnection {
  readonly externalConnectionName: string;
  readonly packageFormat: PackageFormat;
  readonly status: "Available";
}

// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_AssociateExternalConnection.html
const formats: Readonly<Record<string, ExternalConnection["packageFormat"]>> = {
  "public:npmjs": "npm",
  "public:nuget-org": "nuget",
  "public:pypi": "pypi",
  "public:maven-central": "maven",
  "public:maven-googleandroid": "maven",
  "public:maven-gradleplugins": "maven",
  "public:maven-commonsware": "maven",
  "public:maven-clojars": "maven",
  "public:ruby-gems-org": "ruby",
  "public:crates-io": "cargo",
};

export function externalConnectionError(name: string): string | undefined {
  return choiceError("externalConnection", name, Object.keys(formats));
}

/** The connection of this name, or nothing where CodeArtifact offers none. */
export function externalConnection(name: string): ExternalConnection | undefined {
  const packageFormat = formats[name];

  return packageFormat && { externalConnectionName: name, packageFormat, status: "Available" };
}
