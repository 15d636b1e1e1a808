import { expect } from "chai";
import { jsonRoutes } from "../../../sandbox/core/awsJson";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { kms } from "../../../sandbox/kms/api/api";
import { sts } from "../../../sandbox/sts/api";
import type { Session } from "../../../sandbox/sts/sts";
import { assumedSession } from "../../support/sandbox/assumedSession";
import { bareSandbox, send, type Served } from "../../support/sandbox/identities";
import { sign } from "../../support/sandbox/signing";

describe("the protocols awsJson1.0 and awsJson1.1", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  let served: Served;

  before(async () => {
    clock.now = new Date();
    served = await bare.serve(queryRoutes(context, [sts]), jsonRoutes(context, [kms]));
  });
  after(() => served.close());

  /** Status, type and body of the answer. */
  const ask = async (
    operation: string,
    body: string,
    { session = context.sts.administrator() }: { readonly session?: Session } = {},
  ) => {
    const request = {
      method: "POST",
      headers: {
        host: served.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": operation,
      },
      body,
    };
    const answer = await send(served, await sign(request, { session, date: clock.now, service: "kms" }));
    return { status: answer.status, type: answer.headers["content-type"], body: JSON.parse(answer.text) as unknown };
  };

  it("answers at POST / beside the query protocol, and gives each request to its own", async () => {
    const { status, type, body } = await ask("TrentService.ListKeys", "{}");
    const query = await send(served, {
      method: "POST",
      headers: { host: served.host, "content-type": "application/x-www-form-urlencoded" },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });

    expect({ status, type }).to.deep.equal({ status: 200, type: "application/x-amz-json-1.1" });
    expect(body).to.deep.include({ Truncated: false });
    expect(query.text).to.include("<Code>MissingAuthenticationToken</Code>");
  });

  it("answers UnknownOperationException for another service, another operation and no operation", async () => {
    for (const target of ["DynamoDB_20120810.ListTables", "TrentService.Play", ""]) {
      const { status, body } = await ask(target, "{}");

      expect({ status, type: (body as { __type: string }).__type }).to.deep.equal({
        status: 400,
        type: "UnknownOperationException",
      });
    }
  });

  it("rejects a body that is not JSON, a member of another type, and one that is missing", async () => {
    const typeOf = async (body: string) => {
      const answer = await ask("TrentService.DescribeKey", body);
      return [answer.status, (answer.body as { __type: string }).__type];
    };

    expect(await typeOf("{")).to.deep.equal([400, "SerializationException"]);
    expect(await typeOf('{"KeyId":1}')).to.deep.equal([400, "SerializationException"]);
    expect(await typeOf("{}")).to.deep.equal([400, "ValidationException"]);
    expect(await typeOf('{"KeyId":"none","Other":1}')).to.deep.equal([400, "NotFoundException"]);
  });

  it("answers 400 with the service's own code for a signature that is missing or wrong, and for a denied request", async () => {
    const unsigned = await send(served, {
      method: "POST",
      headers: {
        host: served.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "TrentService.ListKeys",
      },
      body: "{}",
    });
    const session = context.sts.administrator();
    const wrong = await ask("TrentService.ListKeys", "{}", { session: { ...session, secretAccessKey: "other" } });
    const denied = await ask("TrentService.ListKeys", "{}", { session: assumedSession(context, "powerless", []) });

    expect(unsigned.status).to.equal(400);
    expect(unsigned.headers["x-amzn-errortype"]).to.equal("MissingAuthenticationTokenException");
    expect(JSON.parse(unsigned.text)).to.deep.equal({
      __type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
    expect([wrong.status, (wrong.body as { __type: string }).__type]).to.deep.equal([400, "InvalidSignatureException"]);
    expect([denied.status, (denied.body as { __type: string }).__type]).to.deep.equal([400, "AccessDeniedException"]);
  });
});
