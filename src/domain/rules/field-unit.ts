import { byteUnits, timeUnits } from './duration.js';
import type { FieldType } from './matcher-context.js';

/** What numbers of a type may be counted in → how much of the type's base unit (milliseconds, bytes) that is. */
const units: Readonly<Partial<Record<FieldType['type'], ReadonlyMap<string, number>>>> = {
  // 0.02 and 2 are the same share: constants are written as 2%, or as what the source sends.
  number: new Map([
    ['ratio', 1],
    ['percent', 1],
  ]),
  duration: timeUnits,
  bytes: byteUnits,
};

/** The units that a type has, as people write them. */
export function unitsOf({ type }: Pick<FieldType, 'type'>): readonly string[] {
  return [...(units[type]?.keys() ?? [])];
}

/** How much of the base unit one of the field's own is; 1 where it has none. */
export function unitFactor({ type, unit }: FieldType): number {
  return unit === undefined ? 1 : (units[type]?.get(unit) ?? 1);
}
