import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { expect } from "chai";
import { measureRequests } from "../../../commands/cost/measure";
import { cloudTrail } from "../../../sandbox/cloudtrail/api";
import { jsonRoutes } from "../../../sandbox/core/awsJson";
import { type DeployedSandbox, deploySandbox } from "../../support/sandbox/servedSandbox";

const dayMs = 86_400_000;

describe("the requests of a month", () => {
  let deployed: DeployedSandbox;
  let endpoint: string;

  beforeEach(async () => {
    deployed = await deploySandbox();
    endpoint = await deployed.serve(jsonRoutes(deployed.context, [cloudTrail]));
  });

  afterEach(() => deployed.close());

  const domain = "orb-integration-hub-dev";
  /** @param days - how long ago */
  const record = (days: number, input: object, count: number, service = "codeartifact") => {
    const { account, sts } = deployed.context;
    deployed.clock.aheadBy = -days * dayMs;
    const call = { service, operation: "ReadFromRepository", caller: sts.administrator(), input };
    for (let made = 0; made < count; made++) {
      account.cloudTrail.add({ ...call, origin: { sourceIp: "127.0.0.1" } });
    }
    deployed.clock.aheadBy = 0;
  };
  /** @param age - of the domain, in days */
  const measured = async (age: number) => {
    const { accessKeyId, secretAccessKey, sessionToken } = deployed.administrator();
    const now = new Date();
    const client = new CloudTrailClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
    try {
      return await measureRequests(client, domain, new Date(now.getTime() - age * dayMs), now);
    } finally {
      client.destroy();
    }
  };

  it("are those of the last seven days, at the same rate for 30", async () => {
    record(8, { domainName: domain }, 500);
    record(6, { domainName: domain }, 70);

    expect(await measured(90)).to.deep.equal({
      value: 300,
      from: "70 of the domain in CloudTrail's event history, in 7 days, for 30 days",
    });
  });

  it("are the domain's own, from the API as from package managers, of CodeArtifact alone", async () => {
    record(1, { domain }, 3);
    record(1, { domainName: domain }, 4);
    record(1, { domain: "another" }, 5);
    record(1, { domainName: "another" }, 5);
    record(1, {}, 5);
    record(1, { domain }, 5, "kms");

    expect((await measured(90)).from).to.match(/^7 of the domain /);
  });

  it("are counted for as long as the domain exists, and for a day at least", async () => {
    record(1.9, { domainName: domain }, 20);

    expect(await measured(2)).to.deep.include({ value: 300 });
    expect((await measured(2)).from).to.match(/ in 2 days,/);
    record(0.05, { domainName: domain }, 7);
    expect(await measured(0.1)).to.deep.include({ value: 210 });
    expect((await measured(0.1)).from).to.match(/ in 1 day,/);
  });

  it("are counted in the latest 2,000 events of the account, for the time that these cover", async () => {
    record(6, { domainName: domain }, 500);
    record(4, { domainName: "another" }, 1500);
    record(1, { domainName: domain }, 1000);

    const { value, from } = await measured(90);
    // An event's time is to the second.
    expect(value).to.be.within(7498, 7500);
    expect(from).to.equal("1,000 of the domain in CloudTrail's event history, in 4 days, for 30 days");
  });
});
