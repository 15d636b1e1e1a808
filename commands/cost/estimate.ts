import { counted } from "../../iam/limits";
import type { Encryption } from "../../settings/aws";
import { type LineName, lineNames, type Price, pricedRotations, type PriceList } from "./prices";
import { auditEventBytes, daysPerMonth, type Quantity, type Usage } from "./usage";

/** What of a stack's settings has a price. */
export interface PricedSettings {
  readonly encryption: Encryption;
  readonly audit?: { readonly retentionDays: number; readonly alarmTopicArn?: string };
}

/** An amount in US dollars. */
export interface Amount {
  /** Where everything that is free in the account is left for this registry. */
  readonly usd: number;
  /** Where other stacks and services of the account use up all that is free. */
  readonly usdWithoutFree: number;
}

/** One line of the bill. */
export interface Line extends Amount {
  readonly name: LineName;
  readonly quantity: Quantity;
  readonly price: Price;
}

/** What a setting that is not set would add to a month. */
export interface Addition extends Amount {
  readonly setting: string;
  readonly note: string;
}

/** A month of a registry. */
export interface Estimate {
  readonly lines: readonly Line[];
  readonly total: Amount;
  readonly additions: readonly Addition[];
}

/** The audit trail that is counted for a stack without one. */
const usualAudit = { retentionDays: 400 };

/** What alarms send in a month. No source: alarms are rare. */
const assumedEmails = 100;

export function estimate(list: PriceList, usage: Usage, settings: PricedSettings): Estimate {
  const lines = billOf(list, usage, settings);
  const total = sum(lines);
  const adds = (setting: string, note: string, changed: Partial<PricedSettings>, used = usage): Addition => {
    const { usd, usdWithoutFree } = sum(billOf(list, used, { ...settings, ...changed }));
    return { setting, note, usd: usd - total.usd, usdWithoutFree: usdWithoutFree - total.usdWithoutFree };
  };
  const { encryption, audit } = settings;
  const { storedGb } = usage;
  const additions: Addition[] = [];
  if (encryption === "aws-managed") {
    const rotated = dollars(list["KMS key"].usd * (1 + pricedRotations));
    additions.push(adds("encryption: create", `${rotated} from the third year on`, { encryption: "create" }));
  }
  if (audit === undefined) {
    additions.push(adds("audit", `events kept for ${usualAudit.retentionDays} days`, { audit: usualAudit }));
  }
  if (audit?.alarmTopicArn === undefined) {
    const alarmed = { ...(audit ?? usualAudit), alarmTopicArn: "" };
    additions.push(adds("audit.alarmTopicArn", `${assumedEmails} emails, with the audit trail`, { audit: alarmed }));
  }
  const twice = { ...usage, storedGb: { ...storedGb, value: 2 * storedGb.value } };
  additions.push(adds("another stack", "the same packages in a domain of its own, stored again", {}, twice));
  return { lines, total, additions };
}

function billOf(list: PriceList, usage: Usage, settings: PricedSettings): readonly Line[] {
  const quantities = quantitiesOf(usage, settings, list["KMS key"]);
  return lineNames.map((name) => {
    const [quantity, price] = [quantities[name], list[name]];
    const usd = (amount: number) => (amount * price.usd) / price.per;
    return {
      name,
      quantity,
      price,
      usd: usd(Math.max(0, quantity.value - price.free)),
      usdWithoutFree: usd(quantity.value),
    };
  });
}

function quantitiesOf(
  { storedGb, requests, transferGb }: Usage,
  { encryption, audit }: PricedSettings,
  key: Price,
): Readonly<Record<LineName, Quantity>> {
  return {
    storage: storedGb,
    requests,
    "data transfer out": transferGb,
    "KMS key": keyQuantity(encryption, key),
    "KMS requests": { value: requests.value, from: "one for each request, as assumed: AWS documents no number" },
    ...auditQuantities(requests.value, audit),
    "CloudTrail events": { value: requests.value, from: "one for each request" },
  };
}

function keyQuantity(encryption: Encryption, { usd }: Price): Quantity {
  switch (encryption) {
    case "aws-managed":
      return { value: 0, from: "a key of AWS's own costs nothing" };
    case "create":
      return {
        value: 1,
        from: `the stack's own; each of its first ${pricedRotations} yearly rotations adds ${dollars(usd)} a month`,
      };
    default:
      return { value: 0, from: "the account of the key that the settings name pays for it with or without this stack" };
  }
}

function auditQuantities(requests: number, audit: PricedSettings["audit"]) {
  if (audit === undefined) {
    const nothing = { value: 0, from: "the settings have no audit trail" };
    return { "log ingestion": nothing, "log storage": nothing, "EventBridge events": nothing, "alarm emails": nothing };
  }
  const { retentionDays, alarmTopicArn } = audit;
  const gb = (requests * auditEventBytes) / 1e9;
  const from = `at most an event for each request, of ${counted(auditEventBytes)} bytes as in the sandbox`;
  return {
    "log ingestion": { value: gb, from },
    "log storage": {
      value: (gb * retentionDays) / daysPerMonth,
      from: `events of ${retentionDays} days; AWS compresses them, which is not counted`,
    },
    "EventBridge events": { value: requests, from },
    "alarm emails":
      alarmTopicArn === undefined
        ? { value: 0, from: "the settings have no alarms" }
        : { value: assumedEmails, from: "assumed" },
  };
}

function sum(amounts: readonly Amount[]): Amount {
  return {
    usd: amounts.reduce((total, { usd }) => total + usd, 0),
    usdWithoutFree: amounts.reduce((total, { usdWithoutFree }) => total + usdWithoutFree, 0),
  };
}

/** An amount to the cent; one that is less than half a cent as `<$0.01`. */
export function dollars(usd: number): string {
  return usd > 0 && usd < 0.005 ? "<$0.01" : `$${usd.toLocaleString("en-US", cents)}`;
}

const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
