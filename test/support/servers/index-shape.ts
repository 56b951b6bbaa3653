import type { Document } from 'mongodb';

type Keys = Readonly<Record<string, number>>;

/** What a command looks for in a collection. */
export interface Question {
  readonly collection: string;
  readonly filter: Document;
  readonly sort: Keys;
}

/**
 * How an index serves a question. `in order`: read along the index, so that a page ends early. `bounded`: it begins and ends in
 * the index, and what is found is sorted after that, if at all. `scan`: every document is read.
 */
export type Service = 'one by id' | 'in order' | 'bounded' | 'scan';

/** The questions of a command, as the driver sends it; none of one that only adds, goes on or manages. */
export function questionsOf(command: Document): readonly Question[] {
  const found = (name: string, filter: unknown, sort: unknown = {}): Question => ({
    collection: String(command[name]),
    filter: filter ?? {},
    sort: (sort instanceof Map ? Object.fromEntries(sort) : (sort ?? {})) as Keys,
  });
  if ('find' in command) return [found('find', command['filter'], command['sort'])];
  if ('aggregate' in command) {
    const [first] = command['pipeline'] as readonly Document[];
    return [found('aggregate', first?.['$match'])];
  }
  if ('delete' in command)
    return (command['deletes'] as readonly Document[]).map(({ q }) => found('delete', q));
  // All of a command are alike, and there may be hundreds.
  if ('update' in command)
    return (command['updates'] as readonly Document[]).slice(0, 2).map(({ q }) => found('update', q));
  return [];
}

/** The best that any of the indexes, or the one by `_id`, does for the question, by their fields alone; with that index. */
export function serviceOf(
  { filter, sort }: Question,
  indexes: readonly Keys[],
): { readonly service: Service; readonly index: Keys | null } {
  const terms = termsOf(filter);
  if (terms.points.has('_id')) return { service: 'one by id', index: null };
  const byBounds = [{ _id: 1 }, ...indexes].sort((a, b) => boundsOf(b, terms) - boundsOf(a, terms));
  const [first] = byBounds;
  const isBounded = first !== undefined && boundsOf(first, terms) > 0;
  const wanted = Object.entries(sort).filter(([field]) => !terms.single.has(field));
  if (wanted.length === 0)
    return isBounded ? { service: 'bounded', index: first } : { service: 'scan', index: null };
  const ordered = byBounds.find((index) => isInOrder(index, wanted, terms));
  if (ordered !== undefined) return { service: 'in order', index: ordered };
  return isBounded ? { service: 'bounded', index: first } : { service: 'scan', index: null };
}

interface Terms {
  /** Fields that must have one value, and those with one value of some too. */
  readonly single: ReadonlySet<string>;
  readonly points: ReadonlySet<string>;
  readonly ranges: ReadonlySet<string>;
}

function termsOf(filter: Document): Terms {
  const single = new Set<string>();
  const points = new Set<string>();
  const ranges = new Set<string>();
  const conditions = (filter['$and'] as readonly Document[] | undefined) ?? [filter];
  for (const condition of conditions)
    for (const [field, wanted] of Object.entries(condition)) {
      if (field === '$and') for (const each of wanted as Document[]) addAll(termsOf(each));
      if (field.startsWith('$')) continue;
      const operators = operatorsOf(wanted);
      if (operators === null) single.add(field);
      if (operators === null || operators.includes('$in')) points.add(field);
      else if (operators.every((name) => /^\$[gl]te?$/.test(name))) ranges.add(field);
    }
  return { single, points, ranges };

  function addAll(terms: Terms): void {
    for (const field of terms.single) single.add(field);
    for (const field of terms.points) points.add(field);
    for (const field of terms.ranges) ranges.add(field);
  }
}

/** null: a value. */
function operatorsOf(wanted: unknown): readonly string[] | null {
  if (typeof wanted !== 'object' || wanted === null || wanted instanceof Date) return null;
  const names = Object.keys(wanted);
  return names.some((name) => name.startsWith('$')) ? names : null;
}

/** How many fields of the index from the first on the filter narrows. */
function boundsOf(index: Keys, { points, ranges }: Terms): number {
  const fields = Object.keys(index);
  const end = fields.findIndex((field) => !points.has(field));
  if (end < 0) return fields.length;
  return ranges.has(fields[end] ?? '') ? end + 1 : end;
}

/** Whether the index, after fields that the filter narrows to points, goes on as the sort does, or just the other way round. */
function isInOrder(
  index: Keys,
  wanted: readonly (readonly [field: string, order: number])[],
  { points }: Terms,
): boolean {
  const fields = Object.entries(index);
  for (const [from, [first]] of fields.entries()) {
    const there = fields.slice(from, from + wanted.length);
    const turns = new Set(
      wanted.map(([field, order], at) => (there[at]?.[0] === field ? there[at][1] * order : 0)),
    );
    if (turns.size === 1 && !turns.has(0)) return true;
    if (!points.has(first)) return false;
  }
  return false;
}
