import type { JsonValue } from '../domain/alert/alert.js';
import { pointerSegments } from '../domain/rules/json-pointer.js';

/**
 * A message with only those items of its list that JSON pointers lead into: `/alerts/3/labels` keeps the item 3 of `alerts`,
 * and all that stands beside the list. The same value where no pointer leads through a list.
 */
export function partsAt(message: JsonValue, pointers: readonly string[]): JsonValue {
  return keepItems(message, pointers.map(pointerSegments));
}

function keepItems(value: JsonValue, ways: readonly (readonly string[])[]): JsonValue {
  const heads = new Set(ways.flatMap(([head]) => head ?? []));
  if (heads.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return items.filter((_, index) => heads.has(String(index)));
  }
  const [key] = heads;
  if (key === undefined || heads.size > 1 || !Object.hasOwn(value, key)) return value;
  const object = value as Readonly<Record<string, JsonValue>>;
  const below = keepItems(
    object[key] ?? null,
    ways.map((way) => way.slice(1)),
  );
  return below === object[key] ? value : { ...object, [key]: below };
}
