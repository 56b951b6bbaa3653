import type { JsonValue } from '../alert/alert.js';

/** Where a value stands in a message: below the item that becomes an alert, or (`whole`) below all of the message. */
export interface MessagePath {
  readonly whole: boolean;
  readonly keys: readonly string[];
}

/** What paths are looked up in. Without `each` both are the same. */
export interface MessageItem {
  readonly item: JsonValue;
  readonly message: JsonValue;
}

/**
 * `build.steps.0.name` counts from the item, `/build/name` (a JSON pointer, for keys with dots in them) from the message.
 * Null: neither.
 */
export function parseMessagePath(text: string): MessagePath | null {
  if (text.startsWith('/')) {
    if (/~(?![01])/.test(text)) return null;
    const keys = text.slice(1).split('/');
    return { whole: true, keys: keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')) };
  }
  const keys = text.split('.');
  return keys.includes('') ? null : { whole: false, keys };
}

/** Undefined where there is nothing, and where there is null. */
export function valueAt({ whole, keys }: MessagePath, from: MessageItem): JsonValue | undefined {
  let value: JsonValue | undefined = whole ? from.message : from.item;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[key];
  }
  return value ?? undefined;
}
