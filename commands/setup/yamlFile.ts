import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { EngineError } from "../../sandbox/pulumi/stackFiles";

type Key = string | number;

/** The text of a YAML file, changed value by value. Comments, order and spelling of everything else stay. */
export class YamlFile {
  readonly #document: Document;
  readonly #before: string;
  #changed = false;

  /** @throws EngineError for text that is not YAML */
  constructor(name: string, text: string) {
    this.#before = text;
    // The Pulumi CLI reads more texts as numbers and dates than YAML 1.2 does: such a text is written in quotation marks.
    this.#document = parseDocument(text, { compat: "yaml-1.1" });
    const [error] = this.#document.errors;
    if (error !== undefined) {
      throw new EngineError(`${name} is not YAML: ${error.message.trimEnd()}`);
    }
  }

  /** The value as YAML reads it; undefined without a value. */
  get(...path: readonly Key[]): unknown {
    const node = this.#node(path);
    return node?.toJS(this.#document) as unknown;
  }

  /** A scalar as it is written, so that a number keeps its zeros. */
  text(...path: readonly Key[]): string | undefined {
    const node = this.#node(path);
    return isScalar(node) && node.value !== null ? (node.source ?? JSON.stringify(node.value)) : undefined;
  }

  /** The keys of a map, in the file's order; none where there is no map. */
  keys(...path: readonly Key[]): readonly string[] {
    const node = this.#node(path);
    return isMap(node) ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  }

  /** Writes a value, unless it is there already. */
  set(path: readonly Key[], value: unknown): void {
    if (JSON.stringify(this.get(...path)) === JSON.stringify(value)) {
      return;
    }
    const present = this.#node(path);
    this.#changed = true;
    if (isScalar(present) && !isCollection(value)) {
      present.value = value;
      // Numbers are written in digits, text with the quotation marks that it needs.
      delete present.source;
      present.type = undefined;
    } else if (isSeq(present) && Array.isArray(value)) {
      present.items = value.map((entry) => keptEntry(present, entry) ?? this.#document.createNode(entry));
    } else {
      this.#document.setIn(path, this.#document.createNode(value));
    }
  }

  /** Gives a list other entries: each is one that is there, by its place, or a new one. */
  arrange(path: readonly Key[], entries: readonly (number | object)[]): void {
    const present = this.#node(path);
    const items = isSeq(present) ? present.items : [];
    const arranged = entries.map((entry) =>
      typeof entry === "number" ? items[entry] : this.#document.createNode(entry),
    );
    this.#changed = true;
    if (isSeq(present)) {
      present.items = arranged;
    } else {
      this.#document.setIn(path, this.#document.createNode(entries));
    }
  }

  /** Writes a key of a map directly below another one. */
  insertAfter(map: readonly Key[], after: string, key: string, value: Node): void {
    const node = this.#node(map) as YAMLMap;
    const place = node.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === after);
    node.items.splice(place + 1, 0, this.#document.createPair(key, value));
    this.#changed = true;
  }

  remove(...path: readonly Key[]): void {
    if (this.#node(path) !== undefined) {
      this.#document.deleteIn(path);
      this.#changed = true;
    }
  }

  /** The whole file; word for word as it was where nothing was changed. */
  toString(): string {
    return this.#changed ? this.#document.toString({ lineWidth: 0, flowCollectionPadding: false }) : this.#before;
  }

  #node(path: readonly Key[]): Node | undefined {
    return path.length === 0
      ? (this.#document.contents ?? undefined)
      : ((this.#document.getIn(path, true) as Node | undefined) ?? undefined);
  }
}

/** A list in one line, each entry in quotation marks: `["012345678901"]`. */
function quotedList(entries: readonly string[]): YAMLSeq {
  const list = parseDocument(JSON.stringify(entries)).contents as unknown as YAMLSeq;
  list.flow = true;
  for (const entry of list.items as Scalar[]) {
    entry.type = Scalar.QUOTE_DOUBLE;
  }
  return list;
}

/**
 * Replaces one scalar or list in the text of a file, and not a character beside it.
 *
 * @param written - as the file is to have it
 * @returns undefined where the file has nothing at this path
 */
export function replaceInText(text: string, path: readonly Key[], written: string): string | undefined {
  const node = parseDocument(text).getIn(path, true) as Node | undefined;
  const [start, end] = node?.range ?? [];
  return start === undefined || end === undefined ? undefined : text.slice(0, start) + written + text.slice(end);
}

function isCollection(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function keptEntry({ items }: YAMLSeq, entry: unknown): unknown {
  return items.find((item) => isScalar(item) && item.value === entry);
}

const accountLine = /^( *)# (aws:allowedAccountIds: ).*$/m;

/** The shipped files have the line as a comment, in its place. */
export function withAccountLine(text: string, account: string | undefined): string {
  return account === undefined ? text : text.replace(accountLine, `$1$2["${account}"]`);
}

/** Writes the only account that the stack may be deployed into, or takes the line away while it is not known. */
export function writeAccount(file: YamlFile, account: string | undefined): void {
  const path = ["config", "aws:allowedAccountIds"];
  if (account === undefined) {
    file.remove(...path);
  } else if (file.text(...path, 0) === account) {
    return;
  } else if (file.get(...path) === undefined) {
    file.insertAfter(["config"], "aws:region", "aws:allowedAccountIds", quotedList([account]));
  } else {
    file.set([...path, 0], account);
  }
}
