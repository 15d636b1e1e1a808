import { parseArgs, type ParseArgsConfig } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { EngineError } from "../sandbox/pulumi/engineError";
import { SandboxError } from "../sandbox/core/sandboxError";

/** What a person typed, where it is understood. */
export type CommandOptions = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** A command as a person meets it. */
export interface Command {
  /** Printed for `--help`, and after a call that is not understood. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** Whether words may follow that belong to no option. @default false */
  readonly takesWords?: boolean;
  /** Answers with what to print. Of what ends by itself nothing is printed before all of it is known. */
  readonly run: (options: CommandOptions, words: readonly string[]) => Promise<CommandResult>;
}

/** What a command came to. */
export interface CommandResult {
  /** For standard output. */
  readonly text: string;
  /** For standard error, behind it. */
  readonly warnings?: readonly string[];
  readonly exitCode: number;
}

/** Says that the call itself is wrong: the exit code is 2 and the usage follows. */
export class UsageError extends Error {}

/** What a person asked for and cannot be done, told without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/**
 * Runs a command. Exit codes: 0 done, 1 refused or not as declared, 2 the call is not understood, or whether all is as
 * declared cannot be told. What the program or AWS refuses is told without a stack trace.
 */
export async function runCommand({ usage, options, takesWords = false, run }: Command): Promise<void> {
  // A pipe that closes early, as of `| head`, has had enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? process.exitCode : 1);
  });
  try {
    const { values, positionals } = parse(options, takesWords);
    if (values.help === true) {
      process.stdout.write(`${usage}\n`);
      return;
    }
    const { text, warnings = [], exitCode } = await run(values, positionals);
    process.exitCode = exitCode;
    process.stdout.write(text === "" || text.endsWith("\n") ? text : `${text}\n`);
    process.stderr.write(warnings.map((line) => `warning: ${line}\n`).join(""));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\n\n${usage}\n`);
      process.exitCode = 2;
    } else if (isForPeople(error)) {
      process.stderr.write(`error: ${error.message}\n`);
      process.exitCode = error instanceof CommandError ? error.exitCode : 1;
    } else {
      throw error;
    }
  }
}

function isForPeople(error: unknown): error is Error {
  return [EngineError, SandboxError, CommandError].some((kind) => error instanceof kind) || RunError.isInstance(error);
}

function parse(options: Command["options"], allowPositionals: boolean) {
  try {
    return parseArgs({
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
