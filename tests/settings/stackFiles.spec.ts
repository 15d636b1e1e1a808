import { expect } from "chai";
import { parse } from "yaml";
import { parseSettings } from "../../settings";
import { handedOn } from "../support/configuration";
import { exampleFile, stackFiles } from "../support/exampleProject";

function configurationIn(file: string): Record<string, unknown> {
  return (parse(exampleFile(file)) as { config: Record<string, unknown> }).config;
}

/** The settings of a stack of the example project: Pulumi.yaml's values, and over them its own. */
function settingsOf(stack: string) {
  const values = { ...configurationIn("Pulumi.yaml"), ...configurationIn(`Pulumi.${stack}.yaml`) };
  return parseSettings(handedOn(Object.entries(values)), stack, __dirname);
}

const repository = "orb-integration-hub/orb-integration-hub";

/** A job of the integration hub, whose ids are not known yet: it admits no one until they are filled in. */
function job(environment: string, ref: string, workflow: string) {
  return {
    repository,
    repositoryId: "0",
    ownerId: "0",
    subjectContext: `environment:${environment}`,
    ref,
    jobWorkflowRef: `${repository}/.github/workflows/${workflow}@${ref}`,
  };
}

/** What the three stacks share. */
function expected(environment: string) {
  return {
    environment,
    domain: `orb-integration-hub-${environment}`,
    packages: ["orb-common", "orb-models"],
    origins: { private: [{ name: "orb", match: "prefix" }], public: [], blocked: [] },
    issuer: "token.actions.githubusercontent.com",
    publicPackages: true,
    tokenLifetime: 3600,
    sessionDuration: 3600,
    encryption: "aws-managed",
    otherAccounts: undefined,
    oidcProviderArn: undefined,
    permissionsBoundary: undefined,
    inspectors: [],
    maintainers: [],
    tags: { Environment: environment, Project: "integration-hub", ManagedBy: "pulumi" },
    aws: { region: "us-east-1" },
  };
}

describe("the stack files of the example project", () => {
  const packages = ["orb-common", "orb-models"];

  it("are three", () => {
    expect(stackFiles).to.have.members(["Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml"]);
  });

  it("dev: published from develop, read by the layers and by the promotion to staging", () => {
    expect(settingsOf("dev")).to.deep.equal({
      ...expected("dev"),
      protect: false,
      audit: undefined,
      publishers: [{ job: job("dev", "refs/heads/develop", "deploy-packages.yml"), packages }],
      readers: [
        { name: "lambda-layers", job: job("dev", "refs/heads/develop", "deploy-lambda-layers.yml") },
        { name: "promotion", job: job("staging", "refs/heads/main", "deploy-packages.yml") },
      ],
    });
  });

  it("staging: published from main, read by the layers and by the promotion to prod", () => {
    expect(settingsOf("staging")).to.deep.equal({
      ...expected("staging"),
      protect: true,
      audit: { retentionDays: 365 },
      publishers: [{ job: job("staging", "refs/heads/main", "deploy-packages.yml"), packages }],
      readers: [
        { name: "lambda-layers", job: job("staging", "refs/heads/main", "deploy-lambda-layers.yml") },
        { name: "promotion", job: job("prod", "refs/heads/main", "deploy-packages.yml") },
      ],
    });
  });

  it("prod: published from main, read by the layers alone", () => {
    expect(settingsOf("prod")).to.deep.equal({
      ...expected("prod"),
      protect: true,
      audit: { retentionDays: 365 },
      publishers: [{ job: job("prod", "refs/heads/main", "deploy-packages.yml"), packages }],
      readers: [{ name: "lambda-layers", job: job("prod", "refs/heads/main", "deploy-lambda-layers.yml") }],
    });
  });

  it("the promotion that reads one environment is the job that publishes the next", () => {
    for (const [from, to] of [["dev", "staging"] as const, ["staging", "prod"] as const]) {
      const promotion = settingsOf(from).readers.find(({ name }) => name === "promotion");
      expect(promotion?.job).to.deep.equal(settingsOf(to).publishers[0]?.job);
    }
  });

  it("Pulumi.yaml holds the project's two names and no schema beside settings/index.ts", () => {
    expect(configurationIn("Pulumi.yaml")).to.deep.equal({
      "package-registry:customerId": "orb",
      "package-registry:projectId": "integration-hub",
    });
  });
});
