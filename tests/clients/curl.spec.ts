import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect } from "chai";
import { shellText } from "../../commands/terminal/wrap";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { describeClient } from "../support/clients/describeClient";
import { repositoryName } from "../support/clients/registry";

const [, version = ""] = /^curl (\S+)/.exec(execFileSync("curl", ["--version"], { encoding: "utf8" })) ?? [];

describeClient(`the upload form of curl ${version}`, (given) => {
  const basic = ({ filename, bytes }: MadeDistribution): readonly string[] => {
    const isWheel = filename.endsWith(".whl");
    return [
      ...[":action=file_upload", "protocol_version=1", "metadata_version=2.4", "name=orb-common", "version=1.0.0"],
      ...[`filetype=${isWheel ? "bdist_wheel" : "sdist"}`, `pyversion=${isWheel ? "py3" : "source"}`],
      `sha256_digest=${createHash("sha256").update(bytes).digest("hex")}`,
    ];
  };
  /** @returns the answer's status and text */
  const send = async (
    distribution: MadeDistribution,
    fields: readonly string[] = [],
    { only = basic(distribution), options = [] }: { only?: readonly string[]; options?: readonly string[] } = {},
  ) => {
    given.person.write(distribution.filename, distribution.bytes);
    given.person.write("signature.asc", "-----BEGIN PGP SIGNATURE-----\n");
    given.person.write("README.md", "# Für alle\n");
    const forms = [...only, ...fields, `content=@${distribution.filename}`].flatMap((field) => ["-F", field]);
    const user = ["--user", `aws:${given.registry.publisher.token}`];
    const quiet = ["--silent", "--show-error", "--noproxy", "*", "--write-out", " %{http_code}"];
    const command = ["curl", ...quiet, ...user, ...options, ...forms, given.registry.uploadUrl()];
    const { text } = await given.person.shell(command.map(shellText).join(" "));
    return text.trim();
  };
  const taken = (filename: string) => new RegExp(`^${filename.replaceAll(".", "\\.")} is in ${repositoryName}.* 200$`);
  const wheel = () => makeWheel({ name: "orb-common", version: "1.0.0" });

  it("is taken with the fields that PyPI's documentation asks for, of a wheel and of an sdist", async () => {
    for (const distribution of [await wheel(), await makeSdist({ name: "orb-common", version: "1.0.0" })]) {
      expect(await send(distribution)).to.match(taken(distribution.filename));
    }
  });

  it("is taken with every field of Metadata 2.4 and 2.5, repeated ones and non-ASCII texts included", async () => {
    const fields = [
      ...["summary=Geteilter Code – ☃", "description=<README.md", "description_content_type=text/markdown"],
      ...["keywords=one,two", "author=Zoë Ünal", "author_email=Zoë <zoe@example.com>", "maintainer=Someone"],
      ...["maintainer_email=a@example.com", "license_expression=MIT", "license_file=LICENSE", "license_file=NOTICE"],
      ...["classifiers=Private :: Do Not Upload", "classifiers=Programming Language :: Python :: 3"],
      ...["requires_dist=idna>=3", 'requires_dist=six; extra == "extra"', "requires_python=>=3.9"],
      ...["provides_extra=extra", "provides_extra=other", "project_urls=Source, https://example.com", "platform=any"],
      ...["supported_platform=linux", "dynamic=Version", "dynamic=License-File", "import_names=orb_common"],
      ...["import_namespaces=orb", "requires_external=C", "provides_dist=orb", "obsoletes_dist=old", "requires=a"],
      ...["provides=b", "obsoletes=c", "home_page=https://example.com", "download_url=https://example.com/x"],
      ...["comment=a comment", "a_field_to_come=1"],
    ];
    expect(await send(await wheel(), fields)).to.match(taken((await wheel()).filename));
  });

  for (const [title, field] of [
    ["a signature as a file", "gpg_signature=@signature.asc"],
    ["a signature as text", "gpg_signature=<signature.asc"],
    ["attestations", 'attestations=[{"version":1}]'],
    ["attestations as JSON", 'attestations=[{"version":1}];type=application/json'],
    ["a text with a type", "summary=Shared code.;type=text/plain; charset=utf-8"],
  ] as const) {
    it(`is taken with ${title}`, async () => {
      expect(await send(await wheel(), [field])).to.match(taken((await wheel()).filename));
    });
  }

  it("is taken in chunks without a length, and after 100 Continue", async () => {
    for (const header of ["Transfer-Encoding: chunked", "Expect: 100-continue"]) {
      expect(await send(await wheel(), [], { options: ["--header", header] })).to.match(
        taken((await wheel()).filename),
      );
    }
  });

  it("is rejected for what PyPI rejects, with the way out", async () => {
    const distribution = await wheel();
    const without = (field: string) => basic(distribution).filter((one) => !one.startsWith(`${field}=`));
    const rejected: readonly (readonly [only: readonly string[], field: string, text: string])[] = [
      [basic(distribution), "description=@README.md", 'The form sends "description" as a file'],
      [basic(distribution), "signature=@signature.asc", 'The form sends "signature" as a file'],
      [without("protocol_version"), "protocol_version=2", 'only "1" is known'],
      [without("filetype"), "filetype=bdist_egg", '"bdist_wheel" and "sdist" are known'],
      [without("filetype"), "filetype=sdist", "is by its name of filetype bdist_wheel"],
      [without("filetype"), "summary=a", 'The form has no field "filetype"'],
      [without("pyversion"), "summary=a", 'The form has no field "pyversion"'],
      [without("sha256_digest"), "summary=a", "The form has no digest"],
      [without("sha256_digest"), `md5_digest=${"0".repeat(32)}`, "arrived with other bytes"],
      [basic(distribution), "license_expression=MIT -F license_expression=BSD-3-Clause", "at most one is taken"],
      [without(":action"), ":action=submit", 'only "file_upload" is known'],
    ];
    for (const [only, field, text] of rejected) {
      const answer = await send(distribution, field.split(" -F "), { only });
      expect(answer).to.include(text).and.to.match(/ 400$/);
    }
  });

  it("leaves one asset for each file, and nothing of a signature", () => {
    const { context } = given.registry;
    const record = context.packages.store.find({ domain: context.domain, repository: repositoryName }, "orb-common");
    expect(Object.keys(record?.versions["1.0.0"]?.assets ?? {})).to.have.members([
      ...["orb_common-1.0.0-py3-none-any.whl", "orb_common-1.0.0.tar.gz"],
    ]);
  });
});
