import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment, commonWheel, jobIdentity, publishDirectly } from "../support/clients/registry";
import type { ClientRun } from "../support/clients/person";
import { pinnedVersion } from "../support/clients/tools";

describeClient(`the AWS CLI ${pinnedVersion("awscli")}`, (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
  });

  const aws = (
    options: readonly string[],
    environment = awsEnvironment(given.registry, given.registry.publisher.session),
  ) => given.person.run("aws", ["codeartifact", ...options], environment);
  const domain = () => ["--domain", given.registry.context.domain];
  const repository = () => [...domain(), "--repository", "python-packages"];
  const onPackage = (name: string) => [...repository(), "--format", "pypi", "--package", name];
  const answered = ({ exitCode, text }: ClientRun): unknown => {
    expect(exitCode, text).to.equal(0);
    return JSON.parse(text);
  };

  it("mints a token of the life that the stack allows, and does not get the default of 12 hours and the session's rest", async () => {
    const mint = (...options: string[]) => aws(["get-authorization-token", ...domain(), ...options]);

    const { authorizationToken } = answered(await mint("--duration-seconds", "3600")) as { authorizationToken: string };
    const longer = await mint();
    const asSession = await mint("--duration-seconds", "0");

    expect(given.registry.context.tokens.find(authorizationToken)?.session.caller.arn).to.equal(
      given.registry.publisher.roleArn,
    );
    expect([longer.exitCode, asSession.exitCode]).to.deep.equal([255, 255]);
    expect(longer.text).to.include("An error occurred (AccessDeniedException)").and.to.include("sts:DurationSeconds");
    expect(asSession.text).to.include("An error occurred (AccessDeniedException)");
  });

  it("gets the address of the registry", async () => {
    const endpoint = await aws(["get-repository-endpoint", ...repository(), "--format", "pypi"]);

    expect(answered(endpoint)).to.deep.equal({ repositoryEndpoint: given.registry.uploadUrl() });
  });

  it("looks at the publisher's own package, and at no other", async () => {
    const own = await aws(["describe-package-version", ...onPackage("orb-common"), "--package-version", "1.0.0"]);
    const other = await aws(["describe-package-version", ...onPackage("orb-other"), "--package-version", "1.0.0"]);

    expect((answered(own) as { packageVersion: { status: string } }).packageVersion.status).to.equal("Published");
    expect(other.text).to.include("An error occurred (AccessDeniedException)");
  });

  it("lists packages for an administrator, and not for the publisher", async () => {
    const administrator = awsEnvironment(given.registry, given.registry.context.sts.administrator());

    const listed = await aws(["list-packages", ...repository()], administrator);
    const denied = await aws(["list-packages", ...repository()]);

    expect(
      (answered(listed) as { packages: readonly { package: string }[] }).packages.map((one) => one.package),
    ).to.deep.equal(["orb-common"]);
    expect(denied.text)
      .to.include("An error occurred (AccessDeniedException)")
      .and.to.include("codeartifact:ListPackages");
  });

  it("assumes the role by the job's own identity token, which another job's does not open", async () => {
    const { address, publisher, reader, context } = given.registry;
    const as = async (party: typeof publisher) => {
      const file = given.person.write("identity-token", await jobIdentity(given.registry, party));
      return given.person.run("aws", ["sts", "get-caller-identity"], {
        AWS_ENDPOINT_URL: address,
        AWS_DEFAULT_REGION: context.account.region,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_ROLE_ARN: publisher.roleArn,
        AWS_WEB_IDENTITY_TOKEN_FILE: file,
        AWS_ROLE_SESSION_NAME: "by-token",
      });
    };

    const own = answered(await as(publisher)) as { Arn: string };
    const foreign = await as(reader);

    expect(own.Arn).to.equal(
      `${publisher.roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/by-token`,
    );
    expect(foreign.text).to.include(
      "An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: " +
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
  });

  // It writes the token into files of the home, which is why nothing here recommends it.
  it("logs pip and twine in where the token's life is given, and not with its default", async () => {
    const login = (tool: string, ...options: string[]) =>
      aws(["login", "--tool", tool, ...repository(), ...options], {
        ...awsEnvironment(given.registry, given.registry.publisher.session),
        PIP_CONFIG_FILE: `${given.person.home}/pip.conf`,
      });

    const pip = await login("pip", "--duration-seconds", "3600");
    const twine = await login("twine", "--duration-seconds", "3600");
    const byDefault = await login("pip");
    const installed = await given.person.run("pip", ["download", "--no-deps", "--no-cache-dir", "orb-common"], {
      PIP_CONFIG_FILE: `${given.person.home}/pip.conf`,
    });

    expect(pip.text).to.include("Successfully configured pip to use AWS CodeArtifact repository");
    expect(twine.text).to.include("Successfully configured twine to use AWS CodeArtifact repository");
    expect(byDefault.text).to.include("An error occurred (AccessDeniedException)");
    expect(installed.exitCode, installed.text).to.equal(0);
  });
});
