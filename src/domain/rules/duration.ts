export type ParsedQuantity =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly error: string };

/** Units of time in milliseconds, longest first. */
export const timeUnits: ReadonlyMap<string, number> = new Map([
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]);

/** Units of data in bytes. */
export const byteUnits: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['PB', 1e15],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
  ['PiB', 2 ** 50],
]);

const timeUsage = 'write whole numbers with units, longest first, such as 90s, 15m, 1h30m or 2d';
const byteUsage = 'write a number and a unit, such as 512MiB, 1.5GiB or 10GB';

/** Reads a length of time such as `1h30m`, `90s`, `250ms` or `0m` as milliseconds. Units: w d h m s ms, each once, longest first. */
export function parseDuration(text: string): ParsedQuantity {
  if (!/^(?:\d+(?:ms|[wdhms]))+$/.test(text)) {
    return { ok: false, error: `"${text}" is not a length of time; ${timeUsage}` };
  }
  let total = 0;
  let longest = Infinity;
  for (const [, digits = '', unit = ''] of text.matchAll(/(\d+)(ms|[wdhms])/g)) {
    const length = timeUnits.get(unit) ?? 0;
    if (length >= longest)
      return { ok: false, error: `the units of "${text}" are out of order; ${timeUsage}` };
    longest = length;
    total += Number(digits) * length;
  }
  if (!Number.isSafeInteger(total))
    return { ok: false, error: `"${text}" is too long to count in milliseconds` };
  return { ok: true, value: total };
}

/** Writes milliseconds (a whole number from 0) as parseDuration reads them: `1h30m`, `0s`. Days are the longest unit. */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (const [unit, length] of timeUnits) {
    if (unit === 'w' || rest < length) continue;
    text += `${Math.floor(rest / length)}${unit}`;
    rest %= length;
  }
  return text === '' ? '0s' : text;
}

/** Reads an amount of data such as `512MiB`, `1.5GiB`, `10GB` or `0B` as bytes, rounded to a whole number. */
export function parseByteSize(text: string): ParsedQuantity {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text) ?? [];
  const size = byteUnits.get(unit);
  if (size === undefined) {
    return { ok: false, error: `"${text}" is not an amount of data; ${byteUsage}` };
  }
  const bytes = Math.round(Number(digits) * size);
  if (!Number.isSafeInteger(bytes)) return { ok: false, error: `"${text}" is too much to count in bytes` };
  return { ok: true, value: bytes };
}
