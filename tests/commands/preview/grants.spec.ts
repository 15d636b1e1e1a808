import { expect } from "chai";
import { type Grants, grantsOf, lifted, widened } from "../../../commands/preview/grants";
import type { StackTable } from "../../../commands/preview/stackFacts";
import { lostPublishers, openedNames, widenedPermissions } from "../../../commands/preview/warnings";
import type { PolicyDocument } from "../../../iam/documents";

type Statement = Readonly<Record<string, unknown>>;

const document = (...statements: readonly Statement[]) =>
  ({ Version: "2012-10-17", Statement: statements }) as unknown as PolicyDocument;

const arn = (resource: string) => `arn:aws:codeartifact:us-east-1:123456789012:${resource}`;
const read = { Effect: "Allow", Action: "codeartifact:ReadFromRepository", Resource: arn("repository/orb/a") };
const when = (operator: string, ...values: readonly string[]) => ({
  ...read,
  Condition: { [operator]: { "aws:key": values } },
});
const shared = { ...read, Principal: { AWS: ["111122223333", "444455556666"] } };

function grants(kind: "identity" | "resource", ...statements: readonly Statement[]): Grants {
  return grantsOf([{ name: "policy", document: document(...statements) }], kind);
}

/** Two statements: the second allows more than the first, and the first not more than the second. */
const pairs: readonly (readonly [string, Statement, Statement])[] = [
  [
    "an action more",
    read,
    { ...read, Action: ["codeartifact:ReadFromRepository", "codeartifact:GetRepositoryEndpoint"] },
  ],
  ["all actions of a kind", read, { ...read, Action: "codeartifact:Read*" }],
  ["a resource more", read, { ...read, Resource: [arn("repository/orb/a"), arn("repository/orb/b")] }],
  ["all resources of a kind", read, { ...read, Resource: arn("repository/orb/*") }],
  ["a condition less", when("StringEquals", "a"), read],
  ["a value more", when("StringEquals", "a"), when("StringEquals", "a", "b")],
  ["a higher ceiling", when("NumericLessThanEquals", "3600"), when("NumericLessThanEquals", "43200")],
  ["a lower floor", when("NumericGreaterThanEquals", "900"), when("NumericGreaterThanEquals", "0")],
  ["an exception less", when("StringNotEquals", "a", "b"), when("StringNotEquals", "a")],
];

describe("what documents allow", () => {
  for (const [title, narrow, wide] of pairs) {
    it(`widens by ${title}, and not by its return`, () => {
      expect(widened(grants("identity", narrow), grants("identity", wide))).to.have.length(1);
      expect(widened(grants("identity", wide), grants("identity", narrow))).to.deep.equal([]);
    });
  }

  it("widens by a principal more, and by everyone, and not by their return", () => {
    const one = grants("resource", { ...shared, Principal: { AWS: "111122223333" } });
    const both = grants("resource", shared);
    const everyone = grants("resource", { ...shared, Principal: "*" });

    expect([widened(one, both).length, widened(both, everyone).length]).to.deep.equal([1, 1]);
    expect([widened(both, one), widened(everyone, both)]).to.deep.equal([[], []]);
  });

  it("is the same in one statement or in two, and in whichever document", () => {
    const [a, b] = ["a", "b"].map((name) => ({ ...read, Resource: arn(`repository/orb/${name}`) }));
    const together = grants("identity", { ...read, Resource: [arn("repository/orb/b"), arn("repository/orb/a")] });
    const apart = grantsOf(
      [a!, b!].map((statement, index) => ({ name: `policy ${index}`, document: document(statement) })),
      "identity",
    );

    expect([widened(together, apart), widened(apart, together)]).to.deep.equal([[], []]);
  });

  it("says nothing of what is said by exception, unless it is said in the same words", () => {
    const except = (name: string) => grants("identity", { Effect: "Allow", NotAction: `iam:${name}`, Resource: "*" });

    expect(widened(except("*"), except("*"))).to.deep.equal([]);
    expect(widened(except("*"), except("Get*"))).to.have.length(1);
    expect(widened(except("*"), grants("identity", read))).to.have.length(1);
  });

  it("widens too where a prohibition goes or changes, and not where it stays or comes", () => {
    const deny = { Effect: "Deny", Action: "codeartifact:*", Resource: "*" };
    const [none, some] = [grants("identity", read), grants("identity", read, deny)];
    const other = grants("identity", read, { ...deny, Action: "codeartifact:Delete*" });

    expect([lifted(some, none).length, lifted(some, other).length]).to.deep.equal([1, 1]);
    expect([lifted(some, some), lifted(none, some)]).to.deep.equal([[], []]);
    expect(widened(none, some)).to.deep.equal([]);
  });

  it("counts as wider where conditions cannot be compared", () => {
    const [equals, like] = ["StringEquals", "StringLike"].map((operator) => grants("identity", when(operator, "a*")));

    expect(widened(equals!, like!)).to.have.length(1);
    expect(widened(like!, equals!)).to.have.length(1);
  });

  it("is not guessed at where a document cannot be read", () => {
    const { allowed, unread } = grants("identity", {
      ...read,
      Condition: { DateLessThan: { "aws:CurrentTime": "x" } },
    });

    expect(allowed).to.deep.equal([]);
    expect(unread).to.have.length(1);
    expect(unread[0]).to.include('DateLessThan aws:CurrentTime "x" must be ');
  });
});

describe("a stack's table", () => {
  const role = "orb-dev-codeartifact-publisher";
  const publish = {
    Effect: "Allow",
    Action: "codeartifact:PublishPackageVersion",
    Resource: arn("package/orb/a/pypi//b"),
  };
  const trust = {
    Effect: "Allow",
    Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { "token.actions.githubusercontent.com:repository_id": "1" } },
  };
  const shut = {
    pattern: "/pypi//orb~",
    publish: ["a"],
    externalUpstream: "BLOCK",
    internalUpstream: "BLOCK",
  } as const;

  function table(permissions: readonly Statement[], changes: Partial<StackTable> = {}): StackTable {
    return {
      stack: "dev",
      domain: "orb",
      account: "123456789012",
      roles: [],
      sections: [],
      notes: [],
      mismatches: [],
      origins: [shut],
      documents: [
        { party: role, kind: "trust", name: "trust policy", document: document(trust) },
        { party: role, kind: "permissions", name: "permissions", document: document(...permissions) },
      ],
      ...changes,
    };
  }

  it("has lost its publishers where their job still gets in, and can publish nothing any more", () => {
    expect(lostPublishers(table([read, publish]), table([read]))).to.have.length(1);
    expect(lostPublishers(table([read, publish]), table([read, publish]))).to.deep.equal([]);
    expect(lostPublishers(table([read]), table([read]))).to.deep.equal([]);
  });

  it("opens a name by either way in from elsewhere, and not by another repository that it is published to", () => {
    const opened = (change: object) => openedNames(table([]), table([], { origins: [{ ...shut, ...change }] }));

    expect(opened({ internalUpstream: ["python-packages"] })).to.have.length(1);
    expect(opened({ externalUpstream: "ALLOW" })).to.have.length(1);
    expect(opened({ publish: ["a", "b"], externalUpstream: [] })).to.deep.equal([]);
  });

  it("opens a name where its group goes, since everything that no group holds back comes in", () => {
    expect(openedNames(table([]), table([], { origins: [] }))).to.have.length(1);
    expect(openedNames(table([], { origins: [] }), table([]))).to.deep.equal([]);
  });

  it("tells a prohibition that goes, and a document that cannot be judged", () => {
    const deny = { Sid: "Hold", Effect: "Deny", Action: "codeartifact:Delete*", Resource: "*" };
    const odd = { ...read, Condition: { DateLessThan: { "aws:CurrentTime": "x" } } };

    expect(widenedPermissions(table([publish, deny]), table([publish]))).to.deep.equal([
      `\`${role}\` **loses the prohibition** of \`statement "Hold" of permissions\``,
    ]);
    expect(widenedPermissions(table([publish]), table([publish, odd]))[0]).to.match(
      /^the permissions of `orb-dev-codeartifact-publisher` \*\*cannot be judged\*\*: `/,
    );
  });
});
