import { consoleCommands, sectionOf } from "./document";

/** A command of this project as a document has it: its name, and the words after `--`. */
export type NpmCommand = readonly [name: string, words: readonly string[]];

/** A section's commands of this project, without their option `--profile`: a test gives the credentials. */
export function npmCommands(path: string, heading: string): readonly NpmCommand[] {
  return consoleCommands(sectionOf(path, heading)).flatMap((command) => {
    const [, name = "", words = ""] = /^npm run ([\w:]+) -- (.*)$/.exec(command) ?? [];
    return name === "" ? [] : [[name, words.replace(/ --profile \S+/, "").split(" ")] as const];
  });
}
