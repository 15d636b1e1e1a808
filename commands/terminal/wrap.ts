/** How wide help, tables and messages are where the terminal does not say, in characters. */
export const defaultWidth = 80;

/**
 * Breaks text between words into lines of at most `width` characters. A word that is longer than that stays whole.
 *
 * @param indent - put before every line but the first, and counted
 */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[ \n]+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    const room = width - (lines.length === 0 ? 0 : indent.length);
    if (line !== "" && longer.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}
