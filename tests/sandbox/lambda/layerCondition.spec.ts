import { expect } from "chai";
import { functionRole } from "../../support/sandbox/lambdaSandbox";
import { type ServedLambda, serveLambda } from "../../support/sandbox/servedLambda";

const place = "arn:aws:lambda:us-east-1:123456789012";
const own = `${place}:layer:shared:1`;
const other = `${place}:layer:other:1`;
const foreign = "arn:aws:lambda:us-east-1:210987654321:layer:shared:1";

describe("what a caller needs to change a function", () => {
  let lambda: ServedLambda;
  const allow = (actions: string | readonly string[], resource: string, condition?: object) => ({
    ...{ Effect: "Allow", Action: actions, Resource: resource },
    ...(condition === undefined ? {} : { Condition: condition }),
  });
  const onlyShared = { "ForAllValues:StringLike": { "lambda:Layer": `${place}:layer:shared:*` } };
  const updating = (condition?: object) =>
    allow("lambda:UpdateFunctionConfiguration", `${place}:function:users`, condition);
  const reading = allow("lambda:GetLayerVersion", "*");
  /** How an update ends for a role with these permissions. */
  const update = async (change: object, ...statements: readonly object[]) => {
    await lambda.send("GetFunction", { FunctionName: "users" });
    const ended = await lambda.ended(
      "UpdateFunctionConfiguration",
      { FunctionName: "users", ...change },
      lambda.roleWith(...statements),
    );
    return ended === "answered" ? ended : /^(\w+) .*?(?:perform: (\S+)|$)/.exec(ended)!.slice(1).join(" ");
  };

  before(async () => {
    lambda = await serveLambda();
    await lambda.addFunctions("users", "posts");
    lambda.addLayer("shared");
    lambda.addLayer("other");
  });
  after(() => lambda.close());

  it("is a condition on lambda:Layer that all layers of the request meet", async () => {
    const denied = "AccessDeniedException lambda:UpdateFunctionConfiguration";

    expect(await update({ Layers: [own] }, updating(onlyShared), reading)).to.equal("answered");
    expect(await update({ Layers: [other] }, updating(onlyShared), reading)).to.equal(denied);
    expect(await update({ Layers: [own, other] }, updating(onlyShared), reading)).to.equal(denied);
    expect(await update({ Layers: [foreign] }, updating(onlyShared), reading)).to.equal(denied);
    expect(await update({ Layers: [own, other] }, updating(), reading)).to.equal("answered");
  });

  it("is met by a request that names no layer", async () => {
    const isThere = { Null: { "lambda:Layer": "false" } };

    expect(await update({ Timeout: 5 }, updating(onlyShared))).to.equal("answered");
    expect(await update({ Layers: [] }, updating(onlyShared))).to.equal("answered");
    expect(await update({ Timeout: 5 }, updating(isThere))).to.match(/^AccessDenied/);
    expect(await update({ Layers: [own] }, updating(isThere), reading)).to.equal("answered");
  });

  it("is the right to read each layer", async () => {
    const readOwn = allow("lambda:GetLayerVersion", own);

    expect(await update({ Layers: [own] }, updating(), readOwn)).to.equal("answered");
    expect(await update({ Layers: [own, other] }, updating(), readOwn)).to.equal(
      "AccessDeniedException lambda:GetLayerVersion",
    );
    // The layer's own policy would have to allow it, whatever the caller's policies say.
    expect(await update({ Layers: [foreign] }, updating(), reading)).to.equal(
      "AccessDeniedException lambda:GetLayerVersion",
    );
  });

  it("is the right to pass a role that it sets", async () => {
    const passing = (service: string) =>
      allow("iam:PassRole", functionRole, { StringEquals: { "iam:PassedToService": service } });

    expect(await update({ Role: functionRole }, updating())).to.equal("AccessDeniedException iam:PassRole");
    expect(await update({ Role: functionRole }, updating(), passing("ecs.amazonaws.com"))).to.equal(
      "AccessDeniedException iam:PassRole",
    );
    expect(await update({ Role: functionRole }, updating(), passing("lambda.amazonaws.com"))).to.equal("answered");
  });

  it("is the right to read a zip file in S3", async () => {
    const { s3 } = lambda.context.account;
    s3.createBucket("zips");
    s3.putObject("zips", "code.zip", lambda.code.bytes);
    const code = allow("lambda:UpdateFunctionCode", `${place}:function:posts`);
    const objects = allow("s3:GetObject", "arn:aws:s3:::zips/*", {
      StringEquals: { "aws:ResourceAccount": "123456789012" },
    });
    const ended = async (key: string, ...statements: readonly object[]) => {
      await lambda.send("GetFunction", { FunctionName: "posts" });
      const input = { FunctionName: "posts", S3Bucket: "zips", S3Key: key };
      return lambda.ended("UpdateFunctionCode", input, lambda.roleWith(...statements));
    };

    expect(await ended("code.zip", code, objects)).to.equal("answered");
    expect(await ended("code.zip", code)).to.match(
      /^AccessDeniedException 403: Your access has been denied by S3, .* GetObject for zips\/code\.zip\. S3 Error Code: AccessDenied/,
    );
    expect(await ended("none.zip", code, objects)).to.match(/^AccessDeniedException 403/);
    expect(await ended("none.zip", code, objects, allow("s3:ListBucket", "arn:aws:s3:::zips"))).to.equal(
      "InvalidParameterValueException 400: Error occurred while GetObject. S3 Error Code: NoSuchKey. " +
        "S3 Error Message: The specified key does not exist.",
    );
  });
});
