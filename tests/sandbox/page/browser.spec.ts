import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { DecisionList, DecisionRow } from "../../../sandbox/page/answers";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { openSandbox } from "../../../sandbox/sandbox";
import { longName, makeBusy } from "../../support/browser/busyRegistry";
import { startChromium } from "../../support/browser/chromium";
import { Person } from "../../support/clients/person";
import { type ClientRegistry, commonWheel, openRegistry } from "../../support/clients/registry";
import { clientTools } from "../../support/clients/tools";
import { projectDirectory } from "../../support/deployments";

const widths = [360, 768, 1280, 2560] as const;
const schemes = ["light", "dark"] as const;

/** For a person to look at. The folder is not in git. */
const screenshots = join(projectDirectory, "reports/page");

const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds, as `rule: element`. Source: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md */
async function findings(page: Page): Promise<readonly string[]> {
  // The devtools protocol evaluates it: the page's own policy would stop a script element.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Result {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe: loaded } = globalThis as unknown as {
      readonly axe: { readonly run: () => Promise<{ readonly violations: readonly Result[] }> };
    };
    const { violations } = await loaded.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

describe("the page in a browser", () => {
  let registry: ClientRegistry;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    registry = await openRegistry();
    await makeBusy(registry);
    browser = await startChromium();
  });

  after(async () => {
    await browser.close();
    await registry.close();
  });

  const newPage = async (options: Parameters<Browser["newContext"]>[0] = {}) => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
    page = await context.newPage();
    // Only the limit of mocha ends a test: a machine may be many times slower.
    page.setDefaultTimeout(0);
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") {
        errors.push(message.text());
      }
    });
    return page;
  };

  beforeEach(async () => {
    errors.length = 0;
    await newPage();
  });

  afterEach(() => context.close());

  /** Opens a place of the page, and waits until it follows the sandbox. */
  const open = async (place = "") => {
    await page.goto("about:blank");
    await page.goto(`${registry.address}/${place}`);
    await page
      .getByRole("status")
      .filter({ hasText: /^Live$/ })
      .waitFor();
  };

  const decisions = async () =>
    ((await (await fetch(`${registry.address}/page/decisions`)).json()) as DecisionList).decisions;

  const line = (text: string | RegExp) => page.locator(".line", { hasText: text });

  /** A request that the registry denies, for a package of this name. */
  const denied = (name: string) => fetch(`${registry.indexUrl()}${name}/`).then((response) => response.text());

  it("shows an upload by twine as it is decided, without being loaded again, and lights the path", async () => {
    const person = new Person(await clientTools());
    try {
      await open();
      const { filename, bytes } = await commonWheel("2.0.0");
      const { exitCode } = await person.run(
        "twine",
        ["upload", "--non-interactive", "--disable-progress-bar", person.write(`dist/${filename}`, bytes)],
        {
          TWINE_USERNAME: "aws",
          TWINE_PASSWORD: registry.publisher.token,
          TWINE_REPOSITORY_URL: registry.uploadUrl(),
        },
      );
      expect(exitCode).to.equal(0);

      await line(filename).first().waitFor();
      expect(await line(filename).first().innerText()).to.match(
        /Allowed[^]*publisher[^]*Publish[^]*orb-common 2\.0\.0/,
      );
      expect(await page.locator(".step.end").innerText()).to.match(/^python-packages/);
      expect(await page.locator(".step.lit").count()).to.equal(4);
      expect(errors).to.deep.equal([]);
    } finally {
      person.leave();
    }
  });

  it("asks again and again where events do not arrive", async () => {
    await page.route("**/page/events*", (route) => route.abort());
    await page.goto(`${registry.address}/#decisions`);
    await page
      .getByRole("status")
      .filter({ hasText: /^Polling$/ })
      .waitFor();
    await denied("asked-for-by-polling");

    await line("asked-for-by-polling").waitFor();
  });

  it("says that the sandbox does not answer, and reads everything again after another start", async () => {
    const start = (port = 0) =>
      openSandbox({
        account: registry.context.account,
        store: new MemoryPackageStore(),
        publicIndex: noPublicIndex,
        port,
      });
    const first = await start();
    first.context.decisions.add(
      { who: "anonymous (no token)", action: "sts:GetCallerIdentity", resource: "before" },
      { allowed: false, reason: "no signature" },
    );
    await page.goto(`${first.address}/#decisions`);
    await line("before").waitFor();
    await first.close();
    await page.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
    expect(await line("before").count()).to.equal(1);

    const second = await start(Number(new URL(first.address).port));
    try {
      await page.getByText("No request yet.").waitFor();
      await page
        .getByRole("status")
        .filter({ hasText: /^Live$/ })
        .waitFor();
      expect(await page.getByRole("alert").count()).to.equal(0);
    } finally {
      await second.close();
    }
  });

  it("opens the decision that a link names, with the statement that came nearest and what it lacked", async () => {
    const impostor = (await decisions()).find(({ who }) => who.name === "mallory/hub");
    await open(`#decision-${impostor!.id}`);
    const detail = page.getByRole("region", { name: `Decision ${impostor!.id}` });
    await detail.getByText("AssumeFromGithubJob comes nearest").waitFor();

    const reason = registry.context.decisions.entries().find(({ id }) => id === impostor!.id)!.reason;
    expect(await detail.locator(".reason p").innerText()).to.equal(reason.replaceAll("; ", ";\n"));
    expect(await detail.locator(".statement.nearest figcaption b").innerText()).to.equal("AssumeFromGithubJob");
    const unmet = await detail.locator(".statement .unmet").allInnerTexts();
    expect(unmet.map((text) => /:(\w+)"/.exec(text)?.[1])).to.have.members([
      ...["sub", "repository_id", "repository_owner_id", "job_workflow_ref"],
    ]);
    expect(await detail.locator(".context .marked").count()).to.equal(4);
    expect(await page.locator(`#line-${impostor!.id} .line`).getAttribute("aria-expanded")).to.equal("true");
  });

  it("marks the statement that allows, and says where no document was asked", async () => {
    const list = await decisions();
    const published = list.find(({ did, allowed }) => did === "Publish" && allowed)!;
    await open(`#decision-${published.id}`);
    await page.locator(".statement.allows figcaption b").waitFor();
    expect(await page.locator(".statement.allows figcaption b").innerText()).to.equal("PublishPackages");

    const anonymous = list.find(({ who }) => who.kind === "anonymous")!;
    await page.evaluate((id) => {
      location.hash = `#decision-${id}`;
    }, anonymous.id);
    await page.getByText("Denied before any policy document was asked").waitFor();
  });

  it("filters by verdict, identity, action and package, and its address shows the same again", async () => {
    await open("#decisions");
    const rows = await decisions();
    await page.getByRole("radio", { name: "Denied" }).check();
    expect(await page.locator(".line.allowed").count()).to.equal(0);
    await page.getByLabel("Identity").selectOption("publisher");
    await page.getByLabel("Action").selectOption("Publish");
    await page.getByRole("searchbox").fill("orb-common");
    const wanted = rows.filter(
      ({ allowed, who, did, packageName }) =>
        !allowed && who.name === "publisher" && did === "Publish" && packageName === "orb-common",
    );
    const shown = () => page.locator(".line").count();

    expect(wanted).to.have.length(1);
    expect(await shown()).to.equal(1);
    expect(new URL(page.url()).hash).to.equal(
      "#decisions?verdict=denied&who=publisher&action=Publish&package=orb-common",
    );
    await page.reload();
    await page.locator(".line").first().waitFor();
    expect(await shown()).to.equal(1);
    expect(await page.getByRole("searchbox").inputValue()).to.equal("orb-common");
  });

  it("is used with the keyboard alone", async () => {
    await open("#decisions");
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("Tab");
    expect(await focused()).to.equal("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).to.equal("main");

    await page.locator(".line").nth(0).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    const second = await page.locator(".line").nth(1).innerText();
    expect((await focused()).replaceAll(/\s/g, "")).to.equal(second.replaceAll(/\s/g, ""));
    await page.keyboard.press("Enter");
    await page.locator(".detail .reason").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".detail").waitFor({ state: "detached" });
    expect(new URL(page.url()).hash).to.equal("#decisions");
    expect((await focused()).replaceAll(/\s/g, "")).to.equal(second.replaceAll(/\s/g, ""));
  });

  it("runs no script and loads nothing of another place, whatever is put into it", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    const name = `<img src=x onerror="document.title='hit'">`;
    registry.context.decisions.add(
      { who: name, action: "sts:GetCallerIdentity", resource: `arn:aws:iam::1:role/${name}` },
      { allowed: false, reason: `<script>document.title = "hit"</script>` },
    );
    await open("#decisions");
    await line("onerror").first().click();
    await page.locator(".detail .reason").waitFor();
    const outcome = await page.evaluate(async () => {
      const violated: string[] = [];
      addEventListener("securitypolicyviolation", ({ effectiveDirective }) => violated.push(effectiveDirective));
      const script = document.createElement("script");
      script.textContent = "document.title = 'hit'";
      document.body.append(script);
      document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>styled</p>");
      await fetch("https://example.invalid/").catch(() => undefined);
      // The events of a violation are dispatched in a later turn.
      await new Promise((resolve) => setTimeout(resolve));
      return { violated: [...new Set(violated)].sort(), title: document.title };
    });

    expect(outcome.violated).to.deep.equal(["connect-src", "script-src-elem", "style-src-attr"]);
    expect(outcome.title).not.to.equal("hit");
    expect(await page.locator("main img, main script").count()).to.equal(0);
    expect([...new Set(asked)]).to.deep.equal([registry.address]);
  });

  it("shows private packages before public ones, with versions, files, hashes and origin settings", async () => {
    await open("#packages");
    await page.getByRole("heading", { name: /^Private packages/ }).waitFor();
    const headings = await page.locator("main h2").allInnerTexts();
    expect(headings.map((text) => text.split(" ")[0])).to.deep.equal(["Private", "Public"]);
    await line("orb-common").click();
    const detail = page.getByRole("region", { name: "orb-common" });
    await detail.getByText("orb_common-1.2.0.tar.gz").waitFor();

    expect(await detail.innerText()).to.match(/\/pypi\/\/orb~[^]*publish ALLOW, upstream ALLOW[^]*1\.2\.0 Published/);
    const record = registry.context.packages.store.find(
      { domain: registry.context.domain, repository: "python-packages" },
      "orb-common",
    );
    const { sha256 } = record!.versions["1.2.0"]!.assets["orb_common-1.2.0.tar.gz"]!;
    expect(await detail.locator(".hash", { hasText: sha256 }).count()).to.equal(1);
  });

  it("shows package groups as a tree, each with what holds in it", async () => {
    await open("#groups");
    const groups = page.locator(".tree .tree .tree > li");
    await groups.first().waitFor();

    expect((await groups.first().innerText()).split("\n").filter((text) => text !== "")).to.deep.equal([
      "/pypi//orb~",
      "Private packages: only publishers of this registry bring them in.",
      ...["Publish into", "python-packages"],
      ...["From a public index into", "blocked"],
      ...["From an upstream into", "blocked"],
    ]);
  });

  it("says of roles whom they are for and what they may, and shows the documents behind it", async () => {
    await open("#roles");
    const publisher = page.getByRole("region", { name: "publisher" });
    await publisher.waitFor();

    expect((await publisher.locator("dd").allInnerTexts()).slice(1)).to.deep.equal([
      "get tokens of orb-integration-hub-dev",
      "have AWS issue a registry token of at most 1 hour",
      "read python-packages",
      "publish orb-common, orb-models in python-packages",
    ]);
    expect(await publisher.locator("dd").first().innerText()).to.match(
      /^a job of acme\/hub, in environment dev, with the workflow acme\/hub\/\.github\/workflows\/deploy-packages\.yml@/,
    );
    expect(await publisher.locator("pre").count()).to.equal(0);
    await publisher.getByRole("link", { name: "Show the documents of publisher" }).click();
    await publisher.getByText('"Sid": "AssumeFromGithubJob"').waitFor();
    expect(new URL(page.url()).hash).to.match(/^#role-/);
  });

  it("copies the lines of an identity and of a client, which hold no token", async () => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: registry.address });
    await open("#connect");
    const twine = page.locator(".pasted", { has: page.getByRole("heading", { name: "twine" }) });
    await twine.getByRole("button").click();
    await twine.getByText("Copied").waitFor();

    expect(await page.evaluate(() => navigator.clipboard.readText())).to.equal(
      `TWINE_REPOSITORY_URL=${registry.uploadUrl()} TWINE_USERNAME=aws TWINE_PASSWORD="\${CODEARTIFACT_AUTH_TOKEN}"` +
        " python -m twine upload --non-interactive dist/*",
    );
    expect(await page.locator(".pasted pre").first().innerText()).to.include("npm run --silent job -- --repository");
    expect(await page.locator("main").innerText()).not.to.match(/eyJ|IQoJ/);
  });

  it("has one main landmark, a header and a navigation that says which view is shown", async () => {
    await open("#groups");
    await page.getByRole("main").waitFor();

    expect(await page.getByRole("banner").count()).to.equal(1);
    const current = page.getByRole("navigation", { name: "Views" }).locator("[aria-current=page]");
    expect(await current.innerText()).to.equal("Package groups");
    expect(await page.title()).to.equal("Package groups · orb-integration-hub-dev");
  });

  it("shows a page of a thousand decisions at a time, and one that a link names on its page", async () => {
    for (let number = 0; number < 1000; number++) {
      registry.context.decisions.add(
        { who: registry.reader.session.assumedRoleArn, action: "codeartifact:ReadFromRepository", resource: "*" },
        { allowed: number % 7 !== 0, reason: `number ${number}` },
      );
    }
    await open("#decisions");
    await page.locator(".line").first().waitFor();
    expect(await page.locator(".line").count()).to.equal(100);
    await page.getByRole("button", { name: "Older" }).click();
    await page.getByText("101–200 of 1,000").waitFor();

    const [oldest] = await decisions();
    await open(`#decision-${oldest!.id}`);
    await page.getByText("901–1000 of 1,000").waitFor();
    await page.locator(`#line-${oldest!.id} .detail`).waitFor();
    expect(await page.locator(`#line-${oldest!.id}`).evaluate((item) => item.getBoundingClientRect().top)).to.be.below(
      900,
    );
  });

  for (const scheme of schemes) {
    describe(`in ${scheme} colours`, () => {
      before(() => makeBusy(registry));

      it("has nothing that axe-core finds, in any view and with a decision, a package and a role opened", async () => {
        await context.close();
        await newPage({ colorScheme: scheme });
        const impostor = (await decisions()).filter(({ who }) => who.name === "mallory/hub").at(-1)!;
        const places: readonly (readonly [place: string, shown: string])[] = [
          ["#overview", ".path"],
          ["#decisions", ".line"],
          [`#decision-${impostor.id}`, ".statement"],
          ["#packages", ".package-line"],
          [`#package-${encodeURIComponent(`${registry.context.domain}/python-packages/orb-common`)}`, ".files"],
          ["#groups", ".tree"],
          [`#role-${registry.context.domain}-codeartifact-publisher`, ".statement"],
          ["#connect", ".pasted"],
        ];
        for (const [place, shown] of places) {
          await open(place);
          await page.locator(shown).first().waitFor();
          expect(await findings(page), place).to.deep.equal([]);
        }
        expect(errors).to.deep.equal([]);
      });

      for (const width of widths) {
        it(`fits ${width} pixels, also with names of 200 characters`, async () => {
          await context.close();
          await newPage({ colorScheme: scheme, viewport: { width, height: width < 800 ? 780 : 1000 } });
          mkdirSync(screenshots, { recursive: true });
          const newest = async (isWanted: (row: DecisionRow) => boolean) =>
            (await decisions()).filter(isWanted).at(-1)!.id;
          const impostor = await newest(({ who }) => who.name === "mallory/hub");
          const long = await newest(({ did, subject }) => did === "Publish" && subject === longName);
          const places = {
            overview: ["#overview", ".line"],
            decisions: ["#decisions", ".line"],
            denied: [`#decision-${impostor}`, ".statement"],
            "long-name": [`#decision-${long}`, ".statement"],
            packages: [
              `#package-${encodeURIComponent(`${registry.context.domain}/python-packages/orb-common`)}`,
              ".files",
            ],
            groups: ["#groups", ".tree"],
            roles: [`#role-${registry.context.domain}-codeartifact-publisher`, ".statement"],
            connect: ["#connect", ".pasted"],
          } as const;
          for (const [name, [place, shown]] of Object.entries(places)) {
            await open(place);
            await page.locator(shown).first().waitFor();
            await page.screenshot({ path: join(screenshots, `${name}-${width}-${scheme}.png`) });
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            expect(overflow, `${name}: what is beyond the window's width`).to.be.at.most(0);
          }
        });
      }
    });
  }
});
