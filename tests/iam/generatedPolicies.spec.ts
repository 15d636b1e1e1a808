import { expect } from "chai";
import * as fc from "fast-check";
import { type AccessRequest, type ApplicablePolicies, type Decision, evaluate } from "../../iam/evaluate";
import { moments, naiveOutcome, type PlainPolicy, type PlainStatement } from "../support/iam/naiveEvaluation";

const own = "123456789012";
const other = "210987654321";
const role = `arn:aws:iam::${own}:role/ci/reader`;
const session = `arn:aws:sts::${own}:assumed-role/reader/job`;
const place = `arn:aws:codeartifact:us-east-1:${own}`;

const actions = ["codeartifact:ReadFromRepository", "codeartifact:DescribeRepository", "sts:GetServiceBearerToken"];
const actionPatterns = [...actions, "codeartifact:*", "codeartifact:read*", "CodeArtifact:Describe?epository", "sts:*"];
const alias = `arn:aws:lambda:us-east-1:${own}:function:orb:live`;
const resources = [`${place}:repository/orb/python`, `${place}:repository/orb/ann`, `${place}:domain/orb`, alias];
const resourcePatterns = [
  ...resources,
  "*",
  "arn:aws:codeartifact:*:*:*",
  `arn:aws:lambda:us-east-1:${own}:function:*`,
  `arn:aws:lambda:us-east-1:${own}:function:o*e`,
  `${place}:repository/orb/*`,
  `${place}:repository/orb/\${aws:username}`,
  `${place}:repository/orb/\${aws:PrincipalTag/team, 'python'}`,
  `arn:aws:codeartifact:us-*-1:${own}:domain/o?b`,
];
const texts = ["orb", "Orb", "ann", "a*n", "o?b"];
const textPatterns = [...texts, "o*", "*n", "${aws:username}", "${aws:PrincipalTag/team, 'orb'}", "a${*}n", "o${?}b"];
const arns = [role, `arn:aws:iam::${own}:role/ann`, `arn:aws:iam::${other}:role/ann`];
const arnPatterns = [...arns, "arn:aws:iam::*:role/*", `arn:aws:iam::${own}:role/\${aws:username}`, "arn:*:*:*:*:*"];
const addresses = ["10.1.2.3", "10.1.2.4", "203.0.113.9", "2001:db8::1", "2001:db8:1::9"];
const ranges = [...addresses, "10.0.0.0/8", "10.1.2.0/30", "0.0.0.0/0", "2001:db8::/32", "2001:db8:1::/48", "::/0"];
const numbers = ["0", "900", "900.0", "3600", "-1"];
const bytes = ["AAEC", "AAED", "AA=="];

const comparisons = (type: string, names: string) => names.split(" ").map((name) => `${type}${name}`);
const ordered = "Equals NotEquals LessThan LessThanEquals GreaterThan GreaterThanEquals";

/** Each key with values of requests, values of policies, and operators for them. */
const keys = [
  {
    names: ["aws:username", "aws:PrincipalTag/team", "AWS:UserName"],
    wanted: textPatterns,
    operators: comparisons("String", "Equals NotEquals EqualsIgnoreCase NotEqualsIgnoreCase Like NotLike"),
  },
  { names: ["aws:TagKeys"], wanted: textPatterns, operators: ["StringEquals", "StringNotEquals", "StringLike"] },
  {
    names: ["aws:PrincipalArn"],
    wanted: arnPatterns,
    operators: comparisons("Arn", "Equals NotEquals Like NotLike"),
  },
  { names: ["aws:SourceIp"], wanted: ranges, operators: ["IpAddress", "NotIpAddress"] },
  { names: ["aws:CurrentTime"], wanted: Object.keys(moments), operators: comparisons("Date", ordered) },
  { names: ["sts:DurationSeconds"], wanted: numbers, operators: comparisons("Numeric", ordered) },
  { names: ["aws:SecureTransport"], wanted: ["true", "false"], operators: ["Bool"] },
  { names: ["test:Bytes"], wanted: bytes, operators: ["BinaryEquals"] },
];

const some = (values: readonly string[], most = 2) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most });
const mostly = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 3, nil: undefined });
const anyCase = (text: string) => fc.constantFrom(text, text, text.toLowerCase(), text.toUpperCase());

const condition = fc.constantFrom(...keys).chain(({ names, wanted, operators }) =>
  fc.constantFrom(...names).chain((key) => {
    const isList = key === "aws:TagKeys";
    // IAM does not document ForAnyValue with IfExists, nor a key of several values without a quantifier.
    const forms = operators.flatMap((name) => [
      `ForAllValues:${name}`,
      `ForAnyValue:${name}`,
      ...(isList ? [] : [name, name, name, `${name}IfExists`]),
    ]);
    const compared = fc.tuple(fc.constantFrom(...forms).chain(anyCase), some(wanted, 3));
    const present = fc.tuple(anyCase("Null"), some(["true", "false"], 1));
    return fc
      .oneof({ weight: 6, arbitrary: compared }, { weight: 1, arbitrary: present })
      .map(([operator, values]) => ({ [operator]: { [key]: values } }));
  }),
);

function statement(hasPrincipal: boolean, effect: fc.Arbitrary<"Allow" | "Deny">): fc.Arbitrary<PlainStatement> {
  const named = some([own, `arn:aws:iam::${own}:root`, role, session, arns[2] ?? "", "*"], 2).map((AWS) => ({ AWS }));
  const federated = fc.constant({
    Federated: [`arn:aws:iam::${own}:oidc-provider/token.actions.githubusercontent.com`],
  });
  const principal = fc.oneof({ weight: 5, arbitrary: named }, { weight: 1, arbitrary: federated });
  return fc
    .tuple(
      effect,
      fc.oneof({ weight: 1, arbitrary: fc.constant("*" as const) }, { weight: 5, arbitrary: principal }),
      fc.tuple(fc.constantFrom("Action", "Action", "Action", "NotAction"), some([...actionPatterns, "*"], 3)),
      fc.tuple(fc.constantFrom("Resource", "Resource", "Resource", "NotResource"), some(resourcePatterns)),
      mostly(condition),
    )
    .map(([Effect, Principal, [action, patterns], [resource, places], Condition]) => ({
      Effect,
      ...(hasPrincipal ? { Principal } : {}),
      [action]: patterns,
      [resource]: places,
      ...(Condition === undefined ? {} : { Condition }),
    }));
}

const effects = fc.constantFrom<("Allow" | "Deny")[]>("Allow", "Allow", "Allow", "Deny");
const everything: PlainStatement = { Effect: "Allow", Action: ["*"], Resource: ["*"] };

function policy(hasPrincipal: boolean, versions: readonly string[], isWide = false): fc.Arbitrary<PlainPolicy> {
  return fc
    .tuple(
      fc.constantFrom(...versions),
      fc.array(statement(hasPrincipal, effects), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    )
    .map(([Version, statements, wide]) => ({
      Version,
      Statement: isWide && wide ? [...statements, everything] : statements,
    }));
}

/** A resource control policy: it denies all principals, and names the actions of services that support it. */
const guard: fc.Arbitrary<PlainPolicy> = fc
  .tuple(some(["codeartifact:*", "codeartifact:Read*", "sts:*"]), some(resourcePatterns), condition)
  .map(([Action, Resource, Condition]) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action, Resource, Condition }],
  }));

const named = (name: string, documents: readonly PlainPolicy[]) =>
  documents.map((document, index) => ({ name: `${name} ${index + 1}`, document }));
const both = ["2012-10-17", "2012-10-17", "2008-10-17"];
const current = ["2012-10-17"];

const policies: fc.Arbitrary<ApplicablePolicies> = fc
  .record({
    identity: fc.array(policy(false, both, true), { maxLength: 2 }),
    boundary: fc.option(policy(false, both, true), { freq: 2 }),
    session: fc.option(fc.array(policy(false, both, true), { minLength: 1, maxLength: 2 }), { freq: 1 }),
    resource: fc.array(policy(true, both), { maxLength: 2 }),
    levels: fc.option(fc.array(policy(false, current, true), { minLength: 1, maxLength: 2 }), { freq: 1 }),
    guards: fc.array(guard, { maxLength: 1 }),
    resourceAccount: fc.constantFrom(own, own, other),
  })
  .map(({ identity, boundary, session: limits, resource, levels, guards, resourceAccount }) => ({
    identity: named("identity policy", identity),
    resource: named("resource policy", resource),
    resourceAccount,
    resourceControl: [named("guard", guards)],
    ...(boundary === null ? {} : { boundary: { name: "boundary", document: boundary } }),
    ...(limits === null ? {} : { session: named("session policy", limits) }),
    ...(levels === null ? {} : { serviceControl: levels.map((level, index) => named(`level ${index}`, [level])) }),
  }));

const request: fc.Arbitrary<AccessRequest> = fc
  .record({
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
    context: fc.record(
      {
        "aws:username": fc.constantFrom(...texts),
        "aws:PrincipalTag/team": fc.constantFrom(...texts),
        "aws:TagKeys": some(texts, 3),
        "aws:PrincipalArn": fc.constantFrom(...arns),
        "aws:SourceIp": fc.constantFrom(...addresses),
        "aws:CurrentTime": fc.constantFrom(...Object.keys(moments)),
        "sts:DurationSeconds": fc.constantFrom(...numbers),
        "aws:SecureTransport": fc.constantFrom("true", "false"),
        "test:Bytes": fc.constantFrom(...bytes),
      },
      { requiredKeys: [] },
    ),
  })
  .map((asked) => ({ ...asked, caller: { kind: "role", arn: role, sessionName: "job" } }));

describe("the decision on generated policies", () => {
  it("is that of a second evaluation, written from the documentation alone, in 4,000 cases", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const counts = new Map<Decision["outcome"], number>();

    for (const [asked, given] of fc.sample(fc.tuple(request, policies), { seed, numRuns: 4_000 })) {
      const { outcome, reason } = evaluate(asked, given);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);

      const context = () => `seed ${seed}: ${reason}\n${JSON.stringify({ asked, given }, undefined, 1)}`;
      const expected = naiveOutcome(asked, given);
      expect(outcome, outcome === expected ? "" : context()).to.equal(expected);
    }

    // Each outcome often enough to show something.
    for (const outcome of ["allowed", "explicitlyDenied", "implicitlyDenied"] as const) {
      expect(counts.get(outcome), `${outcome}, seed ${seed}`).to.be.greaterThan(300);
    }
  });
});
