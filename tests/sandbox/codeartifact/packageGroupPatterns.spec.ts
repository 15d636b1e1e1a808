import { expect } from "chai";
import { includes, matches, patternError } from "../../../sandbox/codeartifact/packageGroupPatterns";

const invalid = (pattern: string, rule: string) => `Invalid package group pattern '${pattern}': ${rule}.`;

describe("the pattern of a package group", () => {
  it("is one of the shapes of the user guide", () => {
    const shapes = [
      "/*",
      "/npm/*",
      "/maven/com.anycompany~",
      "/npm/space/*",
      "/npm/space/anycompany-ui~",
      "/maven/org.apache.logging.log4j/log4j-core$",
      "/pypi/*",
      "/pypi//orb~",
      "/pypi//legacy-tool$",
      "/npm//foo-*",
      "/cargo//serde~",
      "/swift/apple/swift-log$",
      "/ruby//rails$",
      "/generic/space/*",
      "/nuget//alpha%beta~",
    ];

    expect(shapes.map(patternError)).to.deep.equal(shapes.map(() => undefined));
    for (const pattern of ["pypi/*", "/pypi//orb", "/pypi", "/pypi//a/b$", "//", "/$"]) {
      expect(patternError(pattern)).to.equal(
        invalid(pattern, "use /*, /FORMAT/*, /FORMAT/NAMESPACE/* or /FORMAT/NAMESPACE/NAME with $, ~ or * at the end"),
      );
    }
  });

  it("has 2 to 520 characters", () => {
    const longest = `/pypi//${"p".repeat(512)}$`;
    const constraint = "at 'packageGroup' failed to satisfy constraint: Member must have length";

    expect(longest).to.have.length(520);
    expect(patternError(longest)).to.equal(undefined);
    expect(patternError(`/pypi//${"p".repeat(513)}$`)).to.equal(
      `1 validation error detected: Value '/pypi//${"p".repeat(513)}$' ${constraint} less than or equal to 520 (it has 521)`,
    );
    expect(patternError("*")).to.equal(
      `1 validation error detected: Value '*' ${constraint} greater than or equal to 2`,
    );
  });

  it("has no white space and no control character", () => {
    for (const pattern of ["/pypi//or b$", "/pypi//orb\t$", "/pypi//orb\u00a0$", "/pypi//orb\u0007$"]) {
      expect(patternError(pattern)).to.equal(
        `1 validation error detected: Value '${pattern}' at 'packageGroup' failed to satisfy constraint: ` +
          "Member must satisfy regular expression pattern: [^\\p{C}\\s]+",
      );
    }
  });

  it("names a format of CodeArtifact", () => {
    expect(patternError("/pypi/*")).to.equal(undefined);
    expect(patternError("/python//requests$")).to.equal(
      "1 validation error detected: Value 'python' at 'packageGroup format' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [npm, pypi, maven, nuget, generic, ruby, swift, cargo]",
    );
  });

  it("has ~ after a letter, a number or a mark only, and * after anything else only", () => {
    expect(patternError("/pypi//orb2~")).to.equal(undefined);
    expect(patternError("/npm//ö~")).to.equal(undefined);
    expect(patternError("/npm//orb-*")).to.equal(undefined);
    expect(patternError("/npm//orb-~")).to.equal(
      invalid("/npm//orb-~", "~ follows a letter, a number or a mark; after anything else use *"),
    );
    expect(patternError("/npm//~")).to.equal(
      invalid("/npm//~", "~ follows a letter, a number or a mark; after anything else use *"),
    );
    expect(patternError("/npm//orb*")).to.equal(
      invalid("/npm//orb*", "* does not follow a letter, a number or a mark; use ~ for a prefix, $ for one name"),
    );
  });

  it("has $, ~ and * at the end only", () => {
    for (const pattern of ["/npm//a*b$", "/npm//a~b$", "/npm//a$b$", "/*/x$"]) {
      expect(patternError(pattern)).to.equal(invalid(pattern, "$, ~ and * come only at the end"));
    }
  });

  it("has $ after the name of a package, never after a namespace or nothing", () => {
    const rule = "$ ends a whole package: /FORMAT/NAMESPACE/NAME$ (an empty NAMESPACE where there is none)";

    expect(patternError("/maven/com.anycompany/core$")).to.equal(undefined);
    expect(patternError("/maven/com.anycompany$")).to.equal(invalid("/maven/com.anycompany$", rule));
    expect(patternError("/npm//$")).to.equal(invalid("/npm//$", rule));
  });

  it("has a namespace for the formats that have one, and none for the others", () => {
    expect(patternError("/npm//react$")).to.equal(undefined);
    expect(patternError("/npm/space/react$")).to.equal(undefined);
    for (const format of ["pypi", "nuget", "ruby", "cargo"]) {
      expect(patternError(`/${format}//orb$`)).to.equal(undefined);
      expect(patternError(`/${format}/orb~`)).to.equal(
        invalid(`/${format}/orb~`, `${format} packages have no namespace; leave it empty: /${format}//orb~`),
      );
      expect(patternError(`/${format}/space/orb$`)).to.equal(
        invalid(`/${format}/space/orb$`, `${format} packages have no namespace; leave it empty: /${format}//orb$`),
      );
    }
    for (const format of ["maven", "generic", "swift"]) {
      expect(patternError(`/${format}/space/orb$`)).to.equal(undefined);
      expect(patternError(`/${format}//orb$`)).to.equal(
        invalid(`/${format}//orb$`, `${format} packages have a namespace; give it before the name`),
      );
    }
  });

  it("has the normalized name of a Python package", () => {
    const rule = "Python names are compared normalized: lower case, runs of -, _ and . as one -";

    expect(patternError("/pypi//orb-common$")).to.equal(undefined);
    expect(patternError("/npm//AsyncStorage$")).to.equal(undefined);
    for (const pattern of ["/pypi//Orb$", "/pypi//orb_common$", "/pypi//orb.common$", "/pypi//orb--common$"]) {
      expect(patternError(pattern)).to.equal(invalid(pattern, rule));
    }
  });

  it("matches a prefix up to a word boundary with ~, one name with $, everything below with *", () => {
    const table: [string, string[], string[]][] = [
      [
        "/npm/space/foo~",
        ["/npm/space/foo", "/npm/space/foo-bar", "/npm/space/foo.bar"],
        ["/npm/space/food", "/npm/space/fo"],
      ],
      ["/maven/com.any~", ["/maven/com.any/core", "/maven/com.any.sub/core"], ["/maven/com.anycompany/core"]],
      ["/pypi//orb$", ["/pypi//orb"], ["/pypi//orb-common", "/pypi//or"]],
      ["/npm/space/*", ["/npm/space/foo"], ["/npm//foo", "/npm/spaceship/foo"]],
      ["/npm//foo-*", ["/npm//foo-bar"], ["/npm//foo", "/npm//foobar"]],
      ["/*", ["/npm//foo", "/pypi//orb"], []],
    ];

    for (const [pattern, inside, outside] of table) {
      expect(
        inside.filter((path) => !matches(pattern, path)),
        pattern,
      ).to.deep.equal([]);
      expect(
        outside.filter((path) => matches(pattern, path)),
        pattern,
      ).to.deep.equal([]);
    }
  });

  it("includes the patterns whose packages are all its own, and not itself", () => {
    const table: [string, string[], string[]][] = [
      ["/*", ["/pypi/*", "/pypi//orb~", "/npm/space/*"], ["/*"]],
      ["/pypi/*", ["/pypi//orb~", "/pypi//orb$"], ["/*", "/pypi/*", "/npm//orb~"]],
      [
        "/pypi//orb~",
        ["/pypi//orb$", "/pypi//orb-common$", "/pypi//orb-billing~"],
        ["/pypi//orbit$", "/pypi//orbit~", "/pypi//orb~", "/pypi/*"],
      ],
      ["/pypi//orb$", [], ["/pypi//orb-common$", "/pypi//orb~", "/pypi//orb$"]],
    ];

    for (const [pattern, inside, outside] of table) {
      expect(
        inside.filter((other) => !includes(pattern, other)),
        pattern,
      ).to.deep.equal([]);
      expect(
        outside.filter((other) => includes(pattern, other)),
        pattern,
      ).to.deep.equal([]);
    }
  });
});
