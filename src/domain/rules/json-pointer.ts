/** Adds keys or indexes to a JSON pointer (RFC 6901). */
export function joinPointer(base: string, ...segments: readonly (string | number)[]): string {
  return segments.reduce<string>(
    (pointer, segment) => `${pointer}/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    base,
  );
}

/** The keys and indexes of a JSON pointer, unescaped. */
export function pointerSegments(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The `id` of the innermost object around a pointer that has one: the rule that a finding is about. */
export function idAround(body: unknown, pointer: string): string | null {
  let value = body;
  let id = idOf(value);
  for (const segment of pointerSegments(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) break;
    value = (value as Record<string, unknown>)[segment];
    id = idOf(value) ?? id;
  }
  return id;
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' ? value.id : null;
}
