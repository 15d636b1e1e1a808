import { constants } from "node:os";
import { basename } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { didYouMean } from "../naming/closestName";
import { EngineError } from "../sandbox/pulumi/stackFiles";
import { SandboxError } from "../sandbox/core/awsError";
import { defaultWidth, wrap } from "./terminal/wrap";

/** An option with any text as its value. */
interface TextOption {
  readonly type: "text";
  /** What the help calls the value, such as `NAME`. */
  readonly value: string;
  readonly help: string;
  /** @default undefined where the option is not given */
  readonly default?: string;
  /** Whether the command does not run without it. @default false */
  readonly required?: true;
  /** Whether it may be given several times. @default false */
  readonly multiple?: true;
}

/** An option with one of a few values; the first is the default. */
interface ChoiceOption {
  readonly type: "choice";
  readonly choices: readonly [string, ...string[]];
  /** What follows the list of choices. @default "" */
  readonly help?: string;
}

/** An option without a value. */
interface FlagOption {
  readonly type: "flag";
  readonly help: string;
}

type Option = TextOption | ChoiceOption | FlagOption;
type Options = Readonly<Record<string, Option>>;

type Value<One extends Option> = One extends FlagOption
  ? boolean
  : One extends ChoiceOption
    ? One["choices"][number]
    : One extends { readonly multiple: true }
      ? readonly string[] | undefined
      : One extends { readonly default: string } | { readonly required: true }
        ? string
        : string | undefined;

type Values<Given extends Options> = { readonly [Name in keyof Given]: Value<Given[Name]> };

/** The values of options whose names are not known to the compiler. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A command. Its help is made from this definition. */
export interface Command<Given extends Options = Options> {
  /** How it is called, such as `npm run access`. */
  readonly call: string;
  /** What it does, in paragraphs with blank lines between them. */
  readonly summary: string;
  readonly options: Given;
  /** What the help calls the words that may follow the options. @default - no word may */
  readonly words?: string;
  /** Paragraphs below the options: exit codes, examples. A line that begins with spaces keeps them. */
  readonly notes?: string;
  /** Returns what to print. A command that ends by itself prints once, at its end. */
  readonly run: (values: Values<Given>, words: readonly string[]) => Promise<CommandResult>;
}

type Described = Omit<Command, "run">;

/** How a command ended. */
export interface CommandResult {
  /** For standard output. */
  readonly text: string;
  /** For standard error, after the text. */
  readonly warnings?: readonly string[];
  readonly exitCode: number;
}

/** Says that the call itself is wrong: the exit code is 2, and the error names the help. */
export class UsageError extends Error {}

/** An error for the person who called, printed without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/**
 * Runs a command. Exit codes: 0 done, 1 rejected or not as declared, 2 the call is wrong or AWS or GitHub cannot be asked.
 * Errors in settings, files and answers are printed without a stack trace, as the last thing.
 */
export async function runCommand<const Given extends Options>(command: Command<Given>): Promise<void> {
  // A pipe that closes early, such as `| head`, has enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? process.exitCode : 1);
  });
  try {
    const call = parse(command);
    if (call === "help") {
      process.stdout.write(`${help(command)}\n`);
      return;
    }
    const { text, warnings = [], exitCode } = await command.run(call.values as Values<Given>, call.words);
    process.exitCode = exitCode;
    process.stdout.write(text === "" || text.endsWith("\n") ? text : `${text}\n`);
    process.stderr.write(warnings.map((line) => `warning: ${line}\n`).join(""));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\nSee ${command.call} -- --help\n`);
      process.exitCode = 2;
      return;
    }
    const message = await messageForPeople(error);
    if (message === undefined) {
      throw error;
    }
    process.stderr.write(`error: ${message}\n`);
    process.exitCode = error instanceof CommandError ? error.exitCode : 1;
  }
}

/** The message of an error that no stack trace explains better. */
async function messageForPeople(error: unknown): Promise<string | undefined> {
  if ([EngineError, SandboxError, CommandError].some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  // Loaded here only: it takes longer than everything else that help or a wrong call needs.
  const { RunError } = await import("@pulumi/pulumi");
  return RunError.isInstance(error) ? error.message : undefined;
}

function parse({
  call,
  options,
  words,
}: Described): "help" | { readonly values: OptionValues; readonly words: string[] } {
  const config = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, parserOption(option)]));
  const { values, positionals } = parseWords({
    options: { ...config, help: { type: "boolean", short: "h" } },
    allowPositionals: words !== undefined,
  });
  if (values.help === true) {
    return "help";
  }
  const errors = Object.entries(options).flatMap(([name, option]) => [
    ...(takenByNpm(name, option, values[name]) ? [npmError(call, name, option)] : []),
    ...valueErrors(name, option, values[name]),
  ]);
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n"));
  }
  return { values, words: positionals };
}

function parserOption(option: Option): NonNullable<ParseArgsConfig["options"]>[string] {
  switch (option.type) {
    case "flag":
      return { type: "boolean", default: false };
    case "choice":
      return { type: "string", default: option.choices[0] };
    case "text":
      return { type: "string", multiple: option.multiple ?? false, ...optionDefault(option) };
  }
}

/** `parseArgs` rejects a default that is undefined. */
function optionDefault({ default: text }: TextOption): { readonly default?: string } {
  return text === undefined ? {} : { default: text };
}

function parseWords(config: ParseArgsConfig): { readonly values: OptionValues; readonly positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ ...config, args: joinNegatives(process.argv.slice(2)) });
    return { values, positionals };
  } catch (error) {
    // The rest of the message is advice for words that begin with a dash.
    const message =
      error instanceof Error ? error.message.replace(/\. (?:To specify|This command).*$/s, "") : String(error);
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
    const meant =
      unknown === undefined
        ? ""
        : didYouMean(
            `--${unknown}`,
            Object.keys(config.options ?? {}).map((name) => `--${name}`),
          );
    throw new UsageError(meant === "" ? message : `${message}.${meant}`);
  }
}

/** `--gb -1` as `--gb=-1`: the command says what is wrong with the number, where `parseArgs` asks what is meant. */
function joinNegatives(words: readonly string[]): string[] {
  return words.reduce<string[]>((joined, word) => {
    const option = joined.at(-1) ?? "";
    return /^-\d/.test(word) && /^--[^=]+$/.test(option)
      ? [...joined.slice(0, -1), `${option}=${word}`]
      : [...joined, word];
  }, []);
}

function valueErrors(name: string, option: Option, value: OptionValues[string]): readonly string[] {
  if (option.type === "choice" && !option.choices.some((choice) => choice === value)) {
    return [`--${name} ${String(value)} is not one of ${option.choices.join(", ")}.`];
  }
  return option.type === "text" && option.required === true && value === undefined
    ? [`--${name} is missing: ${option.help}`]
    : [];
}

/**
 * Whether npm took an option before `--`: it sets an environment variable and leaves the option out of the call. An
 * npm setting of the same name, such as `registry`, has an address as its value.
 * Source: https://docs.npmjs.com/cli/using-npm/config
 */
function takenByNpm(name: string, option: Option, given: OptionValues[string]): boolean {
  const { npm_lifecycle_script: script = "", [npmVariable(name)]: taken = "" } = process.env;
  if (!script.includes(basename(process.argv[1] ?? "")) || taken === "" || taken.includes("://")) {
    return false;
  }
  return option.type === "flag" ? taken === "true" && given !== true : taken !== given;
}

function npmError(call: string, name: string, option: Option): string {
  const taken = process.env[npmVariable(name)] ?? "";
  const value = option.type === "flag" ? "" : ` ${taken === "true" ? placeholder(name, option) : taken}`;
  return `npm took --${name} as a setting of its own. Put -- before the options: ${call} -- --${name}${value}`;
}

function npmVariable(name: string): string {
  return `npm_config_${name.replaceAll("-", "_")}`;
}

function help({ call, summary, options, words, notes = "" }: Described): string {
  const flags = Object.entries(options).map(([name, option]) => {
    const flag = option.type === "flag" ? `--${name}` : `--${name} ${placeholder(name, option)}`;
    const usage = option.type === "choice" ? `--${name} ${option.choices.join("|")}` : flag;
    return { flag, usage, option, isRequired: option.type === "text" && option.required === true };
  });
  const column = Math.min(Math.max(0, ...flags.map(({ flag }) => flag.length)), longestFlag) + 4;
  const described = flags.map(({ flag, option }) => {
    const indent = " ".repeat(column);
    const text = wrap(optionHelp(option), defaultWidth - column).replaceAll("\n", `\n${indent}`);
    return flag.length <= longestFlag ? `  ${flag.padEnd(column - 2)}${text}` : `  ${flag}\n${indent}${text}`;
  });
  const required = flags.filter(({ isRequired }) => isRequired).map(({ usage }) => usage);
  const optional = flags.filter(({ isRequired }) => !isRequired).map(({ usage }) => `[${usage}]`);
  const start = ["Usage:", call, ...(flags.length > 0 || words !== undefined ? ["--"] : []), ...required];
  const shown = optional.length > 4 ? ["[OPTIONS]"] : optional;
  return [
    wrapParts([...start, ...shown, ...(words === undefined ? [] : [words])], "       "),
    paragraphs(summary),
    described.join("\n"),
    paragraphs(notes),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

const longestFlag = 22;

function placeholder(name: string, option: Exclude<Option, FlagOption>): string {
  return option.type === "text" ? option.value : name.toUpperCase();
}

/** The exit code of a process that a signal ended, as shells have it: 130 after Ctrl-C. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function optionHelp(option: Option): string {
  switch (option.type) {
    case "flag":
      return option.help;
    case "text":
      return option.default === undefined ? option.help : `${option.help} (default: ${option.default})`;
    case "choice": {
      const [first, ...others] = option.choices;
      return `${[`${first} (default)`, ...others].join(", ")}${option.help === undefined ? "" : `; ${option.help}`}`;
    }
  }
}

/** Joins parts into lines, none of them broken. */
function wrapParts(parts: readonly string[], indent: string): string {
  // A no-break space keeps an option and its value together.
  return wrap(parts.map((part) => part.replaceAll(" ", "\u00a0")).join(" "), defaultWidth, indent).replaceAll(
    "\u00a0",
    " ",
  );
}

/** Wraps each paragraph. An indentation that all lines share is that of the source; what is beyond it stays. */
function paragraphs(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const shared = Math.min(...lines.map(indentationOf));
  return text
    .replace(/^\n+|\s+$/g, "")
    .split(/\n\s*\n/)
    .map((paragraph) => {
      const indent = " ".repeat(Math.max(0, indentationOf(paragraph) - shared));
      return indent + wrap(paragraph, defaultWidth - indent.length).replaceAll("\n", `\n${indent}`);
    })
    .join("\n\n");
}

function indentationOf(line: string): number {
  return line.length - line.trimStart().length;
}
