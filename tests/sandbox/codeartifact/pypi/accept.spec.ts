import { expect } from "chai";
import { preferredType } from "../../../../sandbox/codeartifact/pypi/simplePage";

const html = "text/html";
const json = "application/vnd.pypi.simple.v1+json";
const v1html = "application/vnd.pypi.simple.v1+html";

const cases: Readonly<Record<string, string | undefined>> = {
  // What pip, poetry and pipenv send.
  [`${json}, ${v1html}; q=0.1, text/html; q=0.01`]: json,
  [`${json}, */*;q=0.1`]: json,
  "*/*": html,
  "": html,
  " ": html,
  "text/html": html,
  "TEXT/HTML": html,
  "text/*": html,
  "application/*": json,
  "text/html, application/json": html,
  [`text/html;q=0.2, ${v1html};q=0.3`]: v1html,
  [`*/*, ${json}`]: json,
  [`${v1html}, ${json}`]: v1html,
  [`${json};q=0, */*`]: html,
  "text/html;q=0, */*": json,
  "text/html;q=0": undefined,
  "*/*;q=0": undefined,
  "application/json": undefined,
  "application/vnd.pypi.simple.v2+json": undefined,
  "text/html;q=high": undefined,
  ",": undefined,
};

describe("the type of a page", () => {
  it("is the first offered to a client that says nothing", () => {
    expect(preferredType(undefined)).to.equal(html);
  });

  for (const [accept, expected] of Object.entries(cases)) {
    it(`is ${expected ?? "none"} for Accept: ${accept}`, () => {
      expect(preferredType(accept)).to.equal(expected);
    });
  }
});
