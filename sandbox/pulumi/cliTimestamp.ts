/** A day, and behind it a time with an offset, or after a space a time of UTC. */
const form =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(?:Z|([-+]\d{2}):(\d{2})))| (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?)?$/;

/**
 * A date or time that the Pulumi CLI reads, as the text that it hands on: `2026-09-01` becomes `2026-09-01 00:00:00 +0000 UTC`.
 * Undefined for any other text. An offset that the local time zone has would get that zone's name from the CLI; here its digits stand.
 * Source: parseTimestamp in resolve.go of gopkg.in/yaml.v3
 */
export function cliTimestamp(text: string): string | undefined {
  const [whole, ...parts] = form.exec(text) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const [year, month, day] = parts.slice(0, 3).map(Number) as [number, number, number];
  const [hour, minute, second] = [3, 4, 5].map((at) => Number(parts[at] ?? parts[at + 6] ?? 0)) as [
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const zone = parts[7] ?? "+00";
  const [zoneHours, zoneMinutes] = [Number(zone.slice(1)), Number(parts[8] ?? 0)];
  if (!isDay || hour > 23 || minute > 59 || second > 59 || zoneHours > 24 || zoneMinutes > 60) {
    return undefined;
  }
  const two = (number: number) => String(number).padStart(2, "0");
  const fraction = (parts[6] ?? parts[12] ?? "").slice(1, 10).replace(/0+$/, "");
  const ahead = zoneHours * 60 + zoneMinutes;
  const offset = `${zone.charAt(0)}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`;
  return (
    `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}` +
    `${fraction === "" ? "" : `.${fraction}`} ${ahead === 0 ? "+0000 UTC" : `${offset} ${offset}`}`
  );
}
