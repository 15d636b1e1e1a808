import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../commands/python/runProcess";
import { projectDirectory } from "../support/deployments";

const layers = join(projectDirectory, "hub/lambda");

/** Expressions of Python that store the text `t`. */
const stores: Readonly<Record<string, string>> = {
  plain: "t.encode()",
  "URL-encoded": "quote(t, safe='').encode()",
  "in base64": "b64encode(t.encode())",
  "in base64 behind one byte": "b64encode(b'a' + t.encode())",
  "in base64 behind two bytes": "b64encode(b'ab' + t.encode())",
  "in base64 of 76 columns": "encodebytes(b'aws:' + t.encode())",
  "in a folded header": "'\\n        '.join(wrap('Keywords: ' + t, 70)).encode()",
  "in UTF-16": "t.encode('utf-16')",
  "in UTF-16 of the other byte order": "t.encode('utf-16-be')",
  "in a zip in a zip": "zipped('inner.zip', zipped('settings.py', t.encode()))",
  "in a tar.gz in a zip": "zipped('inner.tar.gz', tarred('settings.py', t.encode()))",
  "with gzip": "gzip.compress(t.encode())",
  "in a gzip that is cut short": "gzip.compress(noise + t.encode() + more)[:-400]",
  "in a gzip that is damaged behind it": "damaged(gzip.compress(noise + t.encode() + more), -300)",
  "in two gzips, one behind the other": "gzip.compress(t.encode()[:400]) + gzip.compress(t.encode()[400:])",
  "in a gzip behind a shell script": "b'#!/bin/sh\\nexit 0\\n' + gzip.compress(t.encode())",
  "in a gzip in base64": "b'data: ' + b64encode(gzip.compress(t.encode()))",
  "in a gzip in base64 of 76 columns": "encodebytes(gzip.compress(noise[:500] + t.encode()))",
  "with zlib": "zlib.compress(t.encode())",
  "with zlib inside another file": "b'%PDF-1.7 stream\\n' + zlib.compress(t.encode()) + b'endstream'",
  "with bzip2": "bz2.compress(t.encode())",
  "with xz": "lzma.compress(t.encode())",
  "in an xz that is cut short": "lzma.compress(noise + t.encode() + more)[:-2500]",
  "in a zip that has lost its directory": "zipped('settings.py', noise + t.encode() + more)[:-1000]",
  "in a zip whose other member is damaged": "damaged(zipped('a', b'x' * 99, 'settings.py', t.encode()), 33)",
  "in a zip behind another file": "noise + zipped('settings.py', t.encode())",
  "in a tar.gz in a tar that is cut short": "tarred('a.tgz', tarred('settings.py', t.encode()), mode='w')[:1500]",
  "in a .pyc": "MAGIC_NUMBER + bytes(12) + marshal.dumps(compile(f'token = {t!r}', 'settings.py', 'exec'))",
};

const program = `
import sys; sys.dont_write_bytecode = True; sys.path.append(sys.argv[1])
import bz2, gzip, io, lzma, marshal, random, tarfile, zipfile, zlib
from base64 import b64encode, encodebytes
from importlib.util import MAGIC_NUMBER
from textwrap import wrap
from urllib.parse import quote
from credentials import Credentials

noise, more = random.Random(1).randbytes(3000), random.Random(2).randbytes(3000)

def damaged(contents, at):
    return contents[:at] + bytes([contents[at] ^ 255]) + contents[at:][1:]

def zipped(*files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in zip(files[::2], files[1::2]):
            archive.writestr(name, contents)
    return made.getvalue()

def tarred(name, contents, mode="w:gz"):
    made, member = io.BytesIO(), tarfile.TarInfo(name)
    member.size = len(contents)
    with tarfile.open(fileobj=made, mode=mode) as archive:
        archive.addfile(member, io.BytesIO(contents))
    return made.getvalue()

def token(seed):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(random.Random(seed).choices(letters, k=800)) + "+/="

found = []
for t in (token(1), token(30)):
    contents = eval(sys.argv[2])
    found.append(Credentials(token(1), "x.d.codeartifact.eu-west-1.amazonaws.com").find("data", contents))
print([finding.rpartition(": ")[2] for finding in found[0][-1:]], found[1])
`;

describe("the search for a registry's credentials", () => {
  const search = (code: string, ...options: readonly string[]) =>
    runProcess("python3", ["-I", "-c", code, layers, ...options], { environment: { PATH: process.env.PATH ?? "" } });

  for (const [how, expression] of Object.entries(stores)) {
    it(`finds the token ${how}, and not another text that is stored so`, async () => {
      expect(await search(program, expression)).to.deep.equal({ exitCode: 0, output: "['contains the token'] []\n" });
    });
  }

  /** What the search finds where each of the texts is the contents of a file. */
  const find = async (name: string, texts: readonly string[]) => {
    const code = `
import json, sys; sys.dont_write_bytecode = True; sys.path.append(sys.argv[1])
from credentials import Credentials
credentials = Credentials("x" * 40, "x.d.codeartifact.eu-west-1.amazonaws.com")
print(json.dumps([credentials.find(sys.argv[2], text.encode()) for text in sys.argv[3:]]))
`;
    const { exitCode, output } = await search(code, name, ...texts);
    expect(exitCode, output).to.equal(0);
    return JSON.parse(output) as readonly (readonly string[])[];
  };
  const address = (password: string) =>
    `pip install -i https://aws:${password}@x.d.codeartifact.eu-west-1.amazonaws.com/pypi/`;

  const placeholders = [
    ...["", "$TOKEN", "${TOKEN}", "${TOKEN:?set it}", "$env:TOKEN", "${env:TOKEN}", "%TOKEN%", "{token}", "{}", "{0}"],
    ...["{token!r}", '{os.environ["TOKEN"]}', "{{token}}", "${{secrets.TOKEN}}", "#{token}", "%s", "%(token)s"],
    ...["<token>", "[token]", '"+token+"', "'+self.token+'", "$(aws", "****", "...", "…", "eyJ2ZXIi...", "xxxx"],
    ...["TOKEN", "YOUR_TOKEN", "your-token-here", "YourToken", "__TOKEN__", "CODEARTIFACT_AUTH_TOKEN", "**TOKEN**"],
    ...["password", "MY_SECRET_KEY", "changeme", "REDACTED", "[REDACTED]"],
    // In an address, in HTML and in Markdown.
    ...["%24TOKEN", "%3Ctoken%3E", "&lt;token&gt;", "\\$TOKEN", "YOUR\\_TOKEN"],
  ];
  const passwords = [
    ...["real0ldT0ken", "old", "hunter2", "eyJ2ZXIiOjEsImlzdSI6MTcw", "s3cr3t-token", "${TOKEN:-real0ldT0ken}"],
    ...[
      "tokenabcdef0123",
      "YOUR_TOKEN1abcdef",
      "real0ldT0ken%24",
      "a".repeat(60) + "Token",
      `${"eyJhbGci".repeat(16)}...`,
    ],
  ];

  for (const password of placeholders) {
    it(`takes ${password === "" ? "no password" : password} in an address of the registry for no credential`, async () => {
      expect(await find("README", [address(password)])).to.deep.equal([[]]);
    });
  }

  for (const password of passwords) {
    it(`takes ${password.slice(0, 30)} in an address of the registry for a password`, async () => {
      expect(await find("README", [address(password)])).to.deep.equal([
        ["README: contains an address of the registry with credentials"],
      ]);
    });
  }

  it("finds a password in a configuration, and takes no placeholder, comment or flag for one", async () => {
    const lines = (values: readonly string[]) => values.map((value) => `REGISTRY_TOKEN=${value}\n`);
    const harmless = [
      "",
      "''",
      "# set by CI",
      "YOUR_TOKEN",
      "$(aws codeartifact get-authorization-token)",
      "true",
      "${TOKEN}",
    ];

    expect(await find("orb/.env", lines(harmless))).to.deep.equal(harmless.map(() => []));
    expect(await find("orb/.env", lines(["real0ldT0ken", "'real0ldT0ken'"]))).to.deep.equal(
      Array(2).fill(["orb/.env: is a configuration with credentials"]),
    );
  });

  it("stops at a stream that unpacks without end", async () => {
    const code = `
import sys; sys.dont_write_bytecode = True; sys.path.append(sys.argv[1])
import archives, gzip
from credentials import Credentials
archives.LARGEST = 1_000_000
for size in (900_000, 1_100_000):
    print(Credentials("x" * 40, "x.example").find("data", gzip.compress(bytes(size))))
`;
    expect((await search(code)).output).to.equal(
      "[]\n['data: unpacks to more than 1000000 bytes, so it cannot be searched for credentials']\n",
    );
  });

  it("searches eight archives in each other, and no nine", async () => {
    const code = `
import sys; sys.dont_write_bytecode = True; sys.path.append(sys.argv[1])
import gzip
from credentials import Credentials
contents = b"x"
for _ in range(9):
    contents = gzip.compress(contents)
    print(len(Credentials("x" * 40, "x.example").find("data", contents)), end=" ")
`;
    expect((await search(code)).output).to.equal("0 0 0 0 0 0 0 0 1 ");
  });
});
