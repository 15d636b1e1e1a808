import { createHash } from "node:crypto";
import { expect } from "chai";
import { runBoto3 } from "../support/clients/boto3";
import { describeClient } from "../support/clients/describeClient";
import { commonWheel, publishDirectly } from "../support/clients/registry";

const script = `
domain = sys.argv[1]
client = boto3.client("codeartifact")
where = dict(domain=domain, repository="python-packages", format="pypi")
one = dict(where, package="orb-common", packageVersion="1.0.0")
print(json.dumps({
    "token": outcome(lambda: client.get_authorization_token(domain=domain, durationSeconds=900), lambda got: got["expiration"].tzinfo is not None),
    "longToken": outcome(lambda: client.get_authorization_token(domain=domain), lambda got: "a token"),
    "endpoint": outcome(lambda: client.get_repository_endpoint(**where), lambda got: got["repositoryEndpoint"]),
    "hashes": outcome(lambda: client.list_package_version_assets(**one), lambda got: [asset["hashes"]["SHA-256"] for asset in got["assets"]]),
    "otherPackage": outcome(lambda: client.list_package_version_assets(**dict(one, package="orb-other")), lambda got: got),
    "noVersion": outcome(lambda: client.describe_package_version(**dict(one, packageVersion="9.9.9")), lambda got: got),
    "otherRepository": outcome(lambda: client.copy_package_versions(domain=domain, sourceRepository="python-packages", destinationRepository="pypi-store", format="pypi", package="orb-common", versions=["1.0.0"]), lambda got: got),
}))
`;
import { withVersion } from "../support/clients/tools";

describeClient(withVersion("boto3"), (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
  });

  it("gets what the publisher may have, and AWS's typed errors for the rest", async () => {
    const { bytes } = await commonWheel();
    const { registry } = given;

    expect(await runBoto3(given, registry.publisher.session, script, registry.context.domain)).to.deep.equal({
      token: true,
      longToken: ["AccessDeniedException", "AccessDeniedException", 403],
      endpoint: given.registry.uploadUrl(),
      hashes: [createHash("sha256").update(bytes).digest("hex")],
      otherPackage: ["AccessDeniedException", "AccessDeniedException", 403],
      noVersion: ["ResourceNotFoundException", "ResourceNotFoundException", 404],
      otherRepository: ["AccessDeniedException", "AccessDeniedException", 403],
    });
  });
});
