import { expect } from "chai";
import { AwsError } from "../../../sandbox/core/awsError";
import { mismatches } from "../../../commands/terminal/attemptTable";
import { amiss, deployRegistry, publisher } from "../../support/commands/accessRegistry";
import {
  groupMutations,
  inlineMutations,
  linkMutations,
  managedMutations,
  type Mutation,
  sharingMutations,
  trustMutations,
} from "../../support/commands/registryMutations";
import { openTour, type OpenTour } from "../../support/commands/tourRegistry";

const domain = "orb-integration-hub-dev";
const roles = ["publisher-all", "publisher-models", "reader-branch", "reader-layers"].map(
  (name) => `${domain}-codeartifact-${name}`,
);

/** A stack that has everything a stack can have. */
const settings = {
  packages: ["orb-common", "orb-models", "legacy-tool"],
  origins: { private: ["orb~", "legacy-tool$"], public: ["orb-billing"], blocked: ["orb-secret", "known-as-bad"] },
  publishers: [
    { ...publisher, name: "all", packages: ["orb-common", "legacy-tool"] },
    { ...publisher, name: "models", packages: ["orb-models"], workflow: ".github/workflows/models.yml" },
  ],
  readers: [
    { ...publisher, name: "layers", workflow: ".github/workflows/layers.yml" },
    { ...publisher, name: "branch", environment: undefined, branch: "main", ref: undefined, workflow: undefined },
  ],
  readerOrganizationId: "o-a1b2c3d4e5",
  readerAccountIds: ["111122223333", "444455556666"],
};

/** By whom mutations are noticed. */
interface Noticed {
  /** How many there were. */
  readonly tried: number;
  /** Of these only the chapter tells in which an administrator reads the package groups. */
  readonly byReading: readonly string[];
  /** AWS does not take these, so that a tour would end before its first attempt. */
  readonly byAws: readonly string[];
  /** Of these no attempt of the tour tells, but the access table does. */
  readonly byTable: readonly string[];
  readonly byNobody: readonly string[];
}

/** What attempts alone notice. */
const byAttempts = { byReading: [], byAws: [], byTable: [], byNobody: [] };

describe("with one thing taken out of what the program registers, an attempt ends otherwise:", () => {
  let open: OpenTour;

  before(async () => {
    open = await openTour(await deployRegistry(settings));
  });

  after(() => open.close());

  afterEach("and everything is put back", async () => {
    expect([await differences(open), amiss(open.deployment)]).to.deep.equal([[], []]);
  });

  it("none as long as nothing is taken out", async () => {
    const attempts = await open.tour();

    expect(mismatches(attempts)).to.deep.equal([]);
    expect(attempts).to.have.length.greaterThan(80);
  });

  it("a value, a condition or the whole of a trust policy", async () => {
    const noticed = await notice(open, trustMutations(open.deployment));

    expect(noticed).to.deep.equal({
      tried: 34,
      byReading: [],
      byAws: [
        ...roles.map((role) => `trust policy of ${role}, AssumeFromGithubJob: gone`),
        `trust policy of ${roles[2]}, AssumeFromGithubJob: without StringEquals token.actions.githubusercontent.com:sub`,
      ].sort(),
      byTable: [],
      byNobody: [],
    });
  });

  it("an action, a condition, a resource or a statement of a publisher, or the limit to its resources", async () => {
    const noticed = await notice(open, inlineMutations(open.deployment));

    // No service but CodeArtifact has the sandbox issue a token.
    const anotherService = "CapRegistryToken: without StringEquals sts:AWSServiceName";
    expect(noticed).to.deep.equal({
      tried: 32,
      byReading: [],
      byAws: [],
      byTable: roles.slice(0, 2).map((role) => `policy permissions of ${role}, ${anotherService}`),
      byNobody: [],
    });
  });

  it("an action, a condition or a statement of the readers' policy, the limit to its resources, or the policy of a role", async () => {
    const noticed = await notice(open, managedMutations(open.deployment));

    expect(noticed).to.deep.equal({
      tried: 12,
      byReading: [],
      byAws: [],
      byTable: [
        `policy ${domain}-codeartifact-reader-1e5ae495, CapRegistryToken: without StringEquals sts:AWSServiceName`,
      ],
      byNobody: [],
    });
  });

  it("a package group, or one of its restrictions", async () => {
    const noticed = await notice(open, groupMutations(open.deployment));

    const reading = [
      // Nothing private is in the store, and nothing that could let it in.
      ...["/pypi//orb~", "/pypi//legacy-tool$", "/pypi//orb-secret$", "/pypi//known-as-bad$"].map(
        (pattern) => `${pattern} without restriction INTERNAL_UPSTREAM`,
      ),
      // There are no other repositories than these two.
      ...["/pypi/*", "/pypi//orb-billing$"].flatMap((pattern) =>
        ["EXTERNAL_UPSTREAM", "INTERNAL_UPSTREAM"].map((type) => `${pattern} without restriction ${type}`),
      ),
      // The public index has nothing of this name.
      "/pypi//legacy-tool$ without restriction EXTERNAL_UPSTREAM",
    ];
    const { byReading, ...others } = noticed;
    expect(byReading).to.have.members(reading.map((what) => `package group ${what}`));
    expect(others).to.deep.equal({ tried: 24, byAws: [], byTable: [], byNobody: [] });
  });

  it("the upstream, or the connection to public PyPI", async () => {
    const noticed = await notice(open, linkMutations(open.deployment));

    expect(noticed).to.deep.equal({ tried: 2, ...byAttempts });
  });

  it("an action, a principal, a condition or a statement for other accounts, by the access table", () => {
    const unnoticed = sharingMutations(open.deployment).filter(({ apply }) => {
      const restore = apply();
      try {
        return amiss(open.deployment).length === 0;
      } finally {
        restore();
      }
    });

    expect(sharingMutations(open.deployment)).to.have.length(18);
    // An account's own principal admits none of its roles whose own policy does not: naming the owner would change nothing.
    expect(unnoticed.map(({ what }) => what)).to.deep.equal([
      `policy of domain ${domain}, ReadFromAccounts: without StringNotEquals aws:PrincipalAccount`,
      "policy of repository python-packages, ReadFromAccounts: without StringNotEquals aws:PrincipalAccount",
    ]);
  });
});

describe("of a publisher whose packages fill managed policies, an attempt ends otherwise without", () => {
  it("one of these policies, or its first or last package", async () => {
    const packages = Array.from({ length: 120 }, (_none, index) => `orb-${index + 100}-${"long-".repeat(6)}name`);
    const open = await openTour(await deployRegistry({ packages, publishers: [publisher] }));
    try {
      const all = managedMutations(open.deployment).filter(({ what }) => what.includes("-packages-"));
      const chosen = all.filter(
        ({ what }) => what.includes(": without policy ") || what.includes("/orb-100-") || what.includes("/orb-219-"),
      );

      expect(await differences(open)).to.deep.equal([]);
      expect(await notice(open, chosen)).to.deep.equal({ tried: 6, ...byAttempts });
    } finally {
      await open.close();
    }
  });
});

async function differences(open: OpenTour): Promise<readonly string[]> {
  return mismatches(await open.tour()).map(({ chapter, what, seen }) => `${chapter}: ${what}: ${seen}`);
}

/** Changes one thing after the other, each back before the next. */
async function notice(open: OpenTour, mutations: readonly Mutation[]): Promise<Noticed> {
  const byReading: string[] = [];
  const byAws: string[] = [];
  const byTable: string[] = [];
  const byNobody: string[] = [];
  for (const { what, apply } of mutations) {
    const restore = applied(apply);
    if (restore === undefined) {
      byAws.push(what);
      continue;
    }
    try {
      const mismatches = await differences(open);
      if (mismatches.length === 0) {
        (amiss(open.deployment).length > 0 ? byTable : byNobody).push(what);
      } else if (mismatches.every((line) => line.startsWith("Read the package groups"))) {
        byReading.push(what);
      }
    } finally {
      restore();
    }
  }
  return { tried: mutations.length, byReading, byAws: byAws.sort(), byTable: byTable.sort(), byNobody };
}

/** What changes it back; nothing where AWS does not take it. */
function applied(apply: Mutation["apply"]): (() => void) | undefined {
  try {
    return apply();
  } catch (error) {
    if (error instanceof AwsError) {
      return undefined;
    }
    throw error;
  }
}
