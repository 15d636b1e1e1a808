import confirmPrompt from "@inquirer/confirm";
import inputPrompt from "@inquirer/input";
import * as z from "zod";
import { CommandError, exitCodeOfSignal, type OptionValues, UsageError } from "../cli";
import { githubApi } from "../verify/github";
import type { Respondent } from "./questions";
import { AnswerError, type RepositoryIds } from "./readAnswers";

/** Asks a person for each answer that no option gives. */
export class Person implements Respondent {
  readonly #options: OptionValues;

  constructor(options: OptionValues) {
    this.#options = options;
  }

  async ask<Answer>(name: string, question: string, present: string | undefined, read: (text: string) => Answer) {
    const given = this.#options[name];
    if (typeof given === "string") {
      return understood(name, given, read);
    }
    const text = await answered(
      inputPrompt({
        message: `${question}:`,
        default: present === "" ? undefined : present,
        validate: (typed) => complaint(typed, read) ?? true,
      }),
    );
    return read(text);
  }

  repeated(name: string): readonly string[] | undefined {
    return repeatedOption(this.#options, name);
  }

  /** Without `gh`, or where it cannot see the repository, the person is asked. */
  lookUp(repository: string): Promise<RepositoryIds | undefined> {
    return lookUpIds(repository);
  }

  /** @param question - answered by yes or no; yes by saying nothing */
  confirm(question: string): Promise<boolean> {
    return answered(confirmPrompt({ message: question, default: true }));
  }
}

/** Takes each answer from an option, or from the present files. */
export class Options implements Respondent {
  readonly #options: OptionValues;
  readonly #required: readonly string[];
  readonly #errors: string[] = [];

  /** @param required - options that the files cannot replace */
  constructor(options: OptionValues, required: readonly string[]) {
    this.#options = options;
    this.#required = required;
  }

  ask<Answer>(name: string, question: string, present: string | undefined, read: (text: string) => Answer) {
    const given = this.#options[name];
    if (typeof given === "string") {
      const error = complaint(given, read);
      if (error === undefined) {
        return Promise.resolve(read(given));
      }
      this.#errors.push(`--${name}: ${error}`);
    } else if (present === undefined || this.#required.includes(name)) {
      this.#errors.push(`--${name} is missing: ${question}`);
    }
    // Reading goes on, so that every error is found.
    return Promise.resolve(read(present ?? ""));
  }

  repeated(name: string): readonly string[] | undefined {
    return repeatedOption(this.#options, name);
  }

  get #isExample(): boolean {
    return (
      this.#required.includes("repository") &&
      ["repository", "publisher"].every((name) => this.#options[name] === undefined)
    );
  }

  async lookUp(repository: string): Promise<RepositoryIds> {
    const found = await lookUpIds(repository);
    // Of a repository that is only the example's nothing is asked.
    if (found === undefined && !this.#isExample) {
      this.#errors.push(
        `--ids ${repository}=REPOSITORY_ID:OWNER_ID is missing, and gh does not tell them: ` +
          `gh api repos/${repository} --jq '.id, .owner.id'. Write 0:0 while they are not known`,
      );
    }
    return found ?? { repository: "0", owner: "0" };
  }

  /** @throws UsageError that lists every answer that is missing or not understood */
  check(): void {
    if (this.#errors.length > 0) {
      throw new UsageError(
        this.#errors.length === 1
          ? (this.#errors[0] ?? "")
          : [`${this.#errors.length} answers are missing or not understood:`, ...this.#errors].join("\n  "),
      );
    }
  }
}

const repositoryAnswer = z.object({ id: z.int(), owner: z.object({ id: z.int() }) });

async function lookUpIds(repository: string): Promise<RepositoryIds | undefined> {
  try {
    const answer = await githubApi(`repos/${repository}`, repositoryAnswer);
    return answer && { repository: String(answer.id), owner: String(answer.owner.id) };
  } catch (error) {
    if (error instanceof CommandError) {
      return undefined;
    }
    throw error;
  }
}

function repeatedOption(options: OptionValues, name: string): readonly string[] | undefined {
  const given = options[name];
  return Array.isArray(given) ? (given as readonly string[]) : undefined;
}

function understood<Answer>(name: string, text: string, read: (text: string) => Answer): Answer {
  const error = complaint(text, read);
  if (error !== undefined) {
    throw new UsageError(`--${name}: ${error}`);
  }
  return read(text);
}

function complaint(text: string, read: (text: string) => unknown): string | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    if (error instanceof AnswerError) {
      return error.message;
    }
    throw error;
  }
}

/** Ctrl-C ends a prompt with an error. */
async function answered<Answer>(prompt: Promise<Answer>): Promise<Answer> {
  try {
    return await prompt;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") {
      throw new CommandError("Interrupted. No file was written.", exitCodeOfSignal("SIGINT"));
    }
    throw error;
  }
}
