import { checkUniqueIds, entriesOf, type BundleSpot, type Entry } from './bundle-spot.js';
import { compileClockTime, compileTime, compileZone } from './compile-time.js';
import { compilePositiveDuration } from './compile-value.js';
import type { Override, Rotation } from './rotation.js';
import type { ZoneOffset } from './zone-offset.js';

interface RawOverride {
  readonly from: string;
  readonly to: string;
  readonly person: string;
}

interface RawRotation {
  readonly id: string;
  readonly timezone?: string;
  readonly from: string;
  readonly shift: string;
  readonly people: readonly string[];
  readonly overrides?: readonly RawOverride[];
}

/** `kind: OnCall`: rotations by id. */
export function compileOnCall(
  documents: readonly Entry<unknown>[],
  timezone: string,
): ReadonlyMap<string, Rotation> {
  const entries = entriesOf<RawRotation>(documents, 'rotations');
  checkUniqueIds('rotation', entries);
  return new Map(entries.map((entry) => [entry.raw.id, compileRotation(entry, timezone)]));
}

const shortestMs = 60 * 60_000;

function compileRotation({ raw, spot }: Entry<RawRotation>, timezone: string): Rotation {
  const offset = compileZone(spot.at('timezone'), raw.timezone ?? timezone);
  const shiftMs = compilePositiveDuration(spot.at('shift'), raw.shift);
  if (shiftMs < shortestMs) {
    spot.at('shift').report({
      code: 'bad-duration',
      message: 'nobody is on call for less than an hour',
      hint: 'Write at least 1h, and as a rule 12h, 1d or 7d',
    });
  }
  return {
    id: raw.id,
    offset,
    start: compileClockTime(spot.at('from'), raw.from, '2026-11-02T09:00:00') ?? 0,
    shiftMs,
    people: raw.people,
    overrides: compileOverrides(raw.overrides ?? [], spot.at('overrides'), offset),
  };
}

function compileOverrides(
  raw: readonly RawOverride[],
  spot: BundleSpot,
  offset: ZoneOffset,
): readonly Override[] {
  const placed = raw.map(({ from, to, person }, index) => {
    const here = spot.at(index);
    const times = {
      from: compileTime(here.at('from'), from, offset) ?? 0,
      to: compileTime(here.at('to'), to, offset) ?? 0,
    };
    if (times.to <= times.from) {
      here.at('to').report({
        code: 'bad-value',
        message: 'the override ends before it begins',
        hint: 'Exchange from and to',
      });
    }
    return { override: { ...times, person }, spot: here };
  });
  placed.sort((a, b) => a.override.from - b.override.from);
  for (const [index, { override, spot: here }] of placed.entries()) {
    const before = placed[index - 1];
    if (before === undefined || before.override.to <= override.from) continue;
    here.at('from').report({
      code: 'conflict',
      message: `${before.override.person} has taken over for that time already`,
      hint: `The other is at ${before.spot.where}: let one end where the other begins`,
    });
  }
  return placed.map(({ override }) => override);
}
