import { expect } from "chai";
import { normalVersion } from "../../../sandbox/pypi/normalVersion";

// As packaging 26.3 for Python has them, but for the first one's length.
const normal: Readonly<Record<string, string | undefined>> = {
  "1.0": "1.0",
  "v1.0": "1.0",
  "01.002.0": "1.2.0",
  "1!2.0": "1!2.0",
  "0!1.0": "1.0",
  "1.0-alpha_1": "1.0a1",
  "1.0.Beta": "1.0b0",
  "1.0PREVIEW2": "1.0rc2",
  "1.0-1": "1.0.post1",
  "1.0-0": "1.0.post0",
  "1.0_rev3": "1.0.post3",
  "1.0.dev": "1.0.dev0",
  "1.0a1.post2.dev3": "1.0a1.post2.dev3",
  "1.0+Ubuntu-1_2": "1.0+ubuntu.1.2",
  "1.0+007": "1.0+7",
  "1.0+1e5": "1.0+1e5",
  "1.0+0x1f": "1.0+0x1f",
  "1.0+000": "1.0+0",
  "1.0+12345678901234567890": "1.0+12345678901234567890",
  "20260506070809": "20260506070809",
  "1.0.": undefined,
  "1.0+": undefined,
  "1.0 ": undefined,
  "1.0\n": undefined,
  "1.0_1": undefined,
  "1.0-rc-x": undefined,
  "..": undefined,
  "": undefined,
  "１.０": undefined,
  [`1.${"0".repeat(200)}`]: undefined,
  "1.1234567890123456": undefined,
};

describe("a version's normal form", () => {
  for (const [text, expected] of Object.entries(normal)) {
    it(`is ${expected ?? "none"} for ${JSON.stringify(text).slice(0, 40)}`, () => {
      expect(normalVersion(text)).to.equal(expected);
    });
  }
});
