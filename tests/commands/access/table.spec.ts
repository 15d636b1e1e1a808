import { expect } from "chai";
import { decide, decideAssumeRole } from "../../../sandbox/authorization";
import { changingActions, lookingActions } from "../../../commands/access/actions";
import { roleAttempts, combinedAttempt } from "../../../commands/access/permissions";
import { attempt } from "../../../commands/access/attempt";
import { impostors } from "../../../commands/access/impostors";
import { attemptTargets } from "../../../commands/access/targets";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { claimsOf, type GithubRun } from "../../../github/claims";
import { packageArn } from "../../../iam/arns";
import {
  amiss,
  claims,
  deployRegistry,
  publisher,
  publisherRole,
  readerRole,
} from "../../support/commands/accessRegistry";

type Statement = Record<string, unknown>;

interface Policy {
  Version: string;
  Statement: Statement[];
}

const issuer = "token.actions.githubusercontent.com";
const otherStackRole = "orb-integration-hub-staging-codeartifact-publisher";
const organizationId = "o-a1b2c3d4e5";
const sharedAccount = "111122223333";
const outsiders = "an administrator of another account";
const neighbor = "a role of this account that is of no stack";
const assumingOtherwise = "a role of this account or another, whatever its own account allows it";
const insiders = "an administrator of the organization's other accounts";
const reading = "read python-packages";
const minting = "mint a token of 900 to 3600 seconds";
const publishing = "publish orb-common, orb-models";
const comparing = "compare with what is published of these";
const comparingOthers = "compare with what is published of others, or in pypi-store";
const looking = "look at anything else (20 actions)";
const changing = "change anything (41 actions)";
const byOtherStack = `stack staging: anything, by ${otherStackRole}`;
const onOtherStack = "anything in the registry of stack staging";
const publishingAnything = "publish orb-common, orb-models, orb-not-in-packages, requests";

/**
 * Each test takes one thing out of a registered document, or lets one thing in, and asks what the table finds amiss: an
 * attempt that nothing could make succeed would prove nothing.
 */
describe("the access table finds amiss", () => {
  let dev: Deployment;
  let staging: Deployment;

  before(async () => {
    dev = await deployRegistry({
      readers: [{ ...publisher }],
      readerOrganizationId: organizationId,
      readerAccountIds: [sharedAccount],
    });
    staging = await deployRegistry(
      { publishers: [{ ...publisher, environment: "staging" }] },
      { stack: "staging", account: dev.account },
    );
  });

  it("nothing as long as nothing is changed", () => {
    expect(amiss(dev, [staging])).to.deep.equal([]);
  });

  describe("a trust policy", () => {
    const noticed: Readonly<Record<string, readonly string[]>> = {
      aud: ["a token for another audience"],
      sub: ["another environment", "a token without the claim sub"],
      repository_id: [
        "the same name with other ids (deleted and registered again)",
        "a token without the claim repository_id",
      ],
      repository_owner_id: [
        "the same name with other ids (deleted and registered again)",
        "a token without the claim repository_owner_id",
      ],
      ref: ["a token without the claim ref"],
      job_workflow_ref: [
        "another workflow of the repository",
        "pull_request_target",
        "a token without the claim job_workflow_ref",
      ],
    };

    for (const [claim, attempts] of Object.entries(noticed)) {
      it(`that does not ask for ${claim}`, () => {
        expect(withTrust(publisherRole, (equals) => without(equals, claim))).to.deep.equal(
          attempts.map((what) => `${publisherRole}: ${what}`),
        );
      });
    }

    it("of a reader that does not ask for what is asked of it", () => {
      expect(withTrust(readerRole, (equals) => without(equals, "repository_id"))).to.deep.equal(
        noticed.repository_id!.map((what) => `${readerRole}: ${what}`),
      );
    });

    for (const [form, index, what] of [
      ["by name", 0, "the job, its subject by name"],
      ["with ids", 1, "the job, its subject with ids"],
    ] as const) {
      it(`that does not know the subject ${form}`, () => {
        const found = withTrust(publisherRole, (equals) => ({
          ...equals,
          [`${issuer}:sub`]: (equals[`${issuer}:sub`] as readonly string[])[1 - index],
        }));

        expect(found).to.deep.equal([`${publisherRole}: ${what}`]);
      });
    }

    it("has no condition beside these", () => {
      expect(Object.keys(trustOf(publisherRole).equals)).to.deep.equal(claims(...Object.keys(noticed)));
    });

    it("that admits another issuer too", () => {
      const arn = `arn:aws:iam::123456789012:oidc-provider/another.example`;
      dev.account.iam.oidcProviders.create({
        url: "https://another.example",
        clientIDList: ["sts.amazonaws.com"],
      });
      const open = {
        Effect: "Allow",
        Principal: { Federated: arn },
        Action: "sts:AssumeRoleWithWebIdentity",
      };

      try {
        expect(amissWithTrust(publisherRole, (policy) => policy.Statement.push(open))).to.deep.equal([
          `${publisherRole}: a token of another issuer`,
        ]);
      } finally {
        dev.account.iam.oidcProviders.delete({ arn });
      }
    });

    for (const [who, principal, alsoNoticed] of [
      ["everyone", "*", [publisherRole, readerRole]],
      ["the stack's own account", { AWS: "arn:aws:iam::123456789012:root" }, []],
      ["another account", { AWS: "210987654321" }, []],
      ["an account that reads", { AWS: `arn:aws:iam::${sharedAccount}:root` }, []],
      ["an account that no setting names", { AWS: "arn:aws:iam::999988887777:root" }, []],
      ["the reader's role", { AWS: `arn:aws:iam::123456789012:role/${readerRole}` }, [readerRole]],
    ] as const) {
      it(`that admits ${who} by sts:AssumeRole too`, () => {
        const open = { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" };

        const found = amissWithTrust(publisherRole, (policy) => policy.Statement.push(open));

        expect(found).to.have.members([
          `${publisherRole}: ${assumingOtherwise}`,
          ...alsoNoticed.map((role) => `${role}: ${changing}`),
        ]);
      });
    }

    it("that lets the role assume itself, once its permissions do so too", () => {
      const arn = `arn:aws:iam::123456789012:role/${publisherRole}`;
      const open = { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" };
      const found: (readonly string[])[] = [];
      granting(publisherRole, "sts:AssumeRole", arn, () => {
        found.push(amiss(dev));
        changeTrust(
          publisherRole,
          (policy) => policy.Statement.push(open),
          () => found.push(amiss(dev)),
        );
      });

      expect(found).to.deep.equal([[], [`${publisherRole}: ${assumingOtherwise}`, `${publisherRole}: ${changing}`]]);
    });

    /** Conditions that stop an impostor together: with all of them open the attempt succeeds, with one still closed it does not. */
    for (const [what, needed] of [
      ["another branch", ["ref", "job_workflow_ref"]],
      ["a tag", ["ref", "job_workflow_ref"]],
      ["a pull request", ["sub", "ref", "job_workflow_ref"]],
      ["a pull request whose job names an environment", ["ref", "job_workflow_ref"]],
      ["a fork", ["sub", "repository_id", "repository_owner_id", "job_workflow_ref"]],
      ["another repository of the owner", ["sub", "repository_id", "job_workflow_ref"]],
      ["look-alike owners and repositories", ["sub", "repository_id", "repository_owner_id", "job_workflow_ref"]],
      ["another case of the name", ["sub", "job_workflow_ref"]],
    ] as const) {
      it(`that opens ${needed.join(", ")} together: ${what}; with one of them closed it is stopped`, () => {
        expect(verdictWithOpen(what, needed)).to.equal("allowed");
        for (const closed of needed) {
          expect(
            verdictWithOpen(
              what,
              needed.filter((claim) => claim !== closed),
            ),
            closed,
          ).to.equal("denied");
        }
      });
    }

    function verdictWithOpen(who: string, open: readonly string[]): string {
      const { job } = dev.settings.publishers[0]!;
      const { runs } = impostors(job).find((one) => one.who === who)!;
      let seen = "";
      changeTrust(
        publisherRole,
        (policy) => {
          const rest = Object.entries(conditionOf(policy)).filter(([key]) => !claims(...open).includes(key));
          policy.Statement[0]!.Condition = {
            StringEquals: Object.fromEntries(rest),
            // IAM stores no policy without a look at the subject.
            ...(open.includes("sub") ? { StringLike: { [`${issuer}:sub`]: "repo:*" } } : {}),
          };
        },
        () => {
          const decide = (run: GithubRun) =>
            decideAssumeRole(dev.account, publisherRole, { issuer, claims: claimsOf(run, "sts.amazonaws.com") });
          seen = attempt(who, "denied", runs.map(decide)).seen;
        },
      );
      return seen;
    }
  });

  describe("permissions", () => {
    for (const [sid, ...noticed] of [
      ["MintRegistryToken", minting],
      ["CapRegistryToken", minting],
      ["ReadRepository", reading],
      ["PublishPackages", publishing, comparing],
    ] as const) {
      it(`without the statement ${sid} of a publisher`, () => {
        expect(
          withPermissions((policy) => {
            policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
          }),
        ).to.deep.equal(noticed);
      });
    }

    for (const [sid, action, what] of [
      ["ReadRepository", "codeartifact:GetRepositoryEndpoint", reading],
      ["ReadRepository", "codeartifact:ReadFromRepository", reading],
      ["PublishPackages", "codeartifact:PublishPackageVersion", publishing],
      ["PublishPackages", "codeartifact:DescribePackageVersion", comparing],
      ["PublishPackages", "codeartifact:ListPackageVersionAssets", comparing],
    ] as const) {
      it(`without the action ${action} of a publisher`, () => {
        expect(
          withStatement(sid, (statement) => {
            statement.Action = (statement.Action as string[]).filter((one) => one !== action);
          }),
        ).to.deep.equal([what]);
      });
    }

    for (const index of [0, 1]) {
      it(`without package ${index + 1} of a publisher's two`, () => {
        expect(
          withStatement("PublishPackages", (statement) => {
            statement.Resource = (statement.Resource as string[])[1 - index];
          }),
        ).to.deep.equal([publishing, comparing]);
      });
    }

    for (const [operator, key, noticed] of [
      ["StringEquals", "sts:AWSServiceName", ["have AWS issue a token for another service"]],
      ["NumericGreaterThanEquals", "sts:DurationSeconds", ["mint a token that lives as long as the session (0)"]],
      ["NumericLessThanEquals", "sts:DurationSeconds", ["mint a token of 3601 seconds", "mint a token of 12 hours"]],
    ] as const) {
      it(`without the condition ${operator} ${key} of a publisher`, () => {
        expect(
          withStatement("CapRegistryToken", (statement) => {
            const { [operator]: removed, ...others } = statement.Condition as Record<string, object>;
            expect(Object.keys(removed!)).to.deep.equal([key]);
            statement.Condition = others;
          }),
        ).to.deep.equal(noticed);
      });
    }

    const store = "publish into pypi-store";
    const others = "publish orb-not-in-packages, requests";
    for (const [sid, resource, noticed] of [
      ["ReadRepository", "*", ["read pypi-store"]],
      ["ReadRepository", "arn:aws:codeartifact:*:*:repository/orb-integration-hub-dev/*", ["read pypi-store"]],
      ["PublishPackages", "*", [others, store, comparingOthers]],
      [
        "PublishPackages",
        "arn:aws:codeartifact:*:*:package/orb-integration-hub-dev/python-packages/*",
        [others, comparingOthers],
      ],
      [
        "PublishPackages",
        "arn:aws:codeartifact:*:*:package/orb-integration-hub-dev/python-packages/pypi//orb-*",
        [others, comparingOthers],
      ],
    ] as const) {
      it(`whose statement ${sid} of a publisher is for ${resource}`, () => {
        expect(
          withStatement(sid, (statement) => {
            statement.Resource = resource;
          }),
        ).to.deep.equal(noticed);
      });
    }

    it("of a publisher for its packages in every repository of the domain", () => {
      expect(
        withStatement("PublishPackages", (statement) => {
          statement.Resource = (statement.Resource as string[]).map((arn) => arn.replace("/python-packages/", "/*/"));
        }),
      ).to.deep.equal([store, comparingOthers]);
    });

    for (const action of ["DescribePackageVersion", "ListPackageVersionAssets"]) {
      it(`that let a publisher or a reader do ${action} with any package`, () => {
        const find = () => amiss(dev);

        expect(granting(publisherRole, `codeartifact:${action}`, "*", find)).to.deep.equal([
          `${publisherRole}: ${comparingOthers}`,
        ]);
        expect(granting(readerRole, `codeartifact:${action}`, "*", find)).to.deep.equal([
          `${readerRole}: ${comparingOthers}`,
        ]);
      });
    }

    for (const [sid, here] of [
      ["MintRegistryToken", []],
      ["ReadRepository", ["read pypi-store"]],
      ["PublishPackages", [others, store, comparingOthers]],
    ] as const) {
      it(`of either environment's publisher whose statement ${sid} is for *, also in the other's registry`, () => {
        const widen = (policy: Policy) => {
          policy.Statement.find(({ Sid }) => Sid === sid)!.Resource = "*";
        };

        expect(withInlinePolicy(otherStackRole, widen, () => amiss(dev, [staging]))).to.deep.equal([byOtherStack]);
        expect(withInlinePolicy(publisherRole, widen, () => amiss(dev, [staging]))).to.deep.equal(
          [...here, onOtherStack].map((what) => `${publisherRole}: ${what}`),
        );
      });
    }

    it("that let a publisher do any single one of the changes", () => {
      // To assume a role takes its trust policy's word too.
      const grantable = everyTry(changingActions).filter(({ action }) => action !== "sts:AssumeRole");

      expect(new Set(grantable.map(({ action }) => action))).to.have.property("size", 40);
      expect(unnoticed(grantable, changing)).to.deep.equal([]);
    });

    it("that let a publisher look at any single thing", () => {
      const grantable = everyTry(lookingActions);

      expect(new Set(grantable.map(({ action }) => action))).to.have.property("size", 20);
      expect(unnoticed(grantable, looking)).to.deep.equal([]);
    });

    it("that let a publisher look at anything of a kind, or change it, wherever it is", () => {
      const everywhere = (actions: Actions) =>
        Object.entries(actions).flatMap(([kind, names]) => names.map((action) => ({ kind, action, resource: "*" })));

      expect(unnoticed(everywhere(lookingActions), looking)).to.deep.equal([]);
      expect(
        unnoticed(
          everywhere(changingActions).filter(({ action }) => action !== "sts:AssumeRole"),
          changing,
        ),
      ).to.deep.equal([]);
    });

    for (const [role, action, kind, named, what] of [
      [publisherRole, "codeartifact:DeleteRepository", "repository", "/pypi-store", changing],
      [publisherRole, "codeartifact:DescribeRepository", "repository", "/pypi-store", looking],
      [publisherRole, "codeartifact:DeletePackage", "package", "/python-packages/pypi//orb-models", changing],
      [publisherRole, "codeartifact:ListPackageVersions", "package", "/pypi-store/pypi//requests", looking],
      [publisherRole, "codeartifact:UpdatePackageGroup", "packageGroup", "/pypi//orb~", changing],
      [readerRole, "iam:PutRolePolicy", "role", publisherRole, changing],
    ] as const) {
      it(`that let ${role} do ${action} with ${named} alone`, () => {
        const [target, ...others] = everyTry({ [kind]: [action] }).filter(({ resource }) => resource.endsWith(named));

        expect(others).to.deep.equal([]);
        expect(granting(role, action, target!.resource, () => amiss(dev))).to.deep.equal([`${role}: ${what}`]);
      });
    }

    for (const [action, resource] of [
      ["iam:CreateRole", "arn:aws:iam::123456789012:role/*"],
      ["iam:CreatePolicy", "arn:aws:iam::123456789012:policy/*"],
    ] as const) {
      it(`that let a publisher do ${action} under any name in the account`, () => {
        expect(granting(publisherRole, action, resource, () => amiss(dev))).to.deep.equal([
          `${publisherRole}: ${changing}`,
        ]);
      });
    }

    for (const kind of ["domain", "repository", "package", "packageGroup"]) {
      it(`that let another environment's publisher look at this registry's ${kind}, or change it`, () => {
        const caller = { arn: `arn:aws:iam::123456789012:role/${otherStackRole}` };
        for (const actions of [lookingActions, changingActions]) {
          const { action, resource } = everyTry(actions).find((one) => one.kind === kind)!;
          const find = () => combinedAttempt(attemptTargets(dev), caller, "anything").seen;

          expect([find(), granting(otherStackRole, action, resource, find)], action).to.deep.equal([
            "denied",
            "allowed",
          ]);
        }
      });
    }
  });

  describe("a policy of the domain", () => {
    const change = (edit: (policy: Policy) => void) => {
      const { codeartifact } = dev.account;
      const { domain } = dev.settings;
      const before = codeartifact.domains.getPermissionsPolicy({ domain }).document;
      try {
        codeartifact.domains.putPermissionsPolicy({ domain, policyDocument: edited(before, edit) });
        return amiss(dev, [staging]);
      } finally {
        codeartifact.domains.putPermissionsPolicy({ domain, policyDocument: before });
      }
    };
    sharing(change, minting);

    it("that lets everyone mint a token", () => {
      expect(
        change((policy) => {
          policy.Statement = [
            { Effect: "Allow", Principal: "*", Action: "codeartifact:GetAuthorizationToken", Resource: "*" },
          ];
        }),
      ).to.deep.equal([byOtherStack, `${neighbor}: ${minting}`, `${outsiders}: ${minting}`]);
    });
  });

  describe("a policy of the repository", () => {
    const change = (edit: (policy: Policy) => void) => {
      const { codeartifact } = dev.account;
      const { domain } = dev.settings;
      const repository = "python-packages";
      const before = codeartifact.repositories.getPermissionsPolicy({ domain, repository }).document;
      try {
        codeartifact.repositories.putPermissionsPolicy({ domain, repository, policyDocument: edited(before, edit) });
        return amiss(dev, [staging]);
      } finally {
        codeartifact.repositories.putPermissionsPolicy({ domain, repository, policyDocument: before });
      }
    };
    sharing(change, reading);

    it("that lets everyone publish", () => {
      const publish = {
        Effect: "Allow",
        Principal: "*",
        Action: "codeartifact:PublishPackageVersion",
        Resource: "*",
      };

      expect(change((policy) => policy.Statement.push(publish))).to.deep.equal([
        `${publisherRole}: publish orb-not-in-packages, requests`,
        `${readerRole}: ${publishingAnything}`,
        byOtherStack,
        ...[neighbor, outsiders, insiders, sharedPrincipal].map((party) => `${party}: ${publishingAnything}`),
      ]);
    });
  });

  const sharedPrincipal = `an administrator of account ${sharedAccount}`;

  /** What holds of both policies by which other accounts read. */
  function sharing(change: (edit: (policy: Policy) => void) => readonly string[], right: string) {
    const statement = (policy: Policy, sid: string) => policy.Statement.find(({ Sid }) => Sid === sid)!;

    for (const [sid, party] of [
      ["ReadFromOrganization", insiders],
      ["ReadFromAccounts", `an administrator of account ${sharedAccount}`],
    ] as const) {
      it(`without the statement ${sid}`, () => {
        expect(
          change((policy) => {
            policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
          }),
        ).to.deep.equal([`${party}: ${right}`]);
      });
    }

    it("that admits every organization", () => {
      expect(
        change((policy) => {
          delete (statement(policy, "ReadFromOrganization").Condition as Record<string, unknown>).StringEquals;
        }),
      ).to.deep.equal([`${outsiders}: ${right}`]);
    });

    it("that admits the organization in the owner's account too, past what its roles may do", () => {
      expect(
        change((policy) => {
          delete (statement(policy, "ReadFromOrganization").Condition as Record<string, unknown>).StringNotEquals;
        }),
      ).to.deep.equal([byOtherStack, `${neighbor}: ${right}`]);
    });

    it("that names every account", () => {
      expect(
        change((policy) => {
          statement(policy, "ReadFromAccounts").Principal = "*";
        }),
      ).to.deep.equal([`${outsiders}: ${right}`]);
    });

    it("that lets the organization change things", () => {
      expect(
        change((policy) => {
          const { Action, ...others } = statement(policy, "ReadFromOrganization");
          policy.Statement.push({ ...others, Sid: "Change", Action: changesOfDomainAndRepository });
          expect(Action).to.not.equal(undefined);
        }),
      ).to.deep.equal([`${insiders}: change anything (22 actions)`]);
    });
  }

  const changesOfDomainAndRepository = ["codeartifact:DeleteDomain", "codeartifact:UpdateRepository"];

  type Actions = Readonly<Record<string, readonly string[]>>;

  /** Each action on what the table tries it on for the publisher. */
  function everyTry(actions: Actions) {
    const { domainArn, repositoryArn, readerPolicyArn, packageGroups } = dev.outputs as Record<string, string>;
    const storeArn = repositoryArn!.replace("/python-packages", "/pypi-store");
    const account = "arn:aws:iam::123456789012";
    const targets: Readonly<Record<string, readonly string[]>> = {
      "*": ["*"],
      domain: [domainArn!],
      repository: [repositoryArn!, storeArn],
      package: [repositoryArn!, storeArn].flatMap((arn) =>
        ["orb-common", "orb-models", "requests"].map((name) => packageArn(arn, name)),
      ),
      packageGroup: Object.values(packageGroups as unknown as Record<string, string>),
      role: [publisherRole, readerRole, otherStackRole].map((role) => `${account}:role/${role}`),
      policy: [readerPolicyArn!],
      newRole: [`${account}:role/*`],
      newPolicy: [`${account}:policy/*`],
    };
    return Object.entries(actions).flatMap(([kind, names]) =>
      names.flatMap((action) => targets[kind]!.map((resource) => ({ kind, action, resource }))),
    );
  }

  /** Those rights that the publisher could hold without the attempt, and it alone, ending otherwise. */
  function unnoticed(rights: ReturnType<typeof everyTry>, what: string): ReturnType<typeof everyTry> {
    const caller = { arn: `arn:aws:iam::123456789012:role/${publisherRole}` };
    const meant = { publishes: ["orb-common", "orb-models"], reads: true };
    const found = () =>
      roleAttempts(attemptTargets(dev), caller, meant, [])
        .filter(({ expected, seen }) => expected !== seen)
        .map((one) => one.what);
    return rights.filter(({ action, resource }) => granting(publisherRole, action, resource, found).join() !== what);
  }

  /** What is found while a role holds one right more. */
  function granting<Found>(roleName: string, action: string, resource: string, find: () => Found): Found {
    const policyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
    });
    const { iam } = dev.account;
    iam.roles.putPolicy({ roleName, policyName: "more", policyDocument });
    try {
      return find();
    } finally {
      iam.roles.deletePolicy({ roleName, policyName: "more" });
    }
  }

  function withStatement(sid: string, edit: (statement: Statement) => void): readonly string[] {
    return withPermissions((policy) => {
      edit(policy.Statement.find(({ Sid }) => Sid === sid)!);
    });
  }

  /** What the publisher is found to do amiss with changed permissions. */
  function withPermissions(edit: (policy: Policy) => void): readonly string[] {
    const found = withInlinePolicy(publisherRole, edit, () =>
      amiss({ ...dev, settings: { ...dev.settings, readers: [] } }),
    );
    return found.map((line) => line.replace(`${publisherRole}: `, ""));
  }

  function withInlinePolicy<Found>(roleName: string, edit: (policy: Policy) => void, find: () => Found): Found {
    const { iam } = dev.account;
    const policyName = "permissions";
    const { policyDocument } = iam.roles.getPolicy({ roleName, policyName });
    iam.roles.putPolicy({ roleName, policyName, policyDocument: edited(policyDocument, edit) });
    try {
      return find();
    } finally {
      iam.roles.putPolicy({ roleName, policyName, policyDocument });
    }
  }

  type Equals = Readonly<Record<string, unknown>>;

  function withTrust(role: string, change: (equals: Equals) => Equals): readonly string[] {
    return amissWithTrust(role, (policy) => {
      policy.Statement[0]!.Condition = { StringEquals: change(conditionOf(policy)) };
    });
  }

  function amissWithTrust(role: string, edit: (policy: Policy) => void): readonly string[] {
    let found: readonly string[] = [];
    changeTrust(role, edit, () => (found = amiss(dev)));
    return found;
  }

  function changeTrust(role: string, edit: (policy: Policy) => void, look: () => void): void {
    const { text } = trustOf(role);
    dev.account.iam.roles.updateTrust({ roleName: role, policyDocument: edited(text, edit) });
    try {
      look();
    } finally {
      dev.account.iam.roles.updateTrust({ roleName: role, policyDocument: text });
    }
  }

  function trustOf(roleName: string): { readonly text: string; readonly equals: Equals } {
    const text = dev.account.iam.roles.get({ roleName }).assumeRolePolicyDocument;
    return { text, equals: conditionOf(JSON.parse(text) as Policy) };
  }

  function conditionOf(policy: Policy): Equals {
    return (policy.Statement[0]!.Condition as { StringEquals: Equals }).StringEquals;
  }

  function without(equals: Equals, claim: string): Equals {
    return Object.fromEntries(Object.entries(equals).filter(([key]) => key !== `${issuer}:${claim}`));
  }

  function edited(document: string, edit: (policy: Policy) => void): string {
    const policy = JSON.parse(document) as Policy;
    edit(policy);
    return JSON.stringify(policy);
  }

  describe("in a project of one stack", () => {
    it("nothing as long as nothing is changed", () => {
      expect(amiss(dev)).to.deep.equal([]);
    });

    for (const [of, right] of [
      ["domain", minting],
      ["repository", reading],
    ] as const) {
      it(`a policy of the ${of} that admits the organization in the owner's account too`, async () => {
        const alone = await deployRegistry({ readerOrganizationId: organizationId });
        const { codeartifact } = alone.account;
        const { domain } = alone.settings;
        const repository = "python-packages";
        const open = (policy: Policy) => {
          const { Condition } = policy.Statement.find(({ Sid }) => Sid === "ReadFromOrganization")!;
          delete (Condition as Record<string, unknown>).StringNotEquals;
        };
        expect(amiss(alone)).to.deep.equal([]);

        if (of === "domain") {
          const { document } = codeartifact.domains.getPermissionsPolicy({ domain });
          codeartifact.domains.putPermissionsPolicy({ domain, policyDocument: edited(document, open) });
        } else {
          const { document } = codeartifact.repositories.getPermissionsPolicy({ domain, repository });
          codeartifact.repositories.putPermissionsPolicy({
            domain,
            repository,
            policyDocument: edited(document, open),
          });
        }

        expect(amiss(alone)).to.deep.equal([`${neighbor}: ${right}`]);
      });
    }
  });

  it("and a changed document is put back after each test", () => {
    expect(amiss(dev, [staging])).to.deep.equal([]);
    expect(
      decide(dev.account, { arn: `arn:aws:iam::123456789012:role/${otherStackRole}` }, "iam:PassRole", "*").outcome,
    ).to.equal("implicitlyDenied");
  });
});
