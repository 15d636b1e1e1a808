/** A number, and how it was found. */
export interface Quantity {
  readonly value: number;
  /** For a person, without a full stop: `--gb`. */
  readonly from: string;
}

export const daysPerMonth = 30;

/** What a registry uses in a month. */
export interface Usage {
  readonly storedGb: Quantity;
  readonly requests: Quantity;
  /** To the internet, where GitHub's own runners are. */
  readonly transferGb: Quantity;
}

/** The month of a team as the plan describes it. docs/cost.md gives the reasons. */
export const plan = {
  /** dev, staging and prod. */
  domains: 3,
  /** Two packages, each twice. */
  versionsPerWeek: 4,
  /** A wheel and a source distribution. */
  versionMb: 0.2,
  yearsKept: 3,
  /** Of all Lambda layers. */
  buildsPerMonth: 100,
  developers: 5,
  installsPerDeveloper: 20,
  /** In a layer's lock. */
  packagesPerInstall: 40,
  installMb: 50,
  /** How often all packages of the locks have other versions. */
  newLocksPerYear: 12,
  /** To publish a version, with its promotion. */
  requestsPerVersion: 12,
} as const;

/** A page and a file for each package, a token and an endpoint. */
const requestsPerInstall = 2 * plan.packagesPerInstall + 2;

const versionsPerMonth = (plan.versionsPerWeek * 52) / 12;

/** What the plan's three domains use together. */
export const planMonth = {
  storedGb: inGb(
    plan.domains *
      (plan.versionsPerWeek * 52 * plan.yearsKept * plan.versionMb +
        plan.newLocksPerYear * plan.yearsKept * plan.installMb),
  ),
  requests: Math.ceil(
    (plan.buildsPerMonth + plan.developers * plan.installsPerDeveloper) * requestsPerInstall +
      plan.domains * versionsPerMonth * plan.requestsPerVersion,
  ),
  // pip keeps files: a developer's machine gets each of them once in a month.
  transferGb: inGb((plan.buildsPerMonth + plan.developers) * plan.installMb),
} as const;

/** GB of a thousand MB, rounded up to the hundredth. */
function inGb(mb: number): number {
  return Math.ceil(mb / 10) / 100;
}

/**
 * The longest event of one request that an audit trail may keep, in bytes: a page or file for pip, with the sandbox's own record and the 26
 * bytes that CloudWatch Logs counts for each event. Records at AWS differ.
 */
export const auditEventBytes = 2500;
