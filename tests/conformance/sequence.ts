import type { AwsClients } from "../../commands/aws/clients";
import { type CliProject, type CliRun, type Settings, stepTexts } from "../support/pulumiProject";
import { exampleCreated, exampleSettings, type SettingsChange } from "../support/settingsChanges";
import { drifts, remaining } from "./awsClients";

/** A step of the sequence that has ended. */
export interface StepResult {
  readonly title: string;
  /** What differs from what is expected, a line each; none where the step has passed. */
  readonly differences: readonly string[];
}

interface Deployed {
  readonly project: CliProject;
  /** Of the account that the project's providers deploy into, which has neither domain nor role. */
  readonly clients: AwsClients;
  readonly changes: readonly SettingsChange[];
}

const stack = "dev";

/** The life of the example's stack dev, from its first preview to an account without it. Each step's result follows at its end. */
export async function* conformanceSteps({ project, clients, changes }: Deployed): AsyncGenerator<StepResult> {
  await project.init(stack);

  yield await step("a preview shows what an update makes", async () =>
    differences(await project.preview(stack), exampleCreated),
  );
  const created = await step("the first update makes it", async () =>
    differences(await project.up(stack), exampleCreated),
  );
  yield created;

  if (created.differences.length === 0) {
    yield await step("the second update changes nothing", async () =>
      differences(await project.up(stack, "--expect-no-changes"), []),
    );
    yield* changeSteps(project, changes);
    yield* driftSteps(project, clients);
  } else {
    yield { title: "changes of settings, and drift", differences: ["not tried, because the first update failed"] };
  }

  yield await step("a destroy deletes all of it", async () =>
    differences(
      await project.destroy(stack),
      exampleCreated.map((text) => text.replace("create", "delete")),
    ),
  );
  yield await step("neither domain nor role nor policy remains", async () => remaining(clients));
}

async function* changeSteps(project: CliProject, changes: readonly SettingsChange[]): AsyncGenerator<StepResult> {
  /** The settings that are deployed; undefined after an update that failed. */
  let current: Settings | undefined = exampleSettings;
  const up = async (settings: Settings) => {
    project.configure(stack, settings);
    current = undefined;
    const run = await project.up(stack);
    current = run.exitCode === 0 ? settings : undefined;
    return run;
  };
  const begin = async (settings: Settings) => (current === settings ? [] : failureOf(await up(settings)));

  for (const { title, settings, there, back, from = exampleSettings } of changes) {
    yield await step(title, async () => [...(await begin(from)), ...differences(await up(settings), there)]);
    yield await step(`${title}; and back`, async () => [
      ...(await begin(settings)),
      ...differences(await up(from), back),
    ]);
  }
  yield await step("the example's settings again", () => begin(exampleSettings));
}

async function* driftSteps(project: CliProject, clients: AwsClients): AsyncGenerator<StepResult> {
  const steps = drifts.map((drift) => drift.step).sort();
  yield await step("a refresh finds nothing that another client changed", async () =>
    differences(await project.refresh(stack), []),
  );
  yield await step(`a refresh finds ${drifts.map(({ what }) => what).join(", ")}`, async () => {
    for (const { change } of drifts) {
      await change(clients);
    }
    return differences(await project.refresh(stack), steps);
  });
  yield await step("the next update repairs each", async () => differences(await project.up(stack), steps));
  yield await step("an update with a refresh then changes nothing", async () =>
    differences(await project.up(stack, "--refresh", "--expect-no-changes"), []),
  );
}

async function step(title: string, run: () => Promise<readonly string[]>): Promise<StepResult> {
  try {
    return { title, differences: await run() };
  } catch (error) {
    return { title, differences: [String(error)] };
  }
}

function differences(run: CliRun, expected: readonly string[]): readonly string[] {
  const actual = stepTexts(run.steps);
  const list = (texts: readonly string[]) => texts.join(", ") || "no step";
  return [
    ...failureOf(run),
    ...(list(actual) === list(expected) ? [] : [`expected: ${list(expected)}`, `actual:   ${list(actual)}`]),
  ];
}

function failureOf({ exitCode, messages, stderr }: CliRun): readonly string[] {
  if (exitCode === 0) {
    return [];
  }
  const why = messages.length > 0 ? messages : [stderr.trim()];
  return [`exit code ${String(exitCode)}`, ...why.flatMap((text) => text.split("\n"))];
}
