import { expect } from "chai";
import * as fc from "fast-check";
import { longestArns } from "../../iam/arns";
import { policyDocument, type PolicyDocument } from "../../iam/documents";
import { counted, documentLimits, documentText, excess, iamLimits } from "../../iam/limits";
import { packageParts, publisherPolicy, publishPolicy } from "../../iam/permissions";

const domain = "orb-hub-dev";
const repository = "python-packages";
const arns = longestArns(domain, repository);
const partsOf = (packages: readonly string[], tokenLifetime = 3600) =>
  packageParts(domain, repository, tokenLifetime, packages);

/** A document of exactly this many characters. */
function documentOf(characters: number): PolicyDocument {
  const ofSid = (Sid: string) => policyDocument({ Sid, Effect: "Deny", Action: "*" });
  return ofSid("s".repeat(characters - documentText(ofSid("")).length));
}

describe("how long a document may be", () => {
  it("is what AWS says", () => {
    expect(documentLimits).to.deep.equal({
      "trust policy": 2048,
      "inline policy": 10_240,
      "managed policy": 6144,
      "resource policy": 7168,
    });
    expect(iamLimits.managedPoliciesPerRole).to.equal(10);
  });

  it("is counted in its text, without white space between its parts", () => {
    const document = policyDocument({ Sid: "A", Effect: "Allow", Action: ["a:B"], Resource: "*" });
    expect(documentText(document)).to.equal(
      '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["a:B"],"Resource":"*"}]}',
    );
  });

  for (const [count, written] of [
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [10_240, "10,240"],
    [1_234_567, "1,234,567"],
  ] as const) {
    it(`is written as people write it: ${written}`, () => {
      expect(counted(count)).to.equal(written);
    });
  }

  for (const [kind, limit, over] of [
    ["trust policy", 2048, "2,049 characters, AWS takes 2,048"],
    ["inline policy", 10_240, "10,241 characters, AWS takes 10,240"],
    ["managed policy", 6144, "6,145 characters, AWS takes 6,144"],
    ["resource policy", 7168, "7,169 characters, AWS takes 7,168"],
  ] as const) {
    it(`a ${kind} fits with ${limit} characters, and not with one more`, () => {
      expect(excess(kind, documentOf(limit))).to.equal(undefined);
      expect(excess(kind, documentOf(limit + 1))).to.equal(over);
    });
  }
});

describe("the parts of a publisher's packages", () => {
  /** Packages that make up a document of exactly this many characters, and sort before every name that begins with `z`. */
  function filling(characters: number, document: (packages: readonly string[]) => PolicyDocument): readonly string[] {
    const length = (packages: readonly string[]) => documentText(document(packages)).length;
    const names: string[] = [];
    const next = () => `p${String(names.length).padStart(3, "0")}`;
    while (length([...names, `${next()}x`]) + 255 < characters) {
      names.push(next());
    }
    return [...names, next() + "x".repeat(characters - length([...names, next()]))];
  }
  const publisherDocument = (packages: readonly string[]) => publisherPolicy(arns, 3600, packages);
  const partDocument = (packages: readonly string[]) => publishPolicy(arns, packages);

  it("are an empty list while the packages fit the role's inline policy, to the last character", () => {
    const packages = filling(10_240, publisherDocument);
    expect(documentText(publisherDocument(packages))).to.have.length(10_240);
    expect(partsOf(packages)).to.deep.equal([]);
    expect(partsOf(["orb-common"])).to.deep.equal([]);
    expect(partsOf([])).to.deep.equal([]);
  });

  it("are at least one once the packages are one character too long", () => {
    const packages = filling(10_241, publisherDocument);
    expect(documentText(publisherDocument(packages))).to.have.length(10_241);
    expect(partsOf(packages)).to.have.length(2);
    expect(partsOf(packages).flat()).to.deep.equal(packages);
  });

  it("begin with the inline policy's other statements: a longer token's cap counts too", () => {
    const packages = filling(10_240, publisherDocument);
    expect(partsOf(packages, 43_200)).to.have.length(2);
    expect(partsOf(packages, 900)).to.deep.equal([]);
  });

  it("are filled to the last character of a managed policy", () => {
    const rest = Array.from({ length: 50 }, (_, index) => `z${100 + index}`);
    const fits = filling(6144, partDocument);
    expect(documentText(partDocument(fits))).to.have.length(6144);
    expect(partsOf([...fits, ...rest])).to.deep.equal([fits, rest]);

    const tooLong = filling(6145, partDocument);
    expect(documentText(partDocument(tooLong))).to.have.length(6145);
    expect(partsOf([...tooLong, ...rest])).to.deep.equal([tooLong.slice(0, -1), [...tooLong.slice(-1), ...rest]]);
  });

  it("are six for 300 packages of common length", () => {
    const packages = Array.from({ length: 300 }, (_, index) => `orb-service-${index}`);
    const parts = partsOf(packages);
    expect(parts.map(({ length }) => length)).to.deep.equal([51, 51, 51, 51, 51, 45]);
    expect(parts.length).to.be.at.most(iamLimits.managedPoliciesPerRole);
    expect(parts.flat()).to.deep.equal([...packages].sort());
  });

  it("are as many as are needed, even more than ten: the caller rejects those", () => {
    const packages = Array.from({ length: 161 }, (_, index) => `orb-${"p".repeat(248)}${100 + index}`);
    expect(partsOf(packages).map(({ length }) => length)).to.deep.equal([...Array<number>(10).fill(16), 1]);
  });

  it("fit, are sorted, hold each package once, and are the same in whatever order the packages come", () => {
    const someNames = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,60}$/), { minLength: 60, maxLength: 200 });
    fc.assert(
      fc.property(
        someNames.chain((names) =>
          fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })),
        ),
        ([packages, shuffled]) => {
          const given = [...shuffled];
          const parts = partsOf(shuffled);
          expect(shuffled).to.deep.equal(given);
          expect(partsOf(packages)).to.deep.equal(parts);
          for (const part of parts) {
            expect(documentText(partDocument(part)).length).to.be.at.most(6144);
          }
          expect(parts.flat()).to.deep.equal(parts.length === 0 ? [] : [...packages].sort());
        },
      ),
      { numRuns: 25 },
    );
  });
});
