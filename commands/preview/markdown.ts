/**
 * Text that a pull request may have chosen, as a piece of code in a table's cell: nothing in it is read as Markdown or HTML,
 * and nobody is notified by it.
 */
export function code(text: string): string {
  return text === "" ? "" : `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll(/\s+/g, " ")}\``;
}

/** Such text as a block, without what would end the block or steer a terminal. */
export function fenced(language: string, text: string): string {
  return ["```" + language, stripped(text).replaceAll("```", "'''"), "```"].join("\n");
}

/** A part that is folded away. */
export function details(title: string, text: string): string {
  return ["<details>", `<summary>${title}</summary>`, "", text, "", "</details>"].join("\n");
}

function stripped(text: string): string {
  // Colours, as programs print them.
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "").replaceAll("\r", "");
}
