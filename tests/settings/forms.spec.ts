import { expect } from "chai";
import { asWrittenByPath, type Program, programs, qualified, type Reading, readWith } from "../support/settings/forms";

/** How an error ends: with what to do. */
const wayOut = /\b(?:Write|Use|List|Read|Remove|Add|Say|Describe|Give|Correct|Shorten)\b/;

/** One error that names the setting, and says what to do. Where nothing else is said, it is the only one. */
function expectError(program: Program, key: string, { lines }: Reading): void {
  expect(lines.length, "an error").to.be.greaterThan(0);
  for (const line of lines) {
    const name = line.startsWith("package-registry") ? qualified(program, key) : key;
    expect(line.slice(0, name.length)).to.equal(name);
    expect(line.slice(name.length)).to.match(/^(?:[.[:]| has )/);
    expect(line).to.match(wayOut);
  }
}

/** Every place of a single value within a value, as a value in which it is another one. */
function replacements(value: unknown, by: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.flatMap((entry, index) =>
      replacements(entry, by).map((other) => list.map((present, at) => (at === index ? other : present))),
    );
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, entry]) =>
      replacements(entry, by).map((other) => ({ ...value, [key]: other })),
    );
  }
  return [by];
}

/** A key of a job that is left empty says as much as none, an id is a number, too, and a tag's value may be empty. */
const meaningful = [
  ...["publishers", "readers", "inspectors", "maintainers", "lambda"].flatMap((key) => [
    [key, null],
    [key, 7],
  ]),
  ["tags", ""],
  ["audit", null],
  ["audit", 7],
];

const isStructured = (value: unknown) => typeof value === "object";
const jsonText = (value: unknown) => JSON.stringify(JSON.stringify(value));

for (const program of programs) {
  const settings = Object.entries(program.values);
  const structured = settings.filter(([, value]) => isStructured(value));
  const lists = settings.filter(([, value]) => Array.isArray(value));
  const whole = readWith(program, "none:none", "x").settings;

  describe(`the settings of ${program.title}, in the forms that a stack file has`, () => {
    it("are all given by the example, which is accepted", () => {
      expect(settings.map(([key]) => key)).to.include.members([...program.settingNames]);
      expect(whole).not.to.equal(undefined);
    });

    for (const [key, value] of settings) {
      it(`${key} is read the same where pulumi config set wrote it: text, or the JSON text of a list or an object`, () => {
        const yaml = isStructured(value) ? jsonText(value) : JSON.stringify(value);

        expect(readWith(program, key, yaml)).to.deep.equal({ settings: whole, lines: [] });
      });

      it(`${key} is read the same where pulumi config set --path wrote it`, () => {
        const yaml = JSON.stringify(isStructured(value) ? asWrittenByPath(value) : value);

        expect(readWith(program, key, yaml)).to.deep.equal({ settings: whole, lines: [] });
      });

      for (const empty of ["", "~", "null", '""']) {
        it(`${key} without a value (${JSON.stringify(empty)}) is one error`, () => {
          const reading = readWith(program, key, empty);

          expectError(program, key, reading);
          expect(reading.lines).to.have.length(1);
        });
      }

      it(`${key} as a number with a leading zero is an error of the file, which says to quote it`, () => {
        expect(readWith(program, key, "012345678901").lines).to.deep.equal([
          `${qualified(program, key)}: 012345678901 is a number to the Pulumi CLI, which reads it as 12345678901. Write it in quotation marks`,
        ]);
      });

      it(`${key} as a list of a list, or of an object, is an error`, () => {
        for (const yaml of ["[[1]]", '[{"a":"b"}]']) {
          expectError(program, key, readWith(program, key, yaml));
        }
      });
    }

    for (const [key, value] of structured) {
      it(`${key} as a number, a boolean or a text is one error`, () => {
        for (const yaml of ["7", "true", "1.5", '"text"', '"007"', '"[a, b]"', '"{"']) {
          const reading = readWith(program, key, yaml);

          expectError(program, key, reading);
          expect(reading.lines, yaml).to.have.length(1);
        }
      });

      it(`${key} with a value of another kind within is an error, but for what has a meaning there`, () => {
        for (const wrong of [null, true, 7, 1.5, "", [], [["x"]], { a: "b" }]) {
          for (const changed of replacements(value, wrong)) {
            const reading = readWith(program, key, JSON.stringify(changed));
            if (reading.lines.length > 0) {
              expectError(program, key, reading);
            } else {
              expect(meaningful).to.deep.include([key, wrong]);
            }
          }
        }
      });

      it(`${key} with a number within that YAML would change is an error of the file, at its place`, () => {
        for (const [text, changed] of [
          ["007", "7"],
          ["1.10", "1.1"],
        ] as const) {
          for (const yaml of replacements(value, "NUMBER").map((other) =>
            JSON.stringify(other).replace('"NUMBER"', text),
          )) {
            const { lines } = readWith(program, key, yaml);

            expect(lines).to.have.length(1);
            expect(lines[0]).to.match(
              new RegExp(`^${qualified(program, key)}[.[].*: ${text} is a number to the Pulumi CLI`),
            );
            expect(lines[0]).to.contain(`reads it as ${changed}. Write it in quotation marks`);
          }
        }
      });
    }

    for (const [key, value] of lists) {
      it(`${key} as one value instead of a list is one error`, () => {
        const [first] = value as readonly unknown[];
        for (const yaml of [JSON.stringify(first), JSON.stringify(asWrittenByPath(first))]) {
          const reading = readWith(program, key, yaml);

          expectError(program, key, reading);
          expect(reading.lines, yaml).to.have.length(1);
        }
      });
    }
  });
}
