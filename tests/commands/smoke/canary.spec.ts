import { expect } from "chai";
import { type CanaryNames, canaryNames } from "../../../commands/smoke/canary";
import { askingPolicy, publishingPolicy } from "../../../commands/smoke/permissions";
import { registryArns } from "../../../iam/arns";
import type { PolicyDocument } from "../../../iam/documents";
import { repositoryName } from "../../../naming/registryNames";
import { accountId, asked, sessionWith, type Standing, withStanding } from "../../support/commands/deployedRegistry";
import { runCommand } from "../../support/commands/processes";

const domain = "orb-integration-hub-dev";
const names: CanaryNames = {
  canary: "orb-smoke-canary",
  other: "orb-smoke-other",
  outside: "package-registry-smoke-canary",
};
const arns = registryArns({ region: "us-east-1", accountId }, domain, repositoryName);
const policy: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [...askingPolicy().Statement, ...publishingPolicy(arns, 3600, names).Statement],
};

function publish(standing: Standing, document?: PolicyDocument) {
  const session = document === undefined ? undefined : sessionWith(standing, document);
  return runCommand("smoke", ["--publish"], {
    directory: standing.directory,
    environment: { ...standing.environment(session), AWS_EC2_METADATA_DISABLED: "true" },
  });
}

/** What the registry holds. */
function held({ sandbox: { context } }: Standing): readonly string[] {
  return context.packages.store.list({ domain, repository: repositoryName }).map(({ name }) => name);
}

/** The lines about the canary, with N for its version. */
function canaryLines(stdout: string): readonly string[] {
  const lines = stdout.replaceAll(/0\.0\.\d{10}/g, "N").split("\n");
  const start = lines.findIndex((line) => line.startsWith("Canary "));
  return lines.slice(start, -2);
}

describe("smoke --publish", () => {
  it("publishes a canary, installs it, sees three rejections, and removes it, with no more than its policy", () =>
    withStanding({}, async (standing) => {
      const { exitCode, stdout, stderr } = await publish(standing, policy);

      expect(exitCode, stdout + stderr).to.equal(0);
      expect(canaryLines(stdout)[0]).to.match(/^Canary orb-smoke-canary N, by twine \S+ and pip \S+:$/);
      expect(canaryLines(stdout).slice(1)).to.deep.equal([
        "  200  publish orb-smoke-canary N",
        "  orb-smoke-canary N  install orb-smoke-canary N",
        "  409  publish orb-smoke-canary N again, with other bytes",
        "  403  publish orb-smoke-other, without the right to it",
        "  403  publish package-registry-smoke-canary, which is not private",
        "  removed  remove orb-smoke-canary",
        "  not found  install orb-smoke-canary N once it is removed",
      ]);
      expect(held(standing)).to.deep.equal([]);
      const used = new Set(asked(standing));
      const granted = policy.Statement.flatMap(({ Action }) => Action ?? []);
      // The sandbox logs a token by its one action on the domain.
      const unlogged = ["sts:GetServiceBearerToken"];
      expect(granted.filter((action) => !used.has(action) && !unlogged.includes(action))).to.deep.equal([]);
    }));

  it("ends with 1 for an identity that may publish more than the canary, and removes what it should not have published", () =>
    withStanding({}, async (standing) => {
      const { exitCode, stdout, stderr } = await publish(standing);

      expect(exitCode, stderr).to.equal(1);
      expect(canaryLines(stdout)).to.include.members([
        "  200, expected 403  publish orb-smoke-other, without the right to it: OK",
        "  removed  remove orb-smoke-other",
      ]);
      expect(stdout).to.include("dev: AWS differs.");
      expect(held(standing)).to.deep.equal([]);
    }));

  it("ends with 1, and says what AWS answers, where the canary cannot be removed", () =>
    withStanding({}, async (standing) => {
      const without = JSON.parse(
        JSON.stringify(policy).replace("codeartifact:DeletePackage", "codeartifact:None"),
      ) as PolicyDocument;
      const { exitCode, stdout } = await publish(standing, without);

      expect(exitCode).to.equal(1);
      expect(stdout).to.match(
        / {2}AccessDeniedException, expected removed {2}remove orb-smoke-canary: User: .* is not authorized/,
      );
    }));

  it("could not publish where every private name is exact, says so before it asks anything, and ends with 2", () =>
    withStanding({ settings: { origins: { private: ["orb-common$", "orb-models$"] } } }, async (standing) => {
      const { exitCode, stderr } = await publish(standing);

      expect(exitCode).to.equal(2);
      expect(stderr).to.include("error: Could not publish a canary: origins.private has exact names alone");
      expect(asked(standing)).to.deep.equal([]);
    }));

  it("could not publish where the stack is not deployed, and ends with 2", () =>
    withStanding({ changed: { projectId: "other" } }, async (standing) => {
      const { exitCode, stderr } = await publish(standing);

      expect(exitCode).to.equal(2);
      expect(stderr).to.match(/error: Could not look: registry orb-other-dev: ResourceNotFoundException/);
    }));
});

describe("the names of a canary", () => {
  const origins = (...patterns: readonly (readonly [string, "exact" | "prefix"])[]) => ({
    private: patterns.map(([name, match]) => ({ name, match })),
    public: [],
    blocked: [],
  });

  it("are under the first private prefix, and beside every name of the settings", () => {
    expect(canaryNames({ packages: [], origins: origins(["tool", "exact"], ["orb", "prefix"]) })).to.deep.equal(names);
    expect(
      canaryNames({ packages: ["orb-smoke-canary", "orb-smoke-other"], origins: origins(["orb", "prefix"]) }),
    ).to.deep.equal({ ...names, canary: "orb-smoke-canary-too", other: "orb-smoke-other-too" });
  });

  it("have one that no private prefix covers", () => {
    const { outside } = canaryNames({ packages: [], origins: origins(["package", "prefix"]) });
    expect(outside).to.equal("xpackage-registry-smoke-canary");
  });

  it("are missing where every private name is exact", () => {
    expect(() => canaryNames({ packages: ["tool"], origins: origins(["tool", "exact"]) })).to.throw(
      "origins.private has exact names alone",
    );
  });
});
