import { Parser } from "htmlparser2";
import { beyond, ownLimits } from "../ownLimits";
import type { HostAnswer } from "./indexHosts";
import { checkApiVersion, isTooLong, type ListedFile, notAPage, type PageParser, writeInSlices } from "./projectPage";

/**
 * Reads a page as PEP 503 has it, and hands on each link as it comes.
 *
 * @returns whether the page says that it is of the simple API
 */
export async function readHtmlPage(answer: HostAnswer, take: (file: ListedFile) => void): Promise<boolean> {
  const page = new HtmlPage(answer, take);
  await writeInSlices(answer, page);
  page.end();
  return page.hasVersion;
}

type Attributes = Readonly<Record<string, string>>;

class HtmlPage implements PageParser {
  found = 0;
  hasVersion = false;
  readonly #decoder = new TextDecoder();
  readonly #parser: Parser;
  #depth = 0;
  #base: string;
  #hasBase = false;
  #link: { readonly attributes: Attributes; text: string } | undefined;

  constructor(
    readonly answer: HostAnswer,
    readonly take: (file: ListedFile) => void,
  ) {
    this.#base = answer.url;
    this.#parser = new Parser({
      onopentag: (name, attributes) => {
        this.#open(name, attributes);
      },
      ontext: (text) => {
        if (this.#link !== undefined) {
          this.#link.text += text;
        }
      },
      onclosetag: (name) => {
        this.#depth -= 1;
        if (name === "a") {
          this.#endLink();
        }
      },
    });
  }

  write(part: Buffer): void {
    this.#parser.write(this.#decoder.decode(part, { stream: true }));
  }

  end(): void {
    this.#parser.end(this.#decoder.decode());
  }

  #open(name: string, attributes: Attributes): void {
    this.#depth += 1;
    // The parser takes longer for each element the deeper it is.
    if (this.#depth > ownLimits.indexHtmlDepth.most) {
      throw notAPage(this.answer, beyond(ownLimits.indexHtmlDepth, "of HTML that is"));
    }
    if (name === "a") {
      this.#endLink();
      this.#link = { attributes, text: "" };
    } else if (name === "base" && !this.#hasBase) {
      this.#hasBase = true;
      const { href = "" } = attributes;
      this.#base = this.#addressOf(href) ?? this.#base;
    } else if (name === "meta" && attributes.name === "pypi:repository-version") {
      checkApiVersion(this.answer, attributes.content ?? "");
      this.hasVersion = true;
    }
  }

  #endLink(): void {
    if (this.#link === undefined) {
      return;
    }
    const { attributes, text } = this.#link;
    const { "data-requires-python": requiresPython, "data-yanked": yanked } = attributes;
    const [link = "", fragment = ""] = (attributes.href ?? "").split("#");
    this.#link = undefined;
    this.found += 1;
    this.take({
      filename: text.trim(),
      url: this.#addressOf(link) ?? link,
      sha256: /^sha256=(\w+)$/.exec(fragment)?.[1],
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...(yanked === undefined ? {} : { yanked: yanked === "" ? true : yanked }),
    });
  }

  /** Where a link leads from the page's base, if anywhere. */
  #addressOf(link: string): string | undefined {
    return !isTooLong(link) && URL.canParse(link, this.#base) ? new URL(link, this.#base).href : undefined;
  }
}
