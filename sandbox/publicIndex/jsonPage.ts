import { JSONParser, TokenType } from "@streamparser/json";
import * as z from "zod";
import { PublicIndexUnavailable } from "../codeartifact/packages/search";
import { beyond, ownLimits } from "../ownLimits";
import type { HostAnswer } from "./indexHosts";
import { checkApiVersion, type ListedFile, notAPage, type PageParser, writeInSlices } from "./projectPage";

const pageMeta = z.object({ "api-version": z.string() });

const pageFile = z.object({
  filename: z.string(),
  url: z.string(),
  hashes: z.record(z.string(), z.string()),
  "requires-python": z.string().nullish(),
  yanked: z.union([z.boolean(), z.string()]).optional(),
  size: z.int().nonnegative().nullish(),
  "upload-time": z.string().nullish(),
});

/** Reads a page as PEP 691 has it, and hands on each file as it comes. */
export async function readJsonPage(answer: HostAnswer, take: (file: ListedFile) => void): Promise<void> {
  const page = new JsonPage(answer, take);
  try {
    await writeInSlices(answer, page);
    page.end();
  } catch (error) {
    throw error instanceof PublicIndexUnavailable ? error : notAPage(answer, "that is no JSON");
  }
}

class JsonPage implements PageParser {
  found = 0;
  readonly #parser = new JSONParser({ paths: ["$.meta", "$.files.*"], keepStack: false });
  #depth = 0;
  #key: unknown;
  #hasVersion = false;
  #hasList = false;

  constructor(
    readonly answer: HostAnswer,
    take: (file: ListedFile) => void,
  ) {
    this.#parser.onToken = ({ token, value }) => {
      this.#follow(token, value);
    };
    this.#parser.onValue = ({ value, key, stack }) => {
      if (stack.length === 1) {
        checkApiVersion(answer, this.#checked(pageMeta, value, "meta")["api-version"]);
        this.#hasVersion = true;
        return;
      }
      this.found += 1;
      take(listedFile(this.#checked(pageFile, value, `files.${String(key)}`)));
    };
  }

  write(part: Buffer): void {
    this.#parser.write(part);
  }

  end(): void {
    if (!this.#parser.isEnded) {
      this.#parser.end();
    }
    if (!this.#hasVersion) {
      throw this.#unlike("meta: there is none");
    }
    if (!this.#hasList) {
      throw this.#unlike("files: there is no list");
    }
  }

  #follow(token: TokenType, value: unknown): void {
    if (token === TokenType.STRING && this.#depth === 1) {
      this.#key = value;
    }
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      this.#hasList ||= token === TokenType.LEFT_BRACKET && this.#depth === 1 && this.#key === "files";
      this.#depth += 1;
    } else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      this.#depth -= 1;
    }
    // The parser takes longer for each value the deeper it is.
    if (this.#depth > ownLimits.indexJsonDepth.most) {
      throw notAPage(this.answer, beyond(ownLimits.indexJsonDepth, "of JSON that is"));
    }
  }

  #checked<Value>(schema: z.ZodType<Value>, value: unknown, path: string): Value {
    const { data, error } = schema.safeParse(value);
    const [issue] = error?.issues ?? [];
    if (issue !== undefined) {
      throw this.#unlike(`${[path, ...issue.path].join(".")}: ${issue.message}`);
    }
    return data as Value;
  }

  #unlike(what: string): PublicIndexUnavailable {
    return notAPage(this.answer, `that is not as the simple API has it: ${what}`);
  }
}

function listedFile(file: z.infer<typeof pageFile>): ListedFile {
  return {
    filename: file.filename,
    url: file.url,
    sha256: file.hashes.sha256,
    ...(typeof file.size === "number" ? { size: file.size } : {}),
    ...(typeof file["upload-time"] === "string" ? { uploadTime: file["upload-time"] } : {}),
    ...(typeof file["requires-python"] === "string" ? { requiresPython: file["requires-python"] } : {}),
    ...(file.yanked === undefined || file.yanked === false || file.yanked === "" ? {} : { yanked: file.yanked }),
  };
}
