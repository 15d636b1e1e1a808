import { expect } from "chai";
import type { ReachAccount } from "../../../iam/reach/account";
import { waysOf } from "../../../iam/reach/contexts";
import { Gains } from "../../../iam/reach/facts";
import { pathTo, reach } from "../../../iam/reach/search";
import { kindOf, targetsOf } from "../../../iam/reach/targets";
import { World } from "../../../iam/reach/world";
import {
  accountId,
  accountOf,
  allowing,
  documentOf,
  iam,
  identity,
  type Parts,
  trusting,
} from "../../support/reachAccounts";

const place = `arn:aws:lambda:us-east-1:${accountId}`;
const [users, posts] = [`${place}:function:users`, `${place}:function:posts`];
const [shared, secret] = [`${place}:layer:shared`, `${place}:layer:secret`];
const foreign = "arn:aws:lambda:us-east-1:999999999999:layer:outside:1";
const runs = identity("role/runs-users", allowing("dynamodb:*"), {
  trust: trusting({ Service: "lambda.amazonaws.com" }),
});
const strong = identity("role/strong", allowing("*"), { trust: trusting({ Service: "lambda.amazonaws.com" }) });
const principal = iam("role/actor");

/** An account with two functions and two layers, whose actor has these rights. */
function accountWith(...statements: readonly Parts[]): ReachAccount {
  return accountOf([identity("role/actor", documentOf(...statements)), runs, strong], {
    workloads: [users, posts].map((arn) => ({
      ...{ arn, changedBy: "lambda:UpdateFunctionCode" },
      roleArn: arn === users ? runs.arn : iam("role/runs-posts"),
    })),
    layers: [shared, secret],
  });
}

const allow = (actions: string | readonly string[], resource: string | readonly string[] = "*", condition?: Parts) => ({
  ...{ Effect: "Allow", Action: actions, Resource: resource },
  ...(condition === undefined ? {} : { Condition: condition }),
});
const only = (...layers: readonly string[]) => ({ "ForAllValues:StringLike": { "lambda:Layer": layers } });
const configure = (condition?: Parts) => allow("lambda:UpdateFunctionConfiguration", users, condition);

/** Roles that the actor comes to act as, with the actions on the way. */
function acts(...statements: readonly Parts[]): Readonly<Record<string, readonly string[]>> {
  const gains = reach(accountWith(...statements), { principal });
  const entries = gains
    .of("acts")
    .flatMap((fact): (readonly [string, readonly string[]])[] =>
      fact.as === principal
        ? []
        : [[fact.as.split("/")[1]!, pathTo(gains, fact).flatMap(({ request }) => request?.action ?? [])]],
    );
  return Object.fromEntries(entries);
}

describe("the search in an account with Lambda functions", () => {
  it("runs code as the role of a function whose code it changes, and of no other", () => {
    expect(acts(allow("lambda:UpdateFunctionCode", users))).to.deep.equal({
      "runs-users": ["lambda:UpdateFunctionCode"],
    });
    expect(acts(allow(["lambda:UpdateAlias", "lambda:PublishVersion"], users))).to.deep.equal({});
  });

  it("runs code as the role of a function that it gives a layer of its own", () => {
    const way = { "runs-users": ["lambda:UpdateFunctionConfiguration"] };

    expect(acts(configure())).to.deep.equal(way);
    expect(acts(configure(only(`${shared}:*`)))).to.deep.equal({});
    expect(acts(configure(only("arn:aws:lambda:*:999999999999:layer:*")))).to.deep.equal(way);
    expect(acts(configure(only(`${shared}:*`)), allow("lambda:PublishLayerVersion", shared))).to.deep.equal(way);
    expect(acts(configure(only(`${shared}:*`)), allow("lambda:PublishLayerVersion", secret))).to.deep.equal({});
  });

  it("passes a role to a function that is there, if that trusts Lambda and the function can be changed", () => {
    const pass = (role: string) => allow("iam:PassRole", iam(`role/${role}`));
    const closed = configure(only(`${shared}:*`));

    expect(acts(closed, pass("strong")).strong).to.deep.equal(["iam:PassRole"]);
    expect(acts(pass("strong"))).to.deep.equal({});
    expect(acts(closed, pass("actor"))).to.deep.equal({});
    expect(
      acts(
        closed,
        allow("iam:PassRole", iam("role/strong"), { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } }),
      ),
    ).to.deep.equal({});
  });

  it("tells what was attached: a layer of this account, of another, or none", () => {
    const did = (condition?: Parts) =>
      reach(accountWith(configure(condition)), { principal })
        .of("did")
        .flatMap(({ action, how }) => (action === "lambda:UpdateFunctionConfiguration" ? [how] : []));

    expect(did()).to.deep.equal([undefined, `with ${shared}:1`, `with ${secret}:1`, `with ${foreign}`]);
    expect(did(only(`${shared}:*`))).to.deep.equal([undefined, `with ${shared}:1`]);
    expect(did({ Null: { "lambda:Layer": "false" } })).to.deep.equal([
      `with ${shared}:1`,
      `with ${secret}:1`,
      `with ${foreign}`,
    ]);
  });

  it("takes the account's own objects in S3 for the account's, by a condition too", () => {
    const object = "arn:aws:s3:::zips/lambda-layers/a";
    const puts = (owner: string) =>
      reach(accountWith(allow("s3:PutObject", object, { StringEquals: { "aws:ResourceAccount": owner } })), {
        principal,
      })
        .of("did")
        .map(({ resource }) => resource);

    expect(puts(accountId)).to.deep.equal([object]);
    expect(puts("999999999999")).to.deep.equal([]);
  });

  for (const [arn, kind] of [
    [users, "function"],
    [`${users}:live`, "function alias"],
    [`${users}:1/durable-execution/a/b`, "durable execution"],
    [shared, "layer"],
    [`${shared}:1`, "layerVersion"],
    [`${place}:event-source-mapping:a`, "eventSourceMapping"],
    [`${place}:code-signing-config:a`, "code signing config"],
    [`${place}:capacity-provider:a`, "capacityProvider"],
    [`${place}:microvm-image:a`, "microvmImage"],
    [`${place}:network-connector:a`, "networkConnector"],
    [`${place}:other:a`, undefined],
  ] as const) {
    it(`takes ${arn} for ${kind ?? "nothing that it knows"}`, () => {
      expect(kindOf(arn)).to.equal(kind);
    });
  }

  it("tries an action on what the account has, on what a document names, and on something else", () => {
    const world = new World(accountWith(allow("lambda:*", [`${place}:function:named-*`, `${shared}:*`])), new Gains());

    expect(targetsOf(world, principal, "function")).to.have.members([
      users,
      posts,
      `${place}:function:named-new`,
      `${place}:function:elsewhere`,
    ]);
    expect(targetsOf(world, principal, "layerVersion")).to.have.members([
      `${shared}:1`,
      `${secret}:1`,
      `${shared}:new`,
      `${place}:layer:elsewhere:1`,
    ]);
    expect(targetsOf(world, principal, "function alias")).to.deep.equal([`${place}:function:elsewhere:live`]);
  });

  it("asks for nothing of a layer in any other action", () => {
    const world = new World(accountWith(allow("lambda:*")), new Gains());

    expect(waysOf(world, principal, "lambda:UpdateFunctionCode", users)).to.have.length(1);
    expect(waysOf(world, principal, "lambda:UpdateFunctionConfiguration", users)).to.have.length(4);
  });
});
