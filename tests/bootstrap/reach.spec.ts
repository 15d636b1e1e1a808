import { expect } from "chai";
import { type AccountVariant, deployAccount } from "../../commands/reach/accounts";
import { modelOf, subjectsOf } from "../../commands/reach/judge";
import type { ReachAccount } from "../../iam/reach/account";
import { reachedGoals, type Subject } from "../../iam/reach/goals";
import { Gains } from "../../iam/reach/facts";
import { reach } from "../../iam/reach/search";
import { World } from "../../iam/reach/world";
import { exampleProject } from "../support/exampleProject";
import { accountId } from "../support/bootstrap/account";

const prefix = "orb-integration-hub";
const issuer = "token.actions.githubusercontent.com";

/** Two stacks in one account, with everything that can be set. */
const complete = {
  "package-registry-bootstrap:environments": '{"dev":"refs/heads/develop","prod":"refs/heads/main"}',
  "package-registry-bootstrap:repository": "acme/registry",
  "package-registry-bootstrap:repositoryId": "700000001",
  "package-registry-bootstrap:ownerId": "700000002",
  "package-registry-bootstrap:stateBucket": "acme-pulumi-state",
  "package-registry-bootstrap:stateKeyArn": `arn:aws:kms:us-east-1:${accountId}:key/state`,
};
const sharing: AccountVariant = {
  bootstrap: { "package-registry-bootstrap:sharedEnvironments": '["dev","prod"]' },
  stacks: { "package-registry:readerAccountIds": '["210987654321"]' },
};

interface Scenario {
  readonly account: ReachAccount;
  readonly subjects: readonly Subject[];
  readonly outsideAccount: boolean;
}

async function scenario(variant: AccountVariant, outsideAccount = false): Promise<Scenario> {
  const deployed = await deployAccount(exampleProject, "account", {
    ...variant,
    bootstrap: { ...complete, ...variant.bootstrap },
    stacks: { "package-registry:encryption": "create", ...variant.stacks },
  });
  return { account: modelOf(deployed), subjects: subjectsOf(deployed), outsideAccount };
}

/** Every domain has a policy that lets all of its own account do everything: a careless hand's. */
function careless({ account, ...rest }: Scenario): Scenario {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "codeartifact:*",
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
  });
  return { account: { ...account, domains: account.domains.map((domain) => ({ ...domain, policy })) }, ...rest };
}

function goalsOf({ account, subjects, outsideAccount }: Scenario, role: string): readonly string[] {
  const subject = subjects.find(({ principal }) => principal.endsWith(`/${prefix}-${role}`))!;
  const gains = reach(account, { principal: subject.principal }, { outsideAccount });
  return reachedGoals(account, gains, subject).map(({ goal }) => goal.id);
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A document without each of its denials and conditions, one at a time. */
function weakened(text: string): readonly { readonly without: string; readonly document: string }[] {
  const { Statement: statements, ...rest } = JSON.parse(text) as { readonly Statement: readonly Statement[] };
  const replaced = (index: number, statement: readonly Statement[]) =>
    JSON.stringify({ ...rest, Statement: statements.flatMap((one, place) => (place === index ? statement : [one])) });
  return statements.flatMap((statement, index) => [
    ...(statement.Effect === "Deny" ? [{ without: statement.Sid, document: replaced(index, []) }] : []),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => {
        const kept = Object.entries(statement.Condition ?? {}).flatMap(([name, values]) => {
          const left = Object.entries(values).filter(([other]) => name !== operator || other !== key);
          return left.length === 0 ? [] : [[name, Object.fromEntries(left)] as const];
        });
        const Condition = kept.length === 0 ? undefined : Object.fromEntries(kept);
        return {
          without: `${statement.Sid}, ${operator} ${key}`,
          document: replaced(index, [{ ...statement, Condition }]),
        };
      }),
    ),
  ]);
}

/** The account with another document of this name: an inline policy of a role, or a managed policy. */
function withDocument(account: ReachAccount, holder: string, document: string): ReachAccount {
  return {
    ...account,
    identities: account.identities.map((identity) =>
      identity.arn.endsWith(`/${holder}`)
        ? { ...identity, inline: identity.inline.map((one) => ({ ...one, document })) }
        : identity,
    ),
    policies: account.policies.map((policy) => (policy.arn.endsWith(`/${holder}`) ? { ...policy, document } : policy)),
  };
}

function documentOf({ identities, policies }: ReachAccount, holder: string): string {
  const inline = identities.find(({ arn }) => arn.endsWith(`/${holder}`))?.inline[0]?.document;
  return inline ?? policies.find(({ arn }) => arn.endsWith(`/${holder}`))!.document;
}

describe("the reach of the account's roles", () => {
  let plain: Scenario;
  let shared: Scenario;
  let deployedFirst: Scenario;
  let all: Readonly<Record<string, Scenario>>;

  before(async () => {
    plain = await scenario({});
    shared = await scenario(sharing);
    deployedFirst = await scenario({ bounded: false });
    all = { plain, shared, "deployed before bootstrap": deployedFirst, careless: careless(plain) };
  });

  const deploy = ["in-other-stack", "act-registry", "open-name", "publish-other", "read", "token"];
  const made = ["change-registry", "state"];

  for (const stack of ["dev", "prod"]) {
    it(`of ${stack}'s deploy role is the same whether bootstrap or the first deployment came first`, () => {
      const first = goalsOf({ ...plain, outsideAccount: true }, `${stack}-deploy`);

      expect(first).to.have.members([...deploy, ...made]);
      expect(goalsOf({ ...deployedFirst, outsideAccount: true }, `${stack}-deploy`)).to.deep.equal(first);
    });

    it(`of ${stack}'s deploy role grows only by its own policy of the registry where the stack shares`, () => {
      expect(goalsOf(shared, `${stack}-deploy`)).to.have.members([...deploy, ...made, "share"]);
      expect(goalsOf({ ...shared, outsideAccount: true }, `${stack}-deploy`)).to.have.members([
        ...[...deploy, ...made, "share"],
        ...["replace", "dispose", "publish-store", "read-elsewhere"],
      ]);
    });
  }

  it("of the preview role is nothing that is searched for", () => {
    expect(goalsOf({ ...plain, outsideAccount: true }, "preview")).to.deep.equal([]);
  });

  describe("grows when a document loses", () => {
    const base = new Map<string, readonly string[]>();
    const baseOf = (name: string, role: string) => {
      const key = `${name} ${role}`;
      base.set(key, base.get(key) ?? goalsOf(all[name]!, role));
      return base.get(key)!;
    };

    /** The scenario in which the loss lets a role come to more, and to what. */
    function grown(holder: string, without: string, roles: readonly string[]) {
      for (const [name, one] of Object.entries(all)) {
        const document = weakened(documentOf(one.account, holder)).find((loss) => loss.without === without)?.document;
        for (const role of document === undefined ? [] : roles) {
          const more = goalsOf({ ...one, account: withDocument(one.account, holder, document!) }, role);
          const news = more.filter((goal) => !baseOf(name, role).includes(goal));
          if (news.length > 0) {
            return { name, role, news };
          }
        }
      }
      return undefined;
    }

    it("any of its conditions or denials: the deploy role's own, what it may look at, and the boundary", () => {
      const holders = [
        { holder: `${prefix}-prod-deploy`, roles: ["prod-deploy"] },
        { holder: `${prefix}-prod-inspection`, roles: ["preview"] },
        { holder: `${prefix}-prod-boundary`, roles: ["prod-deploy"] },
      ];
      const losses = holders.flatMap(({ holder, roles }) =>
        [
          ...new Set(
            Object.values(all).flatMap(({ account }) =>
              weakened(documentOf(account, holder)).map((one) => one.without),
            ),
          ),
        ].map((without) => ({ holder, without, roles })),
      );

      expect(losses).to.have.length.above(20);
      const kept = losses.filter(({ holder, without, roles }) => grown(holder, without, roles) === undefined);
      // These hold inspectors and maintainers, which a deployment does not make: tests/bootstrap/boundary.spec.ts.
      expect(kept.map(({ holder, without }) => `${holder} ${without}`)).to.deep.equal(
        [
          "RemoveNowhereElse",
          "OnlyTheseLook",
          "OnlyTheseLook, ArnNotLike aws:PrincipalArn",
          "OnlyInspectors",
          "OnlyInspectors, ArnNotLike aws:PrincipalArn",
          "OnlyMaintainers, ArnNotLike aws:PrincipalArn",
        ].map((without) => `${prefix}-prod-boundary ${without}`),
      );
    });
  });

  for (const role of ["prod-deploy", "preview"]) {
    it(`is not anyone's: each condition of its trust policy keeps a token out that differs in that claim alone: ${role}`, () => {
      const { account } = plain;
      const providerArn = account.identityProviders[0]!;
      const trusted = account.identities.find(({ arn }) => arn.endsWith(`/${prefix}-${role}`))!;
      const { Statement: statements } = JSON.parse(trusted.trust!) as { readonly Statement: readonly Statement[] };
      const wanted = statements[0]!.Condition!.StringEquals!;
      const claims = Object.fromEntries(
        Object.entries(wanted).map(([key, value]) => [key, Array.isArray(value) ? String(value[0]) : String(value)]),
      );
      const admitted = (trust: string, context: Readonly<Record<string, string>>) => {
        const identities = account.identities.map((one) => (one.arn === trusted.arn ? { ...one, trust } : one));
        return new World({ ...account, identities }, new Gains()).admits(trusted.arn, providerArn, context);
      };

      expect(Object.keys(claims)).to.include.members([`${issuer}:aud`, `${issuer}:sub`, `${issuer}:repository_id`]);
      expect(admitted(trusted.trust!, claims)).to.equal(true);
      for (const key of Object.keys(claims)) {
        const other = { ...claims, [key]: "another" };
        const weak = weakened(trusted.trust!).find(({ without }) => without.endsWith(` ${key}`))!.document;
        expect([key, admitted(trusted.trust!, other), admitted(weak, other)]).to.deep.equal([key, false, true]);
      }
    });
  }
});
