/**
 * Words that this project does not use, and what to write instead. A pattern may match within a name (`refusalOf`).
 * A word that is right where it is, such as AWS's own, is allowed there by `eslint-disable-line plain-words/plain-words -- REASON`.
 */
const words = [
  ["\\b[Ss]t(?:ands?|ood)\\b(?!-)", "is, exists, means or represents"],
  ["[Tt]old\\b", "given, printed, reported"],
  ["[Ww]ho(?:so)?m?ever\\b", "the caller, anyone who"],
  ["\\b[Ss]omebody\\b", "someone"],
  ["\\b[Nn]obody(?:'s)?\\b", "no one"],
  ["\\b[Aa]nybody(?:'s)?\\b|\\b[Ee]verybody(?:'s)?\\b", "anyone, everyone"],
  ["\\b[Hh](?:e|is|im)\\b", "it, its (a role, a caller), they, their (a person)"],
  ["[Ss]tranger(?!/)|[Ss]urprising", "impostor, unexpected"],
  ["(?<!\\b[Tt]here )\\b(?:is|are|was|were) none\\b", "is not, does not exist"],
  ["\\b[Ss]peaks? (?:of|for)\\b", "describes, names, acts for"],
  ["[Tt]wins?(?![a-z])", "sandbox"],
  ["\\b[Dd]oors?\\b|Doors?(?![a-z])", "routes"],
  ["(?<!connection )[Rr]efus(?:al|e|ing)", "error (a name), reject (a verb), deny (a decision)"],
  ["[Mm]istakes?", "error"],
  ["\\b[Ff]aults?(?![a-z])|Faults?(?![a-z])", "error"],
  ["\\bfor want of\\b", "because there is no"],
  ["\\b[Oo]f which\\b", "whose, and its"],
  ["\\bis let\\b|\\bare let\\b", "may, is allowed to"],
  ["\\bcomes? to nothing\\b", "fails"],
  ["\\bheld against\\b|\\b[Hh]olds\\b[^.]{1,40}\\bagainst\\b", "compares with"],
  ["\\banew\\b", "again"],
  ["\\blest\\b|\\bthereby\\b|\\bhitherto\\b|\\bwhence\\b", "so that, until now, from where"],
  ["[Bb]ystanders?|[Ss]iblings?", "other principals, other stacks"],
].map(([pattern, instead]) => ({
  pattern: new RegExp(pattern.replaceAll(" ", "\\s+(?:\\*\\s+|//\\s+)?"), "g"),
  instead,
}));

/** An ESLint rule for any language: it reads the text, so that comments, messages and names are all covered. */
export const plainWords = {
  meta: { type: "suggestion", schema: [], messages: { word: '"{{word}}": write {{instead}}.' } },
  create(context) {
    const { text } = context.sourceCode;
    const check = () => {
      for (const { pattern, instead } of words) {
        for (const { 0: word, index } of text.matchAll(pattern)) {
          context.report({
            loc: {
              start: context.sourceCode.getLocFromIndex(index),
              end: context.sourceCode.getLocFromIndex(index + word.length),
            },
            messageId: "word",
            data: { word: word.replace(/\s+/g, " "), instead },
          });
        }
      }
    };
    // `Program` is the root of JavaScript and TypeScript, `root` that of Markdown.
    return { Program: check, root: check };
  },
};
