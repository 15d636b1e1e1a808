import { counted } from "../../iam/limits";
import { defaultWidth, plainTable, wrap } from "../terminal/wrap";
import { type Amount, dollars, type Estimate, type Line } from "./estimate";
import type { Price } from "./prices";

/** Whose month it is. */
export interface EstimatedStack {
  readonly stack: string;
  readonly domain: string;
  readonly region: string;
}

export function renderEstimate(of: EstimatedStack, estimate: Estimate, format: "text" | "json"): string {
  return format === "json" ? JSON.stringify(jsonOf(of, estimate), undefined, 2) : textOf(of, estimate);
}

function jsonOf(of: EstimatedStack, { lines, total, additions }: Estimate): object {
  return {
    ...of,
    currency: "USD",
    total: rounded(total),
    lines: lines.map(({ name, quantity, price: { unit, free, ...price }, ...amount }) => ({
      name,
      quantity: quantity.value,
      unit,
      from: quantity.from,
      free,
      price,
      ...rounded(amount),
    })),
    additions: additions.map(({ setting, note, ...amount }) => ({ setting, note, ...rounded(amount) })),
  };
}

/** To a hundredth of a cent. */
function rounded({ usd, usdWithoutFree }: Amount): Amount {
  return { usd: Number(usd.toFixed(4)), usdWithoutFree: Number(usdWithoutFree.toFixed(4)) };
}

function textOf({ domain, region }: EstimatedStack, { lines, total, additions }: Estimate): string {
  const { usd, usdWithoutFree } = total;
  return [
    wrap(
      `${domain} in ${region}: ${dollars(usd)} a month, and ${dollars(usdWithoutFree)} where other stacks and services of ` +
        "the account use up all that is free.",
      defaultWidth,
    ),
    billOf(lines, total),
    list(
      "Quantities",
      [...together(lines, ({ quantity }) => quantity.from)].map(([from, names]) => `${names.join(", ")}: ${from}.`),
    ),
    list(
      "What else would add to a month",
      additions.map(
        ({ setting, note, ...amount }) =>
          `${setting}: ${dollars(amount.usd)}, without what is free ${dollars(amount.usdWithoutFree)}; ${note}.`,
      ),
    ),
    `Prices, before taxes\n${sourcesOf(lines)}`,
  ].join("\n\n");
}

function billOf(lines: Estimate["lines"], total: Amount): string {
  const table = [
    ["", "quantity", "free", "price", "a month", "none free"],
    ...lines.map(({ name, quantity, price, usd, usdWithoutFree }) => [
      price.unit === "" ? name : `${name}, ${price.unit}`,
      numberText(quantity.value),
      price.free === 0 ? "" : counted(price.free),
      priceText(price),
      dollars(usd),
      dollars(usdWithoutFree),
    ]),
    ["total", "", "", "", dollars(total.usd), dollars(total.usdWithoutFree)],
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const aligned = table.map((row) =>
    row.map((cell, column) => ([0, 3].includes(column) ? cell : cell.padStart(widths[column] ?? 0))),
  );
  return plainTable(aligned);
}

function priceText({ usd, per }: Price): string {
  return usd === 0 ? "free" : `${dollars(usd)}${per === 1 ? "" : `/${counted(per)}`}`;
}

function numberText(value: number): string {
  return value.toLocaleString("en-US", value < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 });
}

function sourcesOf(lines: Estimate["lines"]): string {
  const pages = together(lines, ({ price: { source, date, readIn } }) => {
    const read = readIn === "AWS's page" ? "read on this page" : "read in copies of AWS's price list by others";
    return `    ${source}\n    ${date}, ${read}`;
  });
  return [...pages].map(([page, names]) => `  ${names.join(", ")}\n${page}`).join("\n");
}

/** The names of lines that have a text in common, by that text. */
function together(lines: Estimate["lines"], textOf: (line: Line) => string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const line of lines) {
    const text = textOf(line);
    names.set(text, [...(names.get(text) ?? []), line.name]);
  }
  return names;
}

function list(heading: string, items: readonly string[]): string {
  return [heading, ...items.map((item) => `  ${wrap(item, defaultWidth - 2, "    ")}`)].join("\n");
}
