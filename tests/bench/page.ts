import { runCommand } from "../../commands/cli";
import type { Page } from "playwright-core";
import { startChromium } from "../support/browser/chromium";
import { type ClientRegistry, openRegistry } from "../support/clients/registry";
import { spread } from "./measure";

/** As many as the sandbox keeps. */
const kept = 1000;

void runCommand({
  call: "npm run bench:page",
  summary: `
    Opens the sandbox's page in Chromium with 1,000 decisions, and measures how long frames take while decisions arrive, the
    timeline is scrolled and the filter is typed into; and how many bytes the page loads. It judges nothing: frames depend on
    the machine.`,
  options: { format: { type: "choice", choices: ["text", "json"] } },
  run: async ({ format }) => {
    const registry = await openRegistry();
    const browser = await startChromium();
    try {
      addDecisions(registry, kept);
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const bytes = await loadedBytes(registry, page);
      const frames = {
        arriving: await framesDuring(page, async () => {
          for (let round = 0; round < 20; round++) {
            addDecisions(registry, 10);
            await page.waitForTimeout(100);
          }
        }),
        scrolling: await framesDuring(page, async () => {
          for (let step = 0; step < 40; step++) {
            await page.mouse.wheel(0, step < 20 ? 150 : -150);
            await page.waitForTimeout(30);
          }
        }),
        filtering: await framesDuring(page, async () => {
          await page.getByRole("searchbox").pressSequentially("orb-package-7", { delay: 60 });
        }),
      };
      return {
        text: format === "json" ? JSON.stringify({ bytes, frames }, undefined, 2) : render(bytes, frames),
        exitCode: 0,
      };
    } finally {
      await browser.close();
      await registry.close();
    }
  },
});

interface Frames {
  readonly median: number;
  readonly upperQuartile: number;
  readonly longest: number;
  readonly count: number;
}

function addDecisions({ context, reader }: ClientRegistry, count: number): void {
  for (let number = 0; number < count; number++) {
    context.decisions.add(
      {
        who: reader.session.assumedRoleArn,
        action: "codeartifact:ReadFromRepository",
        resource: `arn:aws:codeartifact:us-east-1:123456789012:repository/${context.domain}/python-packages`,
        subject: {
          packageName: `orb-package-${number}`,
          packageVersion: "1.0.0",
          filename: `orb_package_${number}-1.0.0.tar.gz`,
        },
      },
      { allowed: number % 5 > 0, reason: 'allowed by statement "ReadRepository" of managed policy reader' },
    );
  }
}

/** Opens the timeline. @returns the size of the document, script and style sheet, and of the thousand decisions */
async function loadedBytes({ address }: ClientRegistry, page: Page): Promise<Readonly<Record<string, number>>> {
  const sizes: Record<string, number> = {};
  for (const path of ["", "page/page.js", "page/page.css", "page/decisions"]) {
    sizes[`/${path}`] = (await (await fetch(`${address}/${path}`)).arrayBuffer()).byteLength;
  }
  await page.goto(`${address}/#decisions`);
  await page.locator(".line").first().waitFor();
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  return sizes;
}

/** A text: tsx names the functions within a function by a helper that the browser does not have. */
const recordFrames = `{
  const times = (globalThis.frameTimes = []);
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}`;

/** How long each frame takes while something goes on, in milliseconds. */
async function framesDuring(page: Page, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(recordFrames);
  await work();
  const times = await page.evaluate(() =>
    (globalThis as unknown as { frameTimes: readonly number[] }).frameTimes.slice(1),
  );
  const { median, upperQuartile } = spread(times);
  return { median, upperQuartile, longest: Math.max(...times), count: times.length };
}

function render(bytes: Readonly<Record<string, number>>, frames: Readonly<Record<string, Frames>>): string {
  return [
    ...Object.entries(bytes).map(([path, size]) => `${path}: ${(size / 1000).toFixed(1)} kB`),
    ...Object.entries(frames).map(
      ([what, { median, upperQuartile, longest, count }]) =>
        `${what}: ${count} frames, median ${median.toFixed(1)} ms, upper quartile ${upperQuartile.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`,
    ),
  ].join("\n");
}
