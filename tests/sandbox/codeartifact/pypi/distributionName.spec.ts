import { expect } from "chai";
import { readDistributionName } from "../../../../sandbox/codeartifact/pypi/distributionName";
import { HttpError } from "../../../../sandbox/codeartifact/pypi/httpError";

function reading(filename: string): string {
  try {
    const { filetype, name, version } = readDistributionName(filename);
    return `${filetype} ${name} ${version}`;
  } catch (error) {
    return error instanceof HttpError ? `${error.status} ${error.message}` : String(error);
  }
}

const taken: Readonly<Record<string, string>> = {
  "orb_common-1.0.0-py3-none-any.whl": "bdist_wheel orb-common 1.0.0",
  "Orb.Common-v1.0-py2.py3-none-any.whl": "bdist_wheel orb-common 1.0",
  "orb_common-1!2.0rc1.post1+local.7-3_cuda-cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl":
    "bdist_wheel orb-common 1!2.0rc1.post1+local.7",
  "orb_common-1.0.0.tar.gz": "sdist orb-common 1.0.0",
  "orb-common-1.0.0.tar.gz": "sdist orb-common 1.0.0",
  "orb_common-1.0.0.zip": "sdist orb-common 1.0.0",
  "orb_common-1!2.0+local.7.zip": "sdist orb-common 1!2.0+local.7",
  "orb-common-3.2.3-2.tar.gz": "sdist orb-common-3-2-3 2",
  "a-1.tar.gz": "sdist a 1",
};

const otherFormats = new Set([
  ...["orb_common-1.0.0.tar.bz2", "orb_common-1.0.0.exe"],
  ...["orb_common-1.0.0.ZIP", "orb_common-1.0.0-py3-none-any.WHL", "orb_common-1.0.0.TAR.GZ"],
]);

const neither = [
  ...otherFormats,
  "",
  ...["orb_common-1.0.0.whl", "orb_common-1.0.0-py3-none.whl", "orb_common-1.0.0-x-py3-none-any.whl"],
  ...[
    "orb_common-1.0.0-py3.-none-any.whl",
    "orb_common-1.0.0-py3..py2-none-any.whl",
    "orb_common-1.0.0-3py-none-any.whl",
  ],
  ...["orb__common-1.0.0-py3-none-any.whl", "_orb-1.0.0-py3-none-any.whl", "orb_-1.0.0.tar.gz", "-1.0.0.tar.gz"],
  ...["../orb_common-1.0.0-py3-none-any.whl", "x/../orb_common-1.0.0.tar.gz", "orb_common-1.0.0\0.tar.gz"],
  ...["orb_common-1.0.0-py3-none-any.whl\n", "örb-1.0.0.tar.gz"],
];

describe("a distribution's file name", () => {
  it("has at most 255 characters, which is CodeArtifact's limit", () => {
    const named = (tag: number) => `orb-1.0-py3-none-${"a".repeat(tag)}.whl`;
    expect(reading(named(234))).to.equal("bdist_wheel orb 1.0");
    expect(reading(named(235))).to.equal(
      `400 The file name "orb-1.0-py3-none-${"a".repeat(83)}..." has more than 255 characters, ` +
        "CodeArtifact's limit for the name of an asset.",
    );
  });

  it("is read with its package's name where a version of an older tool has a hyphen", () => {
    const files = ["orb-common-3.2.3-2.tar.gz", "Orb_Common-1.0-rc1.zip", "orb.common-1.0+abc-1.tar.gz"];
    expect(files.map((filename) => readDistributionName(filename, "orb-common"))).to.deep.equal(
      ["3.2.3.post2", "1.0rc1", "1.0+abc.1"].map((version) => ({ filetype: "sdist", name: "orb-common", version })),
    );
    expect(readDistributionName("orb-common-1.0.tar.gz", "orb").name).to.equal("orb-common");
    expect(readDistributionName("orb-3-2.tar.gz", "orb-3")).to.include({ name: "orb-3", version: "2" });
  });

  for (const [filename, expected] of Object.entries(taken)) {
    it(`${filename} is read`, () => {
      expect(reading(filename)).to.equal(expected);
    });
  }

  for (const filename of neither) {
    it(`${JSON.stringify(filename).slice(0, 60)} is neither a wheel's nor a source distribution's`, () => {
      const shown = JSON.stringify(filename.length > 100 ? `${filename.slice(0, 100)}...` : filename);
      expect(reading(filename)).to.equal(
        `400 The file name ${shown} is neither NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl nor NAME-VERSION.tar.gz nor NAME-VERSION.zip.${
          otherFormats.has(filename)
            ? " This is the sandbox's own limit: PyPI takes the same; no limit of AWS is known."
            : ""
        }`,
      );
    });
  }

  for (const [filename, written] of Object.entries({
    "orb_common-1.0.x-py3-none-any.whl": "1.0.x",
    "orb_common-latest.tar.gz": "latest",
    "orb_common-..tar.gz": ".",
  })) {
    it(`${filename} has no version`, () => {
      expect(reading(filename)).to.equal(
        `400 The file name "${filename}" has no version as PEP 440 writes it, but "${written}".`,
      );
    });
  }
});
