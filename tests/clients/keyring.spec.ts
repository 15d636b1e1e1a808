import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { type ClientRegistry, awsEnvironment, commonWheel, publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

// keyrings.codeartifact takes care of CodeArtifact's own hosts alone: a proxy leads those to the sandbox.
describeClient(
  `${withVersion("keyrings.codeartifact", "keyrings-codeartifact")} with ${withVersion("pip")} and ${withVersion("twine")}`,
  (given) => {
    before(async () => {
      await publishDirectly(given.registry, await commonWheel());
    });

    const endpoint = () => {
      const { domain, account } = given.registry.context;
      const host = `${domain}-${account.accountId}.d.codeartifact.${account.region}.amazonaws.com`;
      return { host, url: `http://aws@${host}/pypi/python-packages/` };
    };
    const environment = (session: ClientRegistry["publisher"]["session"]) => ({
      ...awsEnvironment(given.registry, session),
      ...{
        HTTP_PROXY: given.registry.address,
        http_proxy: given.registry.address,
        NO_PROXY: "127.0.0.1",
        no_proxy: "127.0.0.1",
      },
    });
    const install = (target: string, session: ClientRegistry["publisher"]["session"]) => {
      const { host, url } = endpoint();
      return given.person.run(
        "pip",
        [
          ...["install", "--no-cache-dir", "--keyring-provider", "import", "--trusted-host", host],
          ...["--index-url", `${url}simple/`, "--target", target, "orb-common"],
        ],
        environment(session),
      );
    };

    it("mints the token that pip needs from the caller's own credentials", async () => {
      const { exitCode, text } = await install("target", given.registry.reader.session);

      expect(exitCode, text).to.equal(0);
      expect(text).to.include("orb-common-1.0.0");
    });

    it("has none for credentials that no one was given", async () => {
      const { session } = given.registry.reader;
      const { exitCode, text } = await install("none", { ...session, secretAccessKey: "made-up" });

      expect(exitCode).to.equal(1);
      expect(text).not.to.include("Successfully installed");
    });

    it("mints the token that twine needs", async () => {
      const { filename, bytes } = await commonWheel("4.0.0");
      const { exitCode, text } = await given.person.run(
        "twine",
        [
          ...["upload", "--non-interactive", "--disable-progress-bar", "--username", "aws"],
          ...["--repository-url", endpoint().url.replace("aws@", ""), given.person.write(filename, bytes)],
        ],
        environment(given.registry.publisher.session),
      );

      expect(exitCode, text).to.equal(0);
    });
  },
);
