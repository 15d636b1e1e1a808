import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as z from "zod";
import { SettingErrors, SettingsError, shown, textOf } from "../../settings/errors";
import { errorOf, publisher } from "../support/configuration";

describe("the error about a stack's settings", () => {
  it("is one that the Pulumi CLI prints without a stack trace", () => {
    const error = errorOf({ customerId: undefined });
    expect(error).to.be.an.instanceOf(SettingsError);
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    expect(pulumi.RunError.isInstance(new Error("another"))).to.equal(false);
    expect(error.name).to.equal("SettingsError");
  });

  it("names the stack, and the files where its settings are", () => {
    expect(new SettingsError("prod", ["a: is wrong"]).message).to.equal(
      "1 setting is wrong in stack prod (Pulumi.prod.yaml, Pulumi.yaml):\n  a: is wrong",
    );
  });

  it("counts its lines, and holds them in their order", () => {
    expect(new SettingsError("dev", ["b: is wrong", "a: is wrong"]).message).to.equal(
      "2 settings are wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):\n  b: is wrong\n  a: is wrong",
    );
  });

  it("lists every error at once, in the order of reading", () => {
    const wrong = {
      tags: { Project: "x" },
      "aws:region": undefined,
      readerAccountIds: ["1"],
      readerOrganizationId: "acme",
      permissionsBoundary: "x",
      oidcProviderArn: "x",
      protect: "maybe",
      encryption: "own",
      sessionDuration: 1,
      tokenLifetime: 2,
      readers: "x",
      publishers: [
        { ...publisher, repository: "*", repositoryId: undefined, ownerId: 1.5, ref: "any", workflow: "any" },
      ],
      packages: ["orb-common", "Orb.Common"],
      origins: { private: ["orb~"], blocked: ["*"], public: ["requests"], other: 1 },
      publicPackages: "x",
      githubEnterprise: "a/b",
      projectId: "P",
      customerId: "",
      environment: "Test",
      unknown: 1,
    };
    expect(errorOf(wrong, "prod").message).to
      .equal(`23 settings are wrong in stack prod (Pulumi.prod.yaml, Pulumi.yaml):
  unknown: there is no such setting. Remove it, or use one of: customerId, projectId, environment, githubEnterprise, publicPackages, tokenLifetime, sessionDuration, encryption, readerOrganizationId, oidcProviderArn, permissionsBoundary, protect, adopt, packages, origins, publishers, readers, inspectors, maintainers, readerAccountIds, audit, tags
  environment: "Test" is not an environment's name. Use lower-case letters, digits and single hyphens, as in prod or prod-eu
  customerId: "" is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub
  projectId: "P" is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub
  githubEnterprise: "a/b" is not an enterprise's slug. Write the last part of its address on GitHub
  publicPackages: "x" is neither true nor false. Write one of the two
  origins.other: there is no such setting. Remove it, or use one of: private, public, blocked
  origins.blocked[0]: "*" is not a package's name. Use at most 255 letters, digits, and between them . _ -
  origins.public[0]: "requests" falls under no entry of origins.private, so it is public already. Remove it
  packages[1]: "Orb.Common" is the same package as packages[0], "orb-common". Remove one of the two
  publishers[0].repository: "*" is not one GitHub repository. Write owner/name in GitHub's own spelling, without a wildcard
  publishers[0].repositoryId: is missing. Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet
  publishers[0].ownerId: 1.5 is not a number that GitHub gives. Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet
  readers: "x" is not a list. List the jobs that read, or leave the setting out
  tokenLifetime: "2" is not a number of seconds from 900 to 43200. Write whole seconds, as in 3600
  sessionDuration: "1" is not a number of seconds from 3600 to 43200. Write whole seconds, as in 3600
  encryption: "own" is not a choice of key. Write aws-managed, create, or the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID
  readerOrganizationId: "acme" is not an organization's id. Read it with: aws organizations describe-organization --query Organization.Id
  readerAccountIds[0]: "1" is not an account's id. Write its 12 digits in quotation marks
  permissionsBoundary: "x" is not a policy's ARN. Write arn:aws:iam::ACCOUNT:policy/NAME
  protect: "maybe" is neither true nor false. Write one of the two
  tags.Project: is set by the program. Remove it
  aws:region: is missing. Write this line below config: in the stack file: aws:region: us-east-1`);
  });

  it("needs no more than nothing at all: every setting that must be given is named", () => {
    const nothing = Object.fromEntries(
      ["aws:region", "customerId", "projectId", "packages", "origins", "publishers"].map((key) => [key, undefined]),
    );
    expect(errorOf(nothing).message).to.equal(`6 settings are wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):
  customerId: is missing. Use lower-case letters, digits and single hyphens, as in integration-hub
  projectId: is missing. Use lower-case letters, digits and single hyphens, as in integration-hub
  origins: is missing. Say which names are private, as in: {private: ["orb~"]}
  packages: is missing. List the private packages, as in: - orb-common
  publishers: is missing. Add the job that publishes: see docs/settings.md
  aws:region: is missing. Write this line below config: in the stack file: aws:region: us-east-1`);
  });
});

describe("errors", () => {
  it("are empty before one is noted", () => {
    expect(new SettingErrors().lines).to.deep.equal([]);
  });

  it("return a placeholder where a value cannot be read", () => {
    const errors = new SettingErrors();
    const form = textOf(/^a$/, "is not a", "Write a");
    expect(errors.read("path", form, "a", "fallback")).to.equal("a");
    expect(errors.lines).to.deep.equal([]);
    expect(errors.read("path", form, "b", "fallback")).to.equal("fallback");
    expect(errors.read("path", form, undefined, "fallback")).to.equal("fallback");
    expect(errors.lines).to.deep.equal(['path: "b" is not a. Write a', "path: is missing. Write a"]);
  });

  it("return undefined where an optional value cannot be read, and note nothing where it is absent", () => {
    const errors = new SettingErrors();
    expect(errors.readOptional("path", z.string(), undefined)).to.equal(undefined);
    expect(errors.readOptional("path", z.string(), null)).to.equal(undefined);
    expect(errors.readOptional("path", z.string(), "a")).to.equal("a");
    expect(errors.lines).to.deep.equal([]);
    expect(errors.readOptional("path", textOf(/^a$/, "is not a", "Write a"), 5)).to.equal(undefined);
    expect(errors.lines).to.deep.equal(["path: 5 is not a. Write a"]);
  });

  it("say the first thing that a schema says about one value, and no more", () => {
    const errors = new SettingErrors();
    errors.read("path", z.string().min(9, "is short").regex(/^a/, "begins wrong"), "b", "");
    expect(errors.lines).to.deep.equal(["path: is short"]);
  });

  it("show a value as JSON, so that what cannot be seen is seen", () => {
    expect(shown('a\n"b"')).to.equal('"a\\n\\"b\\""');
    expect(shown([1, null])).to.equal("[1,null]");
  });
});
