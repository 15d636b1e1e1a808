/** A media range of an Accept header, such as `text/*;q=0.5`. */
interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * Which of the offered media types the client prefers: the one of the highest quality; among equals the one it names
 * most exactly, then the one that it, or else the offer, names first. Source: RFC 9110, 12.5.1.
 *
 * @param offered - the first is what a client gets that does not care
 * @returns nothing where it accepts none
 */
export function preferredType(accept: string | undefined, offered: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === "") {
    return offered[0];
  }
  const ranges = accept.split(",").map(readRange);
  const choices = offered.flatMap((type) => {
    const [group = ""] = type.split("/");
    const [exactness = -1, index = -1] =
      [`*/*`, `${group}/*`, type]
        .map((pattern, level) => [level, ranges.findIndex((range) => range.type === pattern)] as const)
        .reverse()
        .find(([, at]) => at !== -1) ?? [];
    const quality = ranges[index]?.quality ?? 0;
    return quality === 0 ? [] : [{ type, quality, exactness, index }];
  });
  const [best] = choices.sort(
    (one, other) => other.quality - one.quality || other.exactness - one.exactness || one.index - other.index,
  );
  return best?.type;
}

function readRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [, quality = "1"] =
    parameters.map((parameter) => /^q=([01](?:\.\d{0,3})?)$/.exec(parameter)).find(Boolean) ?? [];
  return { type, quality: Number(quality) };
}
