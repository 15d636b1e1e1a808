import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { pythonTools } from "../../commands/python/pythonTools";
import { runProcess } from "../../commands/python/runProcess";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { assumeRoleAsJob } from "../../sandbox/github/client";
import { simpleIndex } from "../../sandbox/publicIndex/simpleIndex";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { Person } from "../support/clients/person";
import { commonWheel, publicPackage } from "../support/clients/registry";
import { clientTools } from "../support/clients/tools";
import { deployChanged } from "../support/deployments";
import { codeBlocks, sectionOf } from "../support/docs/document";
import { ServiceRepository } from "../support/docs/serviceRepository";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { publishInto } from "../support/examples/registries";
import { serveWatchedIndex, type WatchedIndex } from "../support/sandbox/watchedIndex";

const path = "docs/consumers.md";
const service = "acme/billing-service";
const hub = `acme/hub@${"c".repeat(40)}`;
const [settings, uvWorkflow, ...otherSteps] = codeBlocks(sectionOf(path, "Pull requests and CI of a service")).map(
  ({ text }) => text,
);
const proposal = { event: "pull_request", ref: "refs/pull/7/merge" } as const;

describe("docs/consumers.md's reader for a service", () => {
  describeWorkflows("whose workflow is run unchanged", ({ act, actionlint }) => {
    let index: WatchedIndex;
    let sandbox: Sandbox;
    let deployment: Deployment;
    let repository: ServiceRepository;
    let person: Person;

    before(async () => {
      const { config } = parse(settings!.replaceAll("TEAM/SERVICE", service)) as {
        config: { "package-registry:readers": readonly object[] };
      };
      deployment = await deployChanged({ settings: { readers: config["package-registry:readers"] } });
      index = await serveWatchedIndex([await makeWheel({ name: publicPackage, version: "2.1.0" })]);
      sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: simpleIndex(index.url) });
      await publishInto({ ...sandbox, deployment }, [await commonWheel()]);
      repository = new ServiceRepository(act, service, sandbox.address, hub);
      await repository.create(await serviceFiles());
    });

    after(async () => {
      person.leave();
      await Promise.all([repository.close(), sandbox.close(), index.close()]);
    });

    /** A document's text for this service and this registry. */
    const here = (text: string) =>
      text
        .replaceAll(/https:\/\/([^\s"/]*@)?ENDPOINT/g, (_, login = "") =>
          `${sandbox.address}/pypi/python-packages`.replace("://", `://${login}`),
        )
        .replaceAll(/TEAM\/HUB(\S*)@COMMIT/g, (_, action: string) => hub.replace("@", `${action}@`))
        .replaceAll("DOMAIN", sandbox.context.domain)
        .replaceAll("OWNER", sandbox.context.account.accountId);
    const workflow = (steps?: string) => {
      const text = here(uvWorkflow!);
      const indented = steps?.replaceAll(/^(?=.)/gm, "      ");
      return indented === undefined ? text : text.slice(0, text.indexOf("      - name: Install")) + indented;
    };
    const toml = (heading: string) =>
      here(codeBlocks(sectionOf(path, heading)).find(({ language }) => language === "toml")!.text);

    /** The service's code, and its locks, made by a person who has a token. */
    const serviceFiles = async (): Promise<Readonly<Record<string, string>>> => {
      const assumed = await assumeAs({ event: "push", ref: "refs/heads/main" });
      const session = sandbox.context.sts.find("accessKeyId" in assumed ? assumed.accessKeyId : "")!;
      const token = sandbox.context.tokens.mint(session, sandbox.context.domain, 900).authorizationToken;
      person = new Person(await clientTools());
      const project = `[project]\nname = "service"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["orb-common"]\n`;
      // A project of two clients is not a service's, but one repository serves all tests.
      const pyproject = `${project}${toml("uv")}${toml("poetry")}\n[tool.poetry]\npackage-mode = false\n`;
      const pipfile = `${toml("pipenv")}\n[packages]\norb-common = "*"\n`;
      person.write("pyproject.toml", pyproject);
      person.write("Pipfile", pipfile);
      const { exitCode, text } = await person.shell("uv lock && poetry lock && pipenv lock", {
        ...{ UV_INDEX_PYTHON_PACKAGES_USERNAME: "aws", UV_INDEX_PYTHON_PACKAGES_PASSWORD: token },
        ...{ POETRY_HTTP_BASIC_PYTHON_PACKAGES_USERNAME: "aws", POETRY_HTTP_BASIC_PYTHON_PACKAGES_PASSWORD: token },
        ...{ CODEARTIFACT_AUTH_TOKEN: token, UV_PYTHON: person.tools.python, PIPENV_PYTHON: person.tools.python },
      });
      expect(exitCode, text).to.equal(0);
      const [own, open] = [await commonWheel(), await makeWheel({ name: publicPackage, version: "2.1.0" })];
      const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
      const files = {
        "pyproject.toml": pyproject,
        Pipfile: pipfile,
        "requirements.txt":
          `orb-common==1.0.0 --hash=sha256:${sha256(own.bytes)}\n` +
          `${publicPackage}==2.1.0 --hash=sha256:${sha256(open.bytes)}\n`,
        "test_service.py":
          "import unittest\n\nimport orb_common\n\n\nclass Test(unittest.TestCase):\n" +
          '    def test_import(self):\n        print("imported", orb_common.__name__)\n',
        ...Object.fromEntries(["uv.lock", "poetry.lock", "Pipfile.lock"].map((name) => [name, person.read(name)])),
      };
      return files;
    };
    const assumeAs = (
      job: Readonly<{ event: "push" | "pull_request" | "pull_request_target"; ref: string } & Record<string, unknown>>,
    ) => {
      const { readerRoleArns } = deployment.outputs as { readonly readerRoleArns: Readonly<Record<string, string>> };
      const workflow = ".github/workflows/test.yml";
      const description = { repository: service, environment: "ci", workflow, ...job };
      return assumeRoleAsJob(sandbox.address, description, readerRoleArns.ci ?? "");
    };

    it("has the role that the workflow names", () => {
      const { readerRoleArns } = deployment.outputs as { readonly readerRoleArns: Readonly<Record<string, string>> };

      expect(workflow()).to.include(`role-to-assume: ${readerRoleArns.ci!}\n`);
    });

    it("has a workflow that actionlint accepts with the steps of each client, and not with a wrong one", async () => {
      const check = (text: string) =>
        runProcess(actionlint, ["-shellcheck=", "-pyflakes=", person.write(".github/workflows/checked.yml", text)]);
      const texts = [undefined, ...otherSteps].map(workflow);

      for (const text of texts) {
        expect(await check(text)).to.deep.equal({ exitCode: 0, output: "" });
      }
      expect((await check(workflow().replace("steps.registry.", "steps.registries."))).exitCode).to.equal(1);
    });

    it("has a workflow that zizmor accepts at its strictest, and not where the checkout keeps its credentials", async () => {
      const tools = await pythonTools(join(__dirname, "../support/github-actions/requirements.txt"), () => undefined);
      if ("missing" in tools) {
        throw new Error(`zizmor is installed by pip, and ${tools.missing}.`);
      }
      const audit = (text: string) => {
        const file = person.write(".github/workflows/checked.yml", text);
        return runProcess(join(tools.bin, "zizmor"), ["--offline", "--persona", "auditor", "--no-progress", file]);
      };

      for (const steps of [undefined, ...otherSteps]) {
        const { exitCode, output } = await audit(workflow(steps));
        expect([exitCode, output.includes("No findings to report")], output).to.deep.equal([0, true]);
      }
      expect((await audit(workflow().replace("persist-credentials: false", "clean: true"))).output).to.include(
        "artipacked",
      );
    });

    for (const [number, client] of ["uv", "pip", "pipenv", "poetry"].entries()) {
      it(`installs with ${client} for a pull request of the repository`, async () => {
        const text = workflow(number === 0 ? undefined : otherSteps[number - 1]);
        const run = await repository.start(text, proposal);

        expect(run.jobs, run.log).to.deep.equal({ test: "success" });
        expect(run.log).to.include("imported orb_common");
        expect(text).to.match(client === "pip" ? /run: python -m pip install / : new RegExp(`run: ${client} sync`));
      });
    }

    it("installs for a push to any branch", async () => {
      const run = await repository.start(workflow(), { event: "push", ref: "refs/heads/any-branch" });

      expect(run.jobs, run.log).to.deep.equal({ test: "success" });
    });

    it("runs nothing for a fork's pull request, which gets no identity where it is run", async () => {
      const fork = { ...proposal, head: "mallory/billing-service" };
      const before = sandbox.context.decisions.entries().length;

      const left = await repository.start(workflow(), fork);
      const run = await repository.start(workflow().replace(/^( +)if: >-\n(?:\1 +.*\n)+/m, ""), fork);

      expect(left.jobs).to.deep.equal({});
      expect([run.jobs.test, run.log.includes("no permission id-token: write")], run.log).to.deep.equal([
        "failure",
        true,
      ]);
      expect(sandbox.context.decisions.entries()).to.have.length(before);
    });

    it("rejects the job without its environment", async () => {
      const run = await repository.start(workflow().replace(/ +environment: ci\n/, ""), proposal);

      expect([run.jobs.test, run.log.includes("AccessDenied")], run.log).to.deep.equal(["failure", true]);
    });

    it("admits every branch, tag, workflow file and event of the repository in the environment, and no other repository", async () => {
      const push = { event: "push", ref: "refs/heads/main" } as const;
      const admitted = [
        push,
        { event: "push", ref: "refs/heads/of-any-person" },
        { event: "push", ref: "refs/tags/v1" },
        { ...push, workflow: ".github/workflows/other.yml" },
        proposal,
        { event: "pull_request_target", ref: "refs/heads/main" },
      ] as const;
      const rejected = [
        { ...push, repository: "mallory/billing-service", repositoryId: "700000009" },
        { ...push, repositoryId: "700000009" },
        { ...push, ownerId: "700000009" },
        { ...push, environment: "dev" },
        { ...push, environment: undefined },
      ] as const;

      for (const job of admitted) {
        expect(await assumeAs(job), JSON.stringify(job)).to.have.property("accessKeyId");
      }
      for (const job of rejected) {
        expect(await assumeAs(job), JSON.stringify(job)).to.have.property("code", "AccessDenied");
      }
    });
  });
});
