import { GetPackageVersionReadmeCommand, ListPackageVersionDependenciesCommand } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { readRequirement } from "../../../../sandbox/codeartifact/packages/versionMetadata";
import { zip } from "../../../support/sandbox/archives";
import { answered, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

const name = "orb-common";
const readme = "# orb-common\n\nShared *models*.\n";
const requires = [
  "requests>=2.31,<3",
  'tomli (>=2.0) ; python_version < "3.11"',
  "Flask_SQLAlchemy[async] == 3.1.*",
  "urllib3 @ https://example.com/urllib3.whl",
  "six",
];

describe("what a version says of itself", () => {
  let api: ServedApi;
  const at = (packageVersion: string) =>
    ({ domain: api.domain, repository: "python-packages", format: "pypi", package: name, packageVersion }) as const;
  const client = () => api.client(api.administrator());
  const publish = async (version: string, body: string) => {
    const metadata = [
      "Metadata-Version: 2.1",
      "Name: orb-common",
      `Version: ${version}`,
      ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
      "",
      body,
    ].join("\n");
    const filename = `orb_common-${version}-py3-none-any.whl`;
    const bytes = await zip([`orb_common-${version}.dist-info/METADATA`, metadata]);
    await api.context.packages.publish({ domain: api.domain, repository: "python-packages" }, name, {
      filename,
      version,
      bytes,
    });
  };

  before(async () => {
    api = await serveApi();
    await publish("1.0.0", readme);
    await publish("2.0.0", "");
  });

  after(() => api.close());

  it("is its description, as the readme", async () => {
    const { versionRevision, ...answer } = await client().send(new GetPackageVersionReadmeCommand(at("1.0.0")));

    expect(versionRevision).to.match(/^[\w+/]{43}=$/);
    expect(answer).to.deep.include({ format: "pypi", package: name, version: "1.0.0", readme });
  });

  it("is an error where it has none, or is not there", async () => {
    expect(await answered(client().send(new GetPackageVersionReadmeCommand(at("2.0.0"))))).to.equal(
      "ResourceNotFoundException 404: orb-common 2.0.0 in 'python-packages' has no readme.",
    );
    expect(await answered(client().send(new GetPackageVersionReadmeCommand(at("3.0.0"))))).to.match(
      /^ResourceNotFoundException 404: /,
    );
  });

  it("is what it needs, each by its normal name with versions and marker", async () => {
    const { dependencies } = await client().send(new ListPackageVersionDependenciesCommand(at("1.0.0")));
    const dependencyType = "Requires-Dist";

    expect(dependencies).to.deep.equal([
      { package: "requests", dependencyType, versionRequirement: ">=2.31,<3" },
      { package: "tomli", dependencyType, versionRequirement: '>=2.0 ; python_version < "3.11"' },
      { package: "flask-sqlalchemy", dependencyType, versionRequirement: "== 3.1.*" },
      { package: "urllib3", dependencyType, versionRequirement: "@ https://example.com/urllib3.whl" },
      { package: "six", dependencyType },
    ]);
  });

  it("is denied to a caller who may only read packages", async () => {
    const reader = api.client(await api.reader());

    const answers = [
      await answered(reader.send(new GetPackageVersionReadmeCommand(at("1.0.0")))),
      await answered(reader.send(new ListPackageVersionDependenciesCommand(at("1.0.0")))),
    ];
    for (const answer of answers) {
      expect(answer).to.match(/^AccessDeniedException 403: /);
    }
  });

  it("has no requirement in a text that begins with no name", () => {
    expect([">=2", "", "-r other.txt"].map(readRequirement)).to.deep.equal([undefined, undefined, undefined]);
  });
});
