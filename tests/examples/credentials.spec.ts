import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../sandbox/python/runProcess";
import { projectDirectory } from "../support/deployments";

const layers = join(projectDirectory, "examples/integration-hub/backend/layers");

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
  "in a .pyc": "MAGIC_NUMBER + bytes(12) + marshal.dumps(compile(f'token = {t!r}', 'settings.py', 'exec'))",
};

const program = `
import sys; sys.dont_write_bytecode = True; sys.path.append(sys.argv[1])
import gzip, io, marshal, tarfile, zipfile
from base64 import b64encode, encodebytes
from importlib.util import MAGIC_NUMBER
from textwrap import wrap
from urllib.parse import quote
from credentials import Credentials

def zipped(name, contents):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, contents)
    return made.getvalue()

def tarred(name, contents):
    made, member = io.BytesIO(), tarfile.TarInfo(name)
    member.size = len(contents)
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        archive.addfile(member, io.BytesIO(contents))
    return made.getvalue()

def token(first):
    return "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[(first + i * i * 7 + i * 13) % 64] for i in range(800)) + "+/="

found = []
for t in (token(1), token(30)):
    contents = eval(sys.argv[2])
    found.append(Credentials(token(1), "x.d.codeartifact.eu-west-1.amazonaws.com").find("data", contents))
print([finding.rpartition(": ")[2] for finding in found[0][-1:]], found[1])
`;

describe("the search for a registry's credentials", function () {
  this.timeout(30_000);

  const search = (code: string, ...options: readonly string[]) =>
    runProcess("python3", ["-I", "-c", code, layers, ...options], { environment: { PATH: process.env.PATH ?? "" } });

  for (const [how, expression] of Object.entries(stores)) {
    it(`finds the token ${how}, and not another text that is stored so`, async () => {
      expect(await search(program, expression)).to.deep.equal({ exitCode: 0, output: "['holds the token'] []\n" });
    });
  }

  it("finds a password in an address of the registry, and takes a placeholder for none", async () => {
    const passwords = ["real0ldT0ken", "$TOKEN", "${TOKEN}", "{token}", "<token>", "****", "%TOKEN%", ""];
    const code = `
import sys; sys.dont_write_bytecode = True; sys.path.append(sys.argv[1])
from credentials import Credentials
credentials = Credentials("x" * 40, "x.d.codeartifact.eu-west-1.amazonaws.com")
for password in sys.argv[2:]:
    text = f"pip install -i https://aws:{password}@x.d.codeartifact.eu-west-1.amazonaws.com/pypi/"
    print(password, credentials.find("README", text.encode()))
`;
    const [found, ...taken] = passwords;

    expect((await search(code, ...passwords)).output).to.equal(
      [
        `${found!} ['README: holds an address of the registry with credentials']`,
        ...taken.map((password) => `${password} []`),
        "",
      ].join("\n"),
    );
  });
});
