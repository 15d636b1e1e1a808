import * as fc from "fast-check";

const digits = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("0", "00", "1", "01", "2", "9", "10", "010") },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740992", "9007199254740993", "0".repeat(20), "9".repeat(40)) },
  { weight: 1, arbitrary: fc.stringMatching(/^\d{1,25}$/) },
);
const separator = fc.constantFrom("", ".", "-", "_");
const localPart = fc.oneof(
  digits,
  fc.constantFrom("a", "A", "abc", "12e4567", "3e45678", "1e5", "0x1f", "e", "1a", "infinity", "nan"),
  fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/),
);
const maybe = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), text);
const joined = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(""));
const stage = fc.constantFrom("a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "RC", "Alpha");

const versionText = joined(
  fc.constantFrom("", "", "", "", "v", "V", " ", "\t"),
  fc.oneof({ weight: 4, arbitrary: fc.constant("") }, { weight: 1, arbitrary: joined(digits, fc.constant("!")) }),
  fc.array(digits, { minLength: 1, maxLength: 4 }).map((release) => release.join(".")),
  maybe(joined(separator, stage, maybe(joined(separator, digits)))),
  maybe(
    fc.oneof(
      joined(fc.constant("-"), digits),
      joined(separator, fc.constantFrom("post", "rev", "r", "POST"), maybe(joined(separator, digits))),
    ),
  ),
  maybe(joined(separator, fc.constantFrom("dev", "DEV"), maybe(joined(separator, digits)))),
  maybe(
    fc
      .tuple(localPart, fc.array(joined(fc.constantFrom(".", "-", "_"), localPart), { maxLength: 3 }))
      .map(([first, more]) => `+${[first, ...more].join("")}`),
  ),
  fc.constantFrom("", "", "", "", "", "\n", " "),
);

/** Now and then one character is lost, doubled or another one, so that most of these are not versions. */
const damagedText = fc
  .tuple(versionText, fc.nat(), fc.constantFrom("", ".", "+", "!", "-", "x", "ä", "0"))
  .map(([text, at, other]) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + other + text.slice(index + 1);
  });
/** A version, mostly: what packaging.version takes or rejects. */
export const oneText = fc.oneof({ weight: 9, arbitrary: versionText }, { weight: 1, arbitrary: damagedText });

/** Independent ones, and ones that differ in a single place: those that are easily taken for each other. */
export const pairOfTexts: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(oneText, oneText),
  fc
    .tuple(versionText, fc.constantFrom(".0", "", "+0", "+a", ".0.0", ".dev0", ".post0", "a0", "-0"))
    .map(([text, more]) => [text, `${text.trim()}${more}`] as const),
  fc
    .tuple(fc.stringMatching(/^\d(\.\d){0,2}$/), localPart, localPart)
    .map(([release, one, other]) => [`${release}+${one}`, `${release}+${other}`] as const),
  fc
    .tuple(fc.stringMatching(/^[01](\.0){0,3}$/), fc.stringMatching(/^[01](\.0){0,3}$/), fc.constantFrom("", "rc1"))
    .map(([one, other, tail]) => [`${one}${tail}`, `${other}${tail}`] as const),
);
