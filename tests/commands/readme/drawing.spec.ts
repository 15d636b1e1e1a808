import { expect } from "chai";
import { HTMLElement, parse } from "node-html-parser";
import { drawing, palettes } from "../../../commands/readme/drawing";
import { shipped } from "../../support/deployments";

/** The contrast of two colours, 1 to 21. Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
      const part = parseInt(colour.slice(start, start + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
  return (bright + 0.05) / (dim + 0.05);
}

describe("docs/registry.svg", () => {
  const svg = shipped("docs/registry.svg");
  const words = parse(svg)
    .querySelectorAll("text")
    .map(({ text }: HTMLElement) => text.replaceAll("&#39;", "'").trim());

  it("is docs/registry.dot as npm run readme draws it", async () => {
    expect(await drawing(shipped("docs/registry.dot"))).to.equal(svg);
  });

  it("changes with its source", async () => {
    const changed = await drawing(shipped("docs/registry.dot").replaceAll("pypi-store", "another"));

    expect(changed).not.to.equal(svg);
    expect(changed).to.include(">another</text>").and.not.to.include(">pypi-store</text>");
  });

  it("shows jobs, STS, roles, repositories, the public index, three stacks and their promotion", () => {
    expect(words).to.include.members([
      ...["release job", "service's job", "AWS STS", "publisher role", "reader role", "python-packages", "pypi-store"],
      ...["stack dev", "staging", "prod", "PyPI"],
    ]);
    expect(words.filter((text) => text === "promote")).to.have.length(2);
  });

  it("loads nothing, and fits the width of a page", () => {
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.to.match(/https?:|url\(|@import|href|<script|<image/);
    expect(Number(/ width="(\d+)"/.exec(svg)?.[1])).to.be.below(900);
  });

  for (const [scheme, { paper, ink, line, plain, role, store }] of Object.entries(palettes)) {
    it(`has text with a contrast of 4.5 or more, and lines of 3 or more, on a ${scheme} page`, () => {
      for (const below of [paper, plain, role, store]) {
        expect(contrast(ink, below), `text on ${below}`).to.be.at.least(4.5);
        expect(contrast(line, below), `line on ${below}`).to.be.at.least(3);
      }
      expect(contrast("#777777", "#ffffff")).to.be.below(4.5);
    });
  }
});
