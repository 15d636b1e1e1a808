/** The longest text, in characters, that is shown of one name. */
const nameLimit = 300;

/** The longest line of a block, in characters, and the most lines. */
const lineLimit = 500;
const blockLimit = 200;

/**
 * Text that a pull request may have chosen, as a piece of code: nothing in it is read as Markdown or HTML, and it notifies
 * no one. Characters that are invisible, change the direction of text, or only look like ASCII show as `\u{…}`.
 *
 * @param limit - the most characters shown; the number of those cut is stated behind the piece
 */
export function code(text: string, limit = nameLimit): string {
  const { shown, rest } = cut(text.replaceAll(/[ \t\r\n]+/g, " "), limit);
  return text === "" ? "" : `\`${shown}\`${rest}`;
}

/** Several such texts; of many the first few and how many more there are. */
export function codes(texts: readonly string[]): string {
  const shown = (texts.length > 6 ? texts.slice(0, 5) : texts).map((text) => code(text)).join(", ");
  return texts.length > 6 ? `${shown} and ${texts.length - 5} more` : shown;
}

/** A row of a table; each cell is text that a pull request may have chosen. */
export function row(cells: readonly string[], limit = nameLimit): string {
  // Inside a table a bar ends the cell, even within a piece of code.
  return `| ${cells.map((text) => code(text, limit).replaceAll("|", "\\u{7c}")).join(" | ")} |`;
}

/** Such text as the lines of a block, which nothing in them can end. Of many lines the last are shown. */
export function fenced(language: string, lines: readonly string[]): string {
  const last = lines.slice(-blockLimit).map((line) => {
    const { shown, rest } = cut(withoutColors(line), lineLimit);
    return shown + rest;
  });
  const rest = lines.length > blockLimit ? [`(${lines.length - blockLimit} lines before these are not shown)`] : [];
  return ["```" + language, ...rest, ...last, "```"].join("\n");
}

/** A part that is folded away. */
export function details(title: string, text: string): string {
  return ["<details>", `<summary>${title}</summary>`, "", text, "", "</details>"].join("\n");
}

/** As much of a text as fits, and the number of characters that do not. */
function cut(text: string, limit: number): { readonly shown: string; readonly rest: string } {
  let shown = "";
  let place = 0;
  for (const character of text) {
    const piece = visible(character);
    if (shown.length + piece.length > limit) {
      return { shown, rest: ` (and ${text.length - place} more characters)` };
    }
    shown += piece;
    place += character.length;
  }
  return { shown, rest: "" };
}

/** Printable ASCII as it is, except for the backtick, which would end a piece of code. */
function visible(character: string): string {
  if (character === "`") {
    return "'";
  }
  return character >= " " && character <= "~" ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Programs print colours, and Windows' ends of lines. */
function withoutColors(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "").replaceAll("\r", "");
}
