import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { runBoto3 } from "../support/clients/boto3";
import { describeClient } from "../support/clients/describeClient";
import type { ClientRun } from "../support/clients/person";
import { awsEnvironment } from "../support/clients/registry";
import { pinnedVersion, withVersion } from "../support/clients/tools";

const program = readFileSync(join(__dirname, "cloudcontrol.py"), "utf8");

describeClient(`${withVersion("boto3")}, asking Cloud Control`, (given) => {
  it("makes, lists, changes and deletes each type, waits for it, and gets AWS's typed errors", async () => {
    expect(await runBoto3(given, given.registry.context.sts.administrator(), program)).to.deep.equal({
      found: { Domain: true, Repository: true, PackageGroup: true },
      changed: ["second", "second", [{ Key: "Team", Value: "acme" }]],
      errors: {
        again: ["FAILED", "AlreadyExists"],
        fullDomain: ["FAILED", "InvalidRequest"],
        type: ["TypeNotFoundException", 400],
        // Of no shape in the model of the service.
        property: ["ClientError", 400],
        pattern: ["NotUpdatableException", 400],
        patch: ["ClientError", 400],
        request: ["RequestTokenNotFoundException", 400],
        token: ["ClientTokenConflictException", 400],
        gone: ["Domain", "Repository", "PackageGroup"].map(() => ["ResourceNotFoundException", 400]),
        deleteAgain: ["FAILED", "NotFound"],
      },
    });
  });
});

describeClient(`the AWS CLI ${pinnedVersion("awscli")}, asking Cloud Control`, (given) => {
  const type = "AWS::CodeArtifact::Domain";
  const aws = (
    options: string,
    session = given.registry.context.sts.administrator(),
    ...more: readonly string[]
  ): Promise<ClientRun> =>
    given.person.run("aws", ["cloudcontrol", ...options.split(" "), ...more], {
      ...awsEnvironment(given.registry, session),
      AWS_MAX_ATTEMPTS: "1",
    });
  const errorOf = ({ exitCode, text }: ClientRun) => {
    expect(exitCode, text).not.to.equal(0);
    return text.slice(text.indexOf("An error occurred")).trim();
  };

  it("makes a domain as an administrator, and prints each error as the service words it", async () => {
    const { context } = given.registry;
    const arn = `arn:aws:codeartifact:${context.account.region}:${context.account.accountId}:domain/made-by-hand`;
    const made = await aws(`create-resource --type-name ${type} --desired-state {"DomainName":"made-by-hand"}`);
    expect(made.exitCode, made.text).to.equal(0);
    const { ProgressEvent: event } = JSON.parse(made.text) as { ProgressEvent: Record<string, string> };

    expect(event).to.include({ OperationStatus: "IN_PROGRESS", Operation: "CREATE", Identifier: arn, TypeName: type });
    const waited = await aws(`wait resource-request-success --request-token ${event.RequestToken}`);
    expect(waited.exitCode, waited.text).to.equal(0);
    const { exitCode, text } = await aws(`get-resource --type-name ${type} --identifier ${arn}`);
    expect(exitCode, text).to.equal(0);
    expect(errorOf(await aws(`get-resource --type-name ${type} --identifier ${arn}-2`))).to.match(
      new RegExp(
        "^An error occurred \\(ResourceNotFoundException\\) when calling the GetResource operation: " +
          `${type} Handler returned status FAILED: .*\\(HandlerErrorCode: NotFound, RequestToken: [\\da-f-]{36}\\)$`,
      ),
    );
    expect(errorOf(await aws("list-resources --type-name AWS::CodeArtifact::Nothing"))).to.equal(
      "An error occurred (TypeNotFoundException) when calling the ListResources operation: " +
        "The type 'AWS::CodeArtifact::Nothing' cannot be found.",
    );
    const patch = `update-resource --type-name ${type} --identifier ${arn} --patch-document`;
    const rename = JSON.stringify([{ op: "replace", path: "/DomainName", value: "other" }]);
    expect(errorOf(await aws(patch, undefined, rename))).to.equal(
      "An error occurred (NotUpdatableException) when calling the UpdateResource operation: " +
        "Invalid patch update: createOnlyProperties [/properties/DomainName] cannot be updated",
    );
  });

  it("makes, changes and deletes nothing as the publisher", async () => {
    const { context, publisher } = given.registry;
    const { arn } = context.account.codeartifact.domains.describe({ domain: context.domain });

    for (const [options, operation] of [
      [`create-resource --type-name ${type} --desired-state {"DomainName":"mine"}`, "CreateResource"],
      [`get-resource --type-name ${type} --identifier ${arn}`, "GetResource"],
      [`update-resource --type-name ${type} --identifier ${arn} --patch-document []`, "UpdateResource"],
      [`delete-resource --type-name ${type} --identifier ${arn}`, "DeleteResource"],
    ] as const) {
      expect(errorOf(await aws(options, publisher.session))).to.match(
        new RegExp(`^An error occurred \\(AccessDeniedException\\) when calling the ${operation} operation: User: `),
      );
    }
    expect(context.account.codeartifact.domains.find("mine")).to.equal(undefined);
  });
});
