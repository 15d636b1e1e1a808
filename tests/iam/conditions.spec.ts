import { expect } from "chai";

import { compare, evaluatedOperators, isOperatorName, readOperator, whyNotEvaluated } from "../../iam/conditions";
import type { RequestContext } from "../../iam/evaluate";
import type { KnownValues } from "../../iam/variables";

const key = "aws:Example";

function unmet(name: string, wanted: string | readonly string[], context: RequestContext): readonly string[] {
  const operator = readOperator(name);
  expect(operator, name).not.to.equal(undefined);
  const condition = { operator: operator!, key, wanted: [wanted].flat() };
  const { failed: unmetOnes, open } = compare([condition], valuesOf(context), false);
  if (open.length > 0) {
    throw new RangeError(`policy: ${open.join("; ")}`);
  }
  expect(unmetOnes.map((failure) => failure.key)).to.deep.equal(unmetOnes.map(() => key));
  return unmetOnes.map(({ text }) => text);
}

function valuesOf(context: RequestContext): KnownValues {
  const values = new Map(Object.entries(context).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
  return { get: (name) => values.get(name.toLowerCase()) ?? [] };
}

function holds(name: string, wanted: string | readonly string[], seen?: string | readonly string[]): boolean {
  return unmet(name, wanted, seen === undefined ? {} : { [key]: seen }).length === 0;
}

/** Why a wanted value is not evaluated, without operator, key and value. */
function problemOf(name: string, value: string): string | undefined {
  return whyNotEvaluated(name, key, ["5", value].slice(/Numeric/.test(name) ? 0 : 1))?.replace(
    `${name} ${key} "${value}" `,
    "",
  );
}

const topic = "arn:aws:sns:us-east-1:111122223333:topic";
const queue = "arn:aws:sqs:us-east-1:111122223333:queue";

/** For each operator values it accepts and rejects where this is what the policy wants. */
const operators = [
  { name: "StringEquals", wanted: ["a", "b"], accepted: ["a", "b"], rejected: ["A", "ab", "c"] },
  { name: "StringNotEquals", wanted: ["a", "b"], accepted: ["A", "ab", "c"], rejected: ["a", "b"] },
  { name: "StringEqualsIgnoreCase", wanted: ["aB", "c"], accepted: ["Ab", "C"], rejected: ["a", "bc"] },
  { name: "StringNotEqualsIgnoreCase", wanted: ["aB", "c"], accepted: ["a", "bc"], rejected: ["Ab", "C"] },
  { name: "StringLike", wanted: ["a*", "b?"], accepted: ["a", "a:b/c", "bc"], rejected: ["A", "b", "bcd", "ca"] },
  { name: "StringNotLike", wanted: ["a*", "b?"], accepted: ["A", "b", "bcd", "ca"], rejected: ["a", "a:b/c", "bc"] },
  {
    name: "ArnEquals",
    wanted: [topic, "arn:aws:sqs:*:1*:q*"],
    accepted: [topic, queue],
    rejected: [`${topic}s`, "topic"],
  },
  {
    name: "ArnLike",
    wanted: [topic, "arn:aws:sqs:*:1*:q*"],
    accepted: [topic, queue],
    rejected: [`${topic}s`, "topic"],
  },
  {
    name: "ArnNotEquals",
    wanted: [topic, "arn:aws:sqs:*:1*:q*"],
    accepted: [`${topic}s`, "topic"],
    rejected: [topic, queue],
  },
  {
    name: "ArnNotLike",
    wanted: [topic, "arn:aws:sqs:*:1*:q*"],
    accepted: [`${topic}s`, "topic"],
    rejected: [topic, queue],
  },
  { name: "NumericEquals", wanted: ["5", "7.50"], accepted: ["5", "5.0", "7.5"], rejected: ["6", "-5", "five"] },
  { name: "NumericNotEquals", wanted: ["5", "7.50"], accepted: ["6", "-5", "five"], rejected: ["5", "5.0", "7.5"] },
  { name: "NumericLessThan", wanted: ["5"], accepted: ["4.9", "-10"], rejected: ["5", "5.1", "10", "four"] },
  { name: "NumericLessThanEquals", wanted: ["5"], accepted: ["4.9", "5"], rejected: ["5.1", "10", "five"] },
  { name: "NumericGreaterThan", wanted: ["5"], accepted: ["5.1", "10"], rejected: ["5", "4.9", "-10", "six"] },
  { name: "NumericGreaterThanEquals", wanted: ["5"], accepted: ["5", "10"], rejected: ["4.9", "-5", "five"] },
  { name: "Bool", wanted: ["true"], accepted: ["true"], rejected: ["false", "True", "yes"] },
];

const negated = /Not/;

describe("conditions", () => {
  for (const { name, wanted, accepted, rejected } of operators) {
    const ofMissing = negated.test(name);

    describe(name, () => {
      for (const seen of accepted) {
        it(`accepts ${seen} where ${wanted.join(" or ")} is wanted`, () => {
          expect(holds(name, wanted, seen)).to.equal(true);
          expect(holds(name, wanted, [seen])).to.equal(true);
          expect(holds(`${name}IfExists`, wanted, seen)).to.equal(true);
        });
      }

      for (const seen of rejected) {
        it(`rejects ${seen} where ${wanted.join(" or ")} is wanted`, () => {
          expect(holds(name, wanted, seen)).to.equal(false);
          expect(holds(name, wanted, [seen])).to.equal(false);
          expect(holds(`${name}IfExists`, wanted, seen)).to.equal(false);
        });
      }

      it(`is ${ofMissing ? "met" : "not met"} by a missing key or an empty list`, () => {
        expect(holds(name, wanted)).to.equal(ofMissing);
        expect(holds(name, wanted, [])).to.equal(ofMissing);
      });

      it("is met by a missing key with IfExists", () => {
        for (const prefix of ["", "ForAllValues:", "ForAnyValue:"]) {
          expect(holds(`${prefix}${name}IfExists`, wanted), prefix).to.equal(true);
          expect(holds(`${prefix}${name}IfExists`, wanted, []), prefix).to.equal(true);
        }
      });

      it("takes every value with ForAllValues:, and no values too", () => {
        expect(holds(`ForAllValues:${name}`, wanted, accepted)).to.equal(true);
        expect(holds(`ForAllValues:${name}`, wanted, [...accepted, rejected[0]!])).to.equal(false);
        expect(holds(`ForAllValues:${name}`, wanted, rejected)).to.equal(false);
        expect(holds(`ForAllValues:${name}`, wanted)).to.equal(true);
        expect(holds(`ForAllValues:${name}`, wanted, [])).to.equal(true);
        expect(holds(`ForAllValues:${name}IfExists`, wanted, [...accepted, rejected[0]!])).to.equal(false);
      });

      it("takes one value with ForAnyValue:, and not without values", () => {
        expect(holds(`ForAnyValue:${name}`, wanted, accepted)).to.equal(true);
        expect(holds(`ForAnyValue:${name}`, wanted, [...rejected, accepted[0]!])).to.equal(true);
        expect(holds(`ForAnyValue:${name}`, wanted, rejected)).to.equal(false);
        expect(holds(`ForAnyValue:${name}`, wanted)).to.equal(false);
        expect(holds(`ForAnyValue:${name}`, wanted, [])).to.equal(false);
        expect(holds(`ForAnyValue:${name}IfExists`, wanted, rejected)).to.equal(false);
      });

      it("counts an empty text as no value with ForAllValues: and ForAnyValue:", () => {
        expect(holds(`ForAllValues:${name}`, wanted, "")).to.equal(true);
        expect(holds(`ForAllValues:${name}`, wanted, ["", ""])).to.equal(true);
        expect(holds(`ForAnyValue:${name}`, wanted, "")).to.equal(false);
        expect(holds(`ForAnyValue:${name}`, wanted, ["", ""])).to.equal(false);
      });

      it("does not compare several values without ForAllValues: or ForAnyValue:", () => {
        for (const suffix of ["", "IfExists"]) {
          expect(() => holds(name + suffix, wanted, [...accepted, "other"])).to.throw(
            RangeError,
            `policy: ${name}${suffix} ${key}: the request has ${accepted.length + 1} values, which only ForAllValues: or ForAnyValue: compares`,
          );
        }
      });
    });
  }

  describe("Null", () => {
    it('is met by a missing key where "true" is wanted, and by a present one where "false" is', () => {
      expect(holds("Null", "true")).to.equal(true);
      expect(holds("Null", "true", "a")).to.equal(false);
      expect(holds("Null", "false")).to.equal(false);
      expect(holds("Null", "false", "a")).to.equal(true);
    });

    it("takes an empty list and an empty text for a missing key", () => {
      for (const seen of [[], "", [""]]) {
        expect(holds("Null", "true", seen)).to.equal(true);
        expect(holds("Null", "false", seen)).to.equal(false);
      }
    });

    it("takes several values for a present key", () => {
      expect(holds("Null", "false", ["", "b"])).to.equal(true);
      expect(holds("Null", "true", ["a", "b"])).to.equal(false);
    });

    it("is met either way where both are wanted", () => {
      expect(holds("Null", ["true", "false"])).to.equal(true);
      expect(holds("Null", ["true", "false"], "a")).to.equal(true);
    });
  });

  describe("an empty text", () => {
    it("is a value like any other without ForAllValues: or ForAnyValue:", () => {
      expect(holds("StringEquals", "", "")).to.equal(true);
      expect(holds("StringEquals", "a", "")).to.equal(false);
      expect(holds("StringEqualsIfExists", "a", "")).to.equal(false);
      expect(holds("StringNotEquals", "", "")).to.equal(false);
    });

    it("beside another value does not make the key null", () => {
      expect(holds("ForAllValues:StringEquals", "a", ["", "a"])).to.equal(false);
      expect(holds("ForAnyValue:StringEquals", "a", ["", "a"])).to.equal(true);
    });

    it("is no number", () => {
      expect(holds("NumericLessThan", "5", "")).to.equal(false);
      expect(holds("NumericEquals", "0", "")).to.equal(false);
      expect(holds("NumericNotEquals", "0", "")).to.equal(true);
    });
  });

  describe("values of a request that are not plain decimals", () => {
    for (const seen of ["0x5", "5e0", " 5", "5 ", "5.", ".5", "+5", "--5", "5.0.0", "Infinity", "NaN"]) {
      it(`match no number: "${seen}"`, () => {
        expect(holds("NumericEquals", ["5", "0.5"], seen)).to.equal(false);
        expect(holds("NumericNotEquals", ["5", "0.5"], seen)).to.equal(true);
        expect(holds("NumericGreaterThanEquals", "-9", seen)).to.equal(false);
      });
    }

    it("differ from those that are: -5 and -5.25", () => {
      expect(holds("NumericEquals", "-5", "-5")).to.equal(true);
      expect(holds("NumericEquals", "-5.25", "-5.250")).to.equal(true);
    });
  });

  describe("ARNs", () => {
    it("are compared component by component, so that no wildcard reaches beyond a colon", () => {
      // The example of the IAM User Guide, "Amazon Resource Name (ARN) condition operators".
      const wanted = "arn:aws:someservice:*:111122223333:finance/*";
      const seen = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
      expect(holds("ArnLike", wanted, seen)).to.equal(false);
      expect(holds("StringLike", wanted, seen)).to.equal(true);
      expect(holds("ArnLike", wanted, "arn:aws:someservice:us-east-2:111122223333:finance/document.txt")).to.equal(
        true,
      );
    });

    it("may hold colons in the sixth component, which wildcards match", () => {
      expect(
        holds("ArnLike", "arn:aws:logs:*:*:log-group:*", "arn:aws:logs:us-east-1:111122223333:log-group:a:b"),
      ).to.equal(true);
      expect(holds("ArnEquals", "arn:aws:logs:::a:b", "arn:aws:logs:::a:b")).to.equal(true);
      expect(holds("ArnEquals", "arn:aws:logs:::a:b", "arn:aws:logs:::a:c")).to.equal(false);
      expect(holds("ArnEquals", "arn:aws:logs:::a", "arn:aws:logs:::a:b")).to.equal(false);
      expect(holds("ArnLike", "arn:aws:logs:*:1:a", "arn:aws:logs:r:1:b:1:a")).to.equal(false);
      expect(holds("ArnLike", "arn:aws:logs:*:1:*", "arn:aws:logs:r:1:b:1:a")).to.equal(true);
      expect(holds("ArnEquals", "arn:aws:logs:::a:b", "arn:aws:logs:::ab")).to.equal(false);
    });

    it("are compared in each of the six components", () => {
      const parts = ["arn", "p", "s", "r", "a", "x"];
      for (const index of [1, 2, 3, 4, 5]) {
        const other = parts.map((part, at) => (at === index ? "other" : part)).join(":");
        expect(holds("ArnEquals", parts.join(":"), other), other).to.equal(false);
      }
      expect(holds("ArnEquals", parts.join(":"), parts.join(":"))).to.equal(true);
    });

    it("match nothing where a component is missing or the first is another word", () => {
      expect(holds("ArnLike", "arn:*:*:*:*:*", "arn:p:s:r:a")).to.equal(false);
      expect(holds("ArnLike", "arn:*:*:*:*:*", "urn:p:s:r:a:x")).to.equal(false);
      expect(holds("ArnLike", "arn:*:*:*:*:*", "arn:p:s:r:a:x")).to.equal(true);
    });
  });

  describe("several conditions", () => {
    const equals = readOperator("StringEquals")!;
    const not = readOperator("StringNotEquals")!;
    const unmetOf = (context: RequestContext) =>
      compare(
        [
          { operator: equals, key: "aws:A", wanted: ["1"] },
          { operator: equals, key: "aws:B", wanted: ["1", "2", "3"] },
          { operator: not, key: "aws:A", wanted: ["9", "0"] },
        ],
        valuesOf(context),
        false,
      ).failed.map(({ key: unmetKey, text }) => `${unmetKey} | ${text}`);

    it("have to be met all", () => {
      expect(unmetOf({ "aws:A": "1", "aws:B": "3" })).to.deep.equal([]);
    });

    it("are each named where they are not met, with what was seen and what is wanted", () => {
      expect(unmetOf({ "aws:A": "9" })).to.deep.equal([
        'aws:A | StringEquals aws:A: seen "9", wanted "1"',
        'aws:B | StringEquals aws:B: absent, wanted "1", "2" or "3"',
        'aws:A | StringNotEquals aws:A: seen "9", wanted anything but "9" or "0"',
      ]);
    });
  });

  it("names all values seen under ForAllValues:", () => {
    expect(unmet("ForAllValues:StringEquals", "x", { [key]: ["a", "b", "c"] })).to.deep.equal([
      'ForAllValues:StringEquals aws:Example: seen "a", "b" and "c", wanted "x"',
    ]);
  });

  it("names the operator as the policy writes it", () => {
    expect(unmet("NumericLessThanIfExists", "5", { [key]: "7" })).to.deep.equal([
      'NumericLessThanIfExists aws:Example: seen "7", wanted "5"',
    ]);
    expect(unmet("Null", "false", {})).to.deep.equal(['Null aws:Example: absent, wanted "false"']);
    expect(unmet("ForAnyValue:StringLike", "a*", { [key]: [] })).to.deep.equal([
      'ForAnyValue:StringLike aws:Example: absent, wanted "a*"',
    ]);
  });

  describe("condition keys", () => {
    it("are matched without regard to case", () => {
      expect(unmet("StringEquals", "1", { "AWS:EXAMPLE": "1" })).to.deep.equal([]);
      expect(unmet("StringEquals", "1", { "aws:examples": "1" })).to.have.length(1);
    });
  });

  describe("operator names", () => {
    it("are known in any case, with one prefix and one suffix", () => {
      for (const name of ["stringEquals", "STRINGEQUALSIFEXISTS", "forAnyValue:StringEquals", "null", "datelessthan"]) {
        expect(readOperator(name)?.name).to.equal(name);
      }
      expect(readOperator("ForAnyValue:StringNotEqualsIgnoreCaseIfExists")?.name).to.equal(
        "ForAnyValue:StringNotEqualsIgnoreCaseIfExists",
      );
    });

    for (const name of [
      "StringEqualsIfExistsIfExists",
      "ForAnyValues:StringEquals",
      "ForAllValues:ForAnyValue:StringEquals",
      "ForAllValues:",
      "IfExists",
      "xForAllValues:StringEquals",
      "StringEquals ",
      "StringEqualsIfExists2",
      "",
      "NullIfExists",
      "ForAllValues:Null",
      "ForAnyValue:Null",
      "constructor",
      "__proto__",
    ]) {
      it(`do not include "${name}"`, () => {
        expect(readOperator(name)).to.equal(undefined);
        expect(whyNotEvaluated(name, key, ["1"])).to.equal(
          `operator "${name}" is not evaluated; evaluated: ${evaluatedOperators}`,
        );
      });
    }

    it("that are evaluated are listed", () => {
      expect(evaluatedOperators).to.equal(
        "StringEquals, StringNotEquals, StringEqualsIgnoreCase, StringNotEqualsIgnoreCase, StringLike, StringNotLike, " +
          "ArnEquals, ArnLike, ArnNotEquals, ArnNotLike, NumericEquals, NumericNotEquals, NumericLessThan, " +
          "NumericLessThanEquals, NumericGreaterThan, NumericGreaterThanEquals, Bool, DateEquals, DateNotEquals, " +
          "DateLessThan, DateLessThanEquals, DateGreaterThan, DateGreaterThanEquals, IpAddress, NotIpAddress, " +
          "BinaryEquals, Null; " +
          "all but Null also with IfExists, ForAllValues: and ForAnyValue:",
      );
    });
  });

  describe("operator names that AWS accepts", () => {
    for (const name of [
      "StringEquals",
      "stringequals",
      "NullIfExists",
      "ForAllValues:Null",
      "forAnyValue:ARNLIKEifexists",
      "DateLessThanEqualsIfExists",
      "NotIpAddress",
      "BinaryEquals",
    ]) {
      it(`include ${name}`, () => {
        expect(isOperatorName(name)).to.equal(true);
      });
    }

    for (const name of [
      "",
      "IfExists",
      "ForAllValues:",
      "String",
      "Equals",
      "xStringEquals",
      "StringEquals2",
      "xForAllValues:StringEquals",
      "ForAllValues:ForAnyValue:StringEquals",
      "StringEqualsIfExistsIfExists",
      "StringEqualsIfExists2",
      "StringForAnyValue:Equals",
      "StringIfExistsEquals",
      "constructor",
    ]) {
      it(`do not include "${name}"`, () => {
        expect(isOperatorName(name)).to.equal(false);
      });
    }

    it("are those of the IAM User Guide", () => {
      const known = [
        ...["String", "Arn"].flatMap((type) => ["Equals", "Like", "NotEquals", "NotLike"].map((name) => type + name)),
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        ...["Numeric", "Date"].flatMap((type) =>
          ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
            (name) => type + name,
          ),
        ),
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "Null",
      ];
      expect(known.filter((name) => !isOperatorName(name))).to.deep.equal([]);
    });
  });

  describe("wanted values", () => {
    it("are evaluated where there is one at least", () => {
      expect(whyNotEvaluated("StringEquals", key, [])).to.equal(
        "StringEquals aws:Example has no value, which is not evaluated",
      );
      expect(whyNotEvaluated("StringEquals", key, [""])).to.equal(undefined);
    });

    for (const { name } of operators.filter((operator) => operator.name.startsWith("Numeric"))) {
      it(`of ${name} must be numbers`, () => {
        expect(problemOf(name, "-900.5")).to.equal(undefined);
        for (const value of ["nine", "", "9x", "x9", "9.", "*", "1e3"]) {
          expect(problemOf(name, value), value).to.equal("must be a number");
        }
      });
    }

    for (const name of ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]) {
      it(`of ${name} must be ARNs of six parts`, () => {
        expect(problemOf(name, "arn:aws:sns:*:*:*")).to.equal(undefined);
        for (const value of ["*", "arn:aws:sns:*:*", "arn:aws:sns:*:*:", "topic", "xarn:aws:sns:::t"]) {
          expect(problemOf(name, value), value).to.equal("must be an ARN of six parts");
        }
      });
    }

    for (const name of ["Bool", "Null", "BoolIfExists", "ForAnyValue:Bool"]) {
      it(`of ${name} must be true or false`, () => {
        expect(problemOf(name, "true")).to.equal(undefined);
        expect(problemOf(name, "false")).to.equal(undefined);
        for (const value of ["True", "yes", "", "1", "truefalse", "true ", " false"]) {
          expect(problemOf(name, value), value).to.equal('must be "true" or "false"');
        }
      });
    }

    it("of the operators on text may be any text", () => {
      for (const { name } of operators.filter((operator) => operator.name.startsWith("String"))) {
        expect(problemOf(name, "")).to.equal(undefined);
        expect(problemOf(name, "any\nthing")).to.equal(undefined);
      }
    });
  });
});
