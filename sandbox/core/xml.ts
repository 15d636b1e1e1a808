/** Elements by name, in the order in which they are written; several of a name are a list. */
export interface XmlElements {
  readonly [name: string]: XmlContent | readonly XmlContent[];
}

type XmlContent = string | XmlElements;

/** Writes elements, with text that may hold anything. Names are the caller's own. */
export function renderXml(elements: XmlElements): string {
  return Object.entries(elements)
    .flatMap(([name, content]) => (isList(content) ? content : [content]).map((each) => element(name, each)))
    .join("");
}

function element(name: string, content: XmlContent): string {
  const inner = typeof content === "string" ? escapeXml(content) : renderXml(content);
  // A name may carry attributes.
  return `<${name}>${inner}</${name.split(" ")[0] ?? name}>`;
}

function isList(content: XmlContent | readonly XmlContent[]): content is readonly XmlContent[] {
  return Array.isArray(content);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Characters that XML 1.0 cannot hold, not even escaped. */
const forbidden = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

function escapeXml(text: string): string {
  return text.replace(forbidden, "\uFFFD").replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
