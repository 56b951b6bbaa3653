const dayMs = 86_400_000;
/** Of one zone; then it begins anew. */
const daysRemembered = 2000;

/** Tells how far a zone's clocks are ahead of UTC, in milliseconds, at an instant (Unix ms). */
export type ZoneOffset = (at: number) => number;

/** The offsets of an IANA zone such as `Europe/Lisbon`; null when there is no such zone. */
export function createZoneOffset(timezone: string): ZoneOffset | null {
  const format = createFormat(timezone);
  return format === null ? null : cacheByDay((at) => readOffset(format, at));
}

/** Formatting is slow and offsets change twice a year, so days on which they don't are remembered. */
function cacheByDay(read: ZoneOffset): ZoneOffset {
  const known = new Map<number, number>();
  return (at) => {
    const day = Math.floor(at / dayMs);
    const cached = known.get(day);
    if (cached !== undefined) return Number.isNaN(cached) ? read(at) : cached;
    if (known.size >= daysRemembered) known.clear();
    const offset = read(day * dayMs);
    // No zone changes its clocks twice within a day.
    const constant = offset === read((day + 1) * dayMs);
    known.set(day, constant ? offset : Number.NaN);
    return constant ? offset : read(at);
  };
}

function createFormat(timezone: string): Intl.DateTimeFormat | null {
  // Newer runtimes also take offsets such as +02:00, which know no daylight saving.
  if (!/^[A-Za-z]/.test(timezone)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

function readOffset(format: Intl.DateTimeFormat, at: number): number {
  const parts = new Map<string, string>();
  for (const { type, value } of format.formatToParts(at)) parts.set(type, value);
  const read = (type: string): number => Number(parts.get(type));
  const local = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  );
  return local - Math.floor(at / 1000) * 1000;
}
