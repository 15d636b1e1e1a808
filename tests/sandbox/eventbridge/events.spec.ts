import {
  CopyPackageVersionsCommand,
  CreateRepositoryCommand,
  DeletePackageCommand,
  DeletePackageVersionsCommand,
  DisposePackageVersionsCommand,
  PutPackageOriginConfigurationCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import type { PackageVersionEvent } from "../../../sandbox/eventbridge/eventBridge";
import { wheel } from "../../support/sandbox/packages";
import { serveApi, type ServedApi } from "../../support/sandbox/servedApi";

const name = "orb-common";
const none = { assetsAdded: 0, assetsRemoved: 0, assetsUpdated: 0, metadataUpdated: false, statusChanged: false };

describe("the events of package versions", () => {
  let api: ServedApi;
  const place = () => ({ domain: api.domain, repository: "python-packages" });
  const pack = () => ({ ...place(), format: "pypi", package: name }) as const;

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  /** The events that some work causes. */
  async function caused(work: () => Promise<unknown>): Promise<readonly PackageVersionEvent[]> {
    const { eventBridge } = api.context.account;
    const before = eventBridge.events().length;
    await work();
    return eventBridge.events().slice(before);
  }

  /** What of an event differs from one change to the next. */
  const shown = ({ detail }: PackageVersionEvent) => [
    detail.operationType,
    detail.packageVersion,
    detail.packageVersionState,
    detail.changes,
  ];

  it("have the form that CodeArtifact documents", async () => {
    const [event, ...others] = await caused(() => api.context.packages.publish(place(), name, wheel(name, "1.0.0")));
    const { id, time, detail, ...envelope } = event!;
    const { packageVersionRevision, eventDeduplicationId, ...rest } = detail;

    expect(others).to.deep.equal([]);
    expect(envelope).to.deep.equal({
      version: "0",
      "detail-type": "CodeArtifact Package Version State Change",
      source: "aws.codeartifact",
      account: "123456789012",
      region: "us-east-1",
      resources: [`arn:aws:codeartifact:us-east-1:123456789012:package/${api.domain}/python-packages/pypi//${name}`],
    });
    expect(rest).to.deep.equal({
      domainName: api.domain,
      domainOwner: "123456789012",
      repositoryName: "python-packages",
      repositoryAdministrator: "123456789012",
      packageFormat: "pypi",
      packageNamespace: null,
      packageName: name,
      packageVersion: "1.0.0",
      packageVersionState: "Published",
      changes: { ...none, assetsAdded: 1, metadataUpdated: true, statusChanged: true },
      operationType: "Created",
      sequenceNumber: 1,
    });
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(packageVersionRevision).to.match(/^[\w+/]{43}=$/);
    expect(id).not.to.equal(eventDeduplicationId);
  });

  it("are sent for each change of a version, and for nothing else", async () => {
    const client = api.client(api.administrator());
    const version = (number: string) => ({ ...pack(), versions: [number] });

    expect(await caused(() => api.context.packages.publish(place(), name, wheel(name, "1.0.0")))).to.deep.equal([]);
    const restrictions = { publish: "ALLOW", upstream: "BLOCK" } as const;
    expect(
      await caused(() => client.send(new PutPackageOriginConfigurationCommand({ ...pack(), restrictions }))),
    ).to.deep.equal([]);
    const archived = new UpdatePackageVersionsStatusCommand({ ...version("1.0.0"), targetStatus: "Archived" });
    expect((await caused(() => client.send(archived))).map(shown)).to.deep.equal([
      ["Updated", "1.0.0", "Archived", { ...none, statusChanged: true }],
    ]);
    expect(await caused(() => client.send(archived))).to.deep.equal([]);
    expect(
      (await caused(() => client.send(new DisposePackageVersionsCommand(version("1.0.0"))))).map(shown),
    ).to.deep.equal([["Updated", "1.0.0", "Disposed", { ...none, assetsRemoved: 1, statusChanged: true }]]);
    expect(
      (await caused(() => client.send(new DeletePackageVersionsCommand(version("1.0.0"))))).map(shown),
    ).to.deep.equal([["Deleted", "1.0.0", "Disposed", { ...none, metadataUpdated: true, statusChanged: true }]]);
  });

  it("are sent for each version of a package that is copied or deleted, and count up for each package", async () => {
    const client = api.client(api.administrator());
    const numbers = ["2.0.0", "3.0.0"];
    await client.send(new CreateRepositoryCommand({ domain: api.domain, repository: "copies" }));
    for (const number of numbers) {
      await api.context.packages.publish(place(), name, wheel(name, number));
    }
    const copied = await caused(() =>
      client.send(
        new CopyPackageVersionsCommand({
          domain: api.domain,
          sourceRepository: "python-packages",
          destinationRepository: "copies",
          format: "pypi",
          package: name,
          versions: numbers,
        }),
      ),
    );
    const deleted = await caused(() => client.send(new DeletePackageCommand({ ...pack(), repository: "copies" })));

    expect(
      copied.map(({ detail: { repositoryName, operationType, packageVersion, sequenceNumber } }) => {
        return [repositoryName, operationType, packageVersion, sequenceNumber];
      }),
    ).to.deep.equal(numbers.map((number, index) => ["copies", "Created", number, index + 1]));
    expect(
      deleted.map(({ detail: { operationType, packageVersion, sequenceNumber } }) => {
        return [operationType, packageVersion, sequenceNumber];
      }),
    ).to.deep.equal(numbers.map((number, index) => ["Deleted", number, index + 3]));
  });
});
