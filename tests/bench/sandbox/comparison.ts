import { parse } from "node-html-parser";
import { type Spread, spread } from "../measure";
import { answersPerSecond, type Target } from "./load";
import { acceptedPages, type ServedRegistry } from "./registry";

/** How much more the sandbox is to serve than devpi-server, at least. */
export const aims = { pages: 5, files: 3 } as const;

export type Served = keyof typeof aims;

/** Answers per second of both, and the sandbox's as a multiple of devpi-server's. */
export interface ServedReport {
  readonly what: Served;
  readonly aim: number;
  readonly withinAim: boolean;
  readonly ratio: Spread;
  readonly perSecond: { readonly sandbox: Spread; readonly devpi: Spread };
}

/** Loads both registries in turn, round by round, so that whatever else the machine does falls on both. */
export async function compareServing(
  { sandbox, devpi }: { readonly sandbox: ServedRegistry; readonly devpi: ServedRegistry },
  projects: readonly string[],
  { rounds, seconds, progress }: { rounds: number; seconds: number; progress: (what: string) => void },
): Promise<readonly ServedReport[]> {
  const reports: ServedReport[] = [];
  for (const what of ["pages", "files"] as const) {
    const targets = await Promise.all([sandbox, devpi].map((one) => targetOf(what, one, projects)));
    const rates: readonly number[][] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      for (const [index, target] of targets.entries()) {
        progress(`${what}, ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${target.name}`);
        const rate = await answersPerSecond(target, round === 0 ? 1 : seconds);
        if (round > 0) {
          rates[index]?.push(rate);
        }
      }
    }
    const [own = [], other = []] = rates;
    const ratio = spread(own.map((rate, round) => rate / (other[round] ?? NaN)));
    reports.push({
      what,
      aim: aims[what],
      withinAim: ratio.median >= aims[what],
      ratio,
      perSecond: { sandbox: spread(own), devpi: spread(other) },
    });
  }
  return reports;
}

async function targetOf(what: Served, registry: ServedRegistry, projects: readonly string[]): Promise<Target> {
  const { name } = registry;
  const pages = projects.map(registry.pageUrl);
  if (what === "pages") {
    return { name, urls: pages, headers: { ...registry.headers, accept: acceptedPages } };
  }
  const links = await Promise.all(pages.map((page) => linksOf(page, registry)));
  return { name, urls: links.flat(), headers: registry.headers };
}

async function linksOf(page: string, { headers }: ServedRegistry): Promise<readonly string[]> {
  const html = await (await fetch(page, { headers: { ...headers, accept: "text/html" } })).text();
  return parse(html)
    .querySelectorAll("a")
    .map((anchor) => new URL(anchor.getAttribute("href") ?? "", page).href.replace(/#.*$/, ""));
}
