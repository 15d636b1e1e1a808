import { shipped } from "../../support/deployments";
import { type Progress, type Spread, spread, spreadByRound, timeInTurn } from "../measure";
import type { EngineBench, Phases, TimedProject } from "./engineBench";

/** How long one takes as a multiple of another, and what that is to be. */
export interface Comparison {
  readonly what: string;
  readonly ratio: Spread;
  /** `at most 1.3` and the like. */
  readonly aim: string;
  readonly withinAim: boolean;
  readonly milliseconds: { readonly this: Spread; readonly other: Spread };
  /** Medians of what this one takes above the other, by phase. */
  readonly above: Phases;
}

/** Pulumi loads it without a check of types, the fastest way of its own. */
const bare = `import * as pulumi from "@pulumi/pulumi";

export const stack = pulumi.getStack();
`;

/** The settings of one publisher with so many packages. */
function packages(count: number): Readonly<Record<string, unknown>> {
  return { packages: Array.from({ length: count }, (_, index) => `orb-package-${index + 1}`), readers: [] };
}

/** As programs are mostly written: whole packages are loaded. */
const wholePackages = `import * as wholeAws from "@pulumi/aws";
import * as wholeAwsNative from "@pulumi/aws-native";
`;

/** The names differ, so that a publisher's packages are its own. */
function publishers(count: number): Readonly<Record<string, unknown>> {
  const names = Array.from({ length: count }, (_, index) => `team-${index + 1}`);
  const packagesOf = (name: string) => ["core", "models", "tools"].map((part) => `orb-${name}-${part}`);
  return {
    packages: names.flatMap(packagesOf),
    readers: [],
    publishers: names.map((name, index) => ({
      name,
      repository: `acme/${name}`,
      repositoryId: 700_000_001 + index,
      ownerId: 700_000_000,
      environment: "dev",
      ref: "refs/heads/develop",
      workflow: ".github/workflows/publish.yml",
      packages: packagesOf(name),
    })),
  };
}

/** Times previews of the program beside others, round by round. */
export async function comparePreviews(
  bench: EngineBench,
  rounds: number,
  progress: Progress,
): Promise<readonly Comparison[]> {
  const empty = await bench.project("a program that only imports Pulumi", {
    program: bare,
    pulumiLoader: { checksTypes: false },
  });
  const program = await bench.project("the program");
  const audited = await bench.project("the program with an audit trail and alarms", {
    settings: { audit: { retentionDays: 365, alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:alarms" } },
  });
  const defaults = await bench.project("the program under Pulumi's defaults", {
    program: `${wholePackages}${shipped("index.ts")}\nvoid wholeAws.codeartifact.Domain;\nvoid wholeAwsNative.codeartifact.PackageGroup;\n`,
    pulumiLoader: { checksTypes: true },
  });
  const one = await bench.project("the program with 1 publisher", { settings: publishers(1) });
  const ten = await bench.project("the program with 10 publishers", { settings: publishers(10) });
  const hundred = await bench.project("the program with 100 publishers", { settings: publishers(100) });
  const onePackage = await bench.project("the program with 1 package", { settings: packages(1) });
  const manyPackages = await bench.project("the program with 300 packages", { settings: packages(300) });
  const subjects = [empty, program, audited, defaults, one, ten, hundred, onePackage, manyPackages];
  const durations = await timeInTurn(subjects, rounds, progress);
  const timesOf = (subject: TimedProject) => durations[subjects.indexOf(subject)] ?? [];
  const compare = (
    what: string,
    [mine, other]: readonly [TimedProject, TimedProject],
    [word, bound]: readonly ["at most" | "at least", number],
  ): Comparison => {
    const [these, others] = [timesOf(mine), timesOf(other)];
    const ratio = spreadByRound((mine = NaN, other = NaN) => mine / other, these, others);
    const above = (phase: keyof Phases) => medianOf(mine, phase) - medianOf(other, phase);
    return {
      what,
      ratio,
      aim: `${word} ${bound}`,
      withinAim: word === "at most" ? ratio.median <= bound : ratio.median >= bound,
      milliseconds: { this: spread(these), other: spread(others) },
      above: { loading: above("loading"), registering: above("registering"), engine: above("engine") },
    };
  };
  return [
    compare("the program beside one that only imports Pulumi", [program, empty], ["at most", 1.3]),
    compare(
      "the program with an audit trail and alarms beside one that only imports Pulumi",
      [audited, empty],
      ["at most", 1.3],
    ),
    compare("the program under Pulumi's defaults beside the program", [defaults, program], ["at least", 2.5]),
    compare("10 publishers with 3 packages each beside 1", [ten, one], ["at most", 4]),
    compare("100 publishers with 3 packages each beside 1", [hundred, one], ["at most", 4]),
    compare("300 packages of one publisher beside 1", [manyPackages, onePackage], ["at most", 2]),
  ];
}

/** Without the first preview, which warms up. */
function medianOf({ phases }: TimedProject, phase: keyof Phases): number {
  return spread(phases.slice(1).map((each) => each[phase])).median;
}
