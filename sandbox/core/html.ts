/** HTML as it may be sent: everything in it that came from outside is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** HTML from a template. What is filled in is escaped, unless it is HTML itself; of a list every item in turn. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const filled = values.map((value) => {
    if (value instanceof Html) {
      return value.text;
    }
    return typeof value === "object" ? value.map(({ text }) => text).join("") : escape(String(value));
  });
  return new Html(strings.map((string, index) => string + (filled[index] ?? "")).join(""));
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
