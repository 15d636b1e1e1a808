import { expect } from "chai";
import { type ClientRegistry, awsEnvironment, commonWheel, openRegistry, publishDirectly } from "./registry";
import { Person } from "./person";
import { clientTools, installing } from "./tools";

// keyrings.codeartifact takes care of CodeArtifact's own hosts alone: a proxy leads those to the sandbox.
describe("keyrings.codeartifact", function () {
  this.timeout(60_000);
  let registry: ClientRegistry;
  let person: Person;

  before(async function () {
    this.timeout(installing);
    person = new Person(await clientTools());
    registry = await openRegistry();
    await publishDirectly(registry, await commonWheel());
  });

  after(async () => {
    person.leave();
    await registry.close();
  });

  const endpoint = () => {
    const { domain, cloud } = registry.twin;
    const host = `${domain}-${cloud.accountId}.d.codeartifact.${cloud.region}.amazonaws.com`;
    return { host, url: `http://aws@${host}/pypi/python-packages/` };
  };
  const environment = (session: ClientRegistry["publisher"]["session"]) => ({
    ...awsEnvironment(registry, session),
    ...{ HTTP_PROXY: registry.address, http_proxy: registry.address, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" },
  });
  const install = (target: string, session: ClientRegistry["publisher"]["session"]) => {
    const { host, url } = endpoint();
    return person.run(
      "pip",
      [
        ...["install", "--no-cache-dir", "--keyring-provider", "import", "--trusted-host", host],
        ...["--index-url", `${url}simple/`, "--target", target, "orb-common"],
      ],
      environment(session),
    );
  };

  it("mints the token that pip needs from the caller's own credentials", async () => {
    const { exitCode, text } = await install("target", registry.reader.session);

    expect(exitCode, text).to.equal(0);
    expect(text).to.include("orb-common-1.0.0");
  });

  it("has none for credentials that nobody was given", async () => {
    const { session } = registry.reader;
    const { exitCode, text } = await install("none", { ...session, secretAccessKey: "made-up" });

    expect(exitCode).to.equal(1);
    expect(text).not.to.include("Successfully installed");
  });

  it("mints the token that twine needs", async () => {
    const { filename, bytes } = await commonWheel("4.0.0");
    const { exitCode, text } = await person.run(
      "twine",
      [
        ...["upload", "--non-interactive", "--disable-progress-bar", "--username", "aws"],
        ...["--repository-url", endpoint().url.replace("aws@", ""), person.write(filename, bytes)],
      ],
      environment(registry.publisher.session),
    );

    expect(exitCode, text).to.equal(0);
  });
});
