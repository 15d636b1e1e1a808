import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../../support/browser/chromium";
import { clientTools } from "../../support/clients/tools";
import { Person } from "../../support/clients/person";
import { type ClientRegistry, commonWheel, openRegistry } from "../../support/clients/registry";

describe("the page in a browser", () => {
  let registry: ClientRegistry;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    registry = await openRegistry();
    browser = await startChromium();
  });

  after(async () => {
    await browser.close();
    await registry.close();
  });

  beforeEach(async () => {
    errors.length = 0;
    page = await browser.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") {
        errors.push(message.text());
      }
    });
  });

  afterEach(async () => {
    await page.close();
  });

  const open = async (place = "") => {
    await page.goto(`${registry.address}/${place}`);
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  };

  it("shows an upload by twine as it is decided, without being loaded again", async () => {
    const person = new Person(await clientTools());
    try {
      await open();
      const { filename, bytes } = await commonWheel();
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

      const line = page.locator(".line", { hasText: filename });
      await line.waitFor();
      expect(await line.innerText()).to.match(/Allowed[^]*publisher[^]*Publish[^]*orb-common/);
      expect(errors).to.deep.equal([]);
    } finally {
      person.leave();
    }
  });
});
