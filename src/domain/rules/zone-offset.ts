const hourMs = 3_600_000;

/** Tells how far a zone's clocks are ahead of UTC, in milliseconds, at an instant (Unix ms). */
export type ZoneOffset = (at: number) => number;

/** The offsets of an IANA zone such as `Europe/Lisbon`; null when there is no such zone. */
export function createZoneOffset(timezone: string): ZoneOffset | null {
  const format = createFormat(timezone);
  return format === null ? null : cacheByHour((at) => readOffset(format, at));
}

/**
 * Formatting is slow and offsets change twice a year. Instants come nearly in order, so the last hour is remembered,
 * unless the offset changes within it.
 */
function cacheByHour(read: ZoneOffset): ZoneOffset {
  let cachedHour = Number.NaN;
  let cachedOffset = 0;
  return (at) => {
    const hour = Math.floor(at / hourMs);
    if (hour === cachedHour) return cachedOffset;
    const offset = read(hour * hourMs);
    if (offset !== read((hour + 1) * hourMs)) return read(at);
    cachedHour = hour;
    cachedOffset = offset;
    return offset;
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
