import { expect } from "chai";
import { type Arbitrary, assert, asyncProperty, constantFrom, oneof, option, stringMatching, tuple } from "fast-check";
import { metadata, tarGz, zip } from "../../../support/sandbox/archives";
import { openRegistry, type Registry, read, repository, upload } from "../../../support/sandbox/pypi";

const name = stringMatching(/^[A-Za-z0-9]{1,3}(?:[_.-][A-Za-z0-9]{1,3}){0,2}$/);

/** A version in as many ways as PEP 440 lets it be written; of a hyphen a file name has its own idea. */
const version = tuple(
  option(constantFrom("v", "0!", "1!"), { nil: "" }),
  stringMatching(/^[0-9]{1,3}(?:\.[0-9]{1,8}){0,3}$/),
  option(stringMatching(/^[._]?(?:a|beta|C|rc|preview)[._]?[0-9]{0,2}$/), { nil: "" }),
  option(stringMatching(/^[._]?(?:post|rev|R)[._]?[0-9]{0,2}$/), { nil: "" }),
  option(stringMatching(/^[._]?(?:dev|DEV)[._]?[0-9]{0,2}$/), { nil: "" }),
  option(stringMatching(/^\+[a-z0-9]{1,8}(?:[._][A-Z0-9]{1,8}){0,2}$/), { nil: "" }),
).map((parts) => parts.join(""));

const tag = stringMatching(/^[a-z][a-z0-9_]{0,8}(?:\.[a-z][a-z0-9_]{0,8}){0,2}$/);

const wheel = tuple(name, version, option(stringMatching(/^[0-9][0-9A-Za-z_]{0,4}$/)), tag, tag, tag).map(
  ([said, number, build, ...tags]) => {
    const written = said.replaceAll("-", "_");
    const filename = `${[written, number, ...(build === null ? [] : [build]), ...tags].join("-")}.whl`;
    const bytes = () => zip([`${written}-${number}.dist-info/METADATA`, metadata(said, number)]);
    return { filename, bytes, said, number };
  },
);

const sdist = tuple(name, version).map(([said, number]) => {
  const stem = `${said}-${number}`;
  return {
    filename: `${stem}.tar.gz`,
    bytes: () => tarGz([`${stem}/setup.py`, ""], [`${stem}/PKG-INFO`, metadata(said, number)]),
    said,
    number,
  };
});

interface Sent {
  readonly filename: string;
  readonly bytes: () => Promise<Buffer>;
  readonly said: string;
  readonly number: string;
}

describe("any file name that pip takes", () => {
  let registry: Registry;

  before(async () => {
    registry = await openRegistry();
  });
  after(() => registry.close());

  it("can be uploaded, is on its package's page, and is found where the page says", async () => {
    const distribution: Arbitrary<Sent> = oneof(wheel, sdist);
    await assert(
      asyncProperty(distribution, async ({ filename, bytes: make, said, number }) => {
        const bytes = await make();
        const fields = { name: said, version: number };
        const { status, text } = await upload(registry, { filename, bytes }, { fields, token: registry.administrator });
        // Another run may have drawn the same name, with METADATA that spells it otherwise.
        expect([200, 409], text).to.include(status);
        if (status === 409) {
          return;
        }
        const normal = said.toLowerCase().replace(/[-_.]+/g, "-");
        const accept = "application/vnd.pypi.simple.v1+json";
        const page = await read(registry, `/pypi/${repository}/simple/${normal}/`, { headers: { accept } });
        const { files } = (await page.json()) as { files: readonly { filename: string; url: string }[] };
        const { url = "" } = files.find((file) => file.filename === filename) ?? {};
        const file = await read(registry, url);
        expect(file.status, url).to.equal(200);
        expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).to.equal(true);
      }),
    );
  });
});
