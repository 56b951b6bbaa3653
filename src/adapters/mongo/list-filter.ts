import type { Document } from 'mongodb';

/** One field of a sort, with the value that it has in the last row of the page before. */
export interface SortTerm {
  readonly field: string;
  readonly descending: boolean;
}

/** All conditions hold; each is kept by itself, because two of them may be about one field. */
export function allOf(conditions: readonly Document[]): Document {
  const [first, ...rest] = conditions;
  if (first === undefined) return {};
  return rest.length === 0 ? first : { $and: [...conditions] };
}

/** Any of the values; nothing for no list, never for an empty one. */
export function anyOf(field: string, values: readonly (string | number)[] | undefined): readonly Document[] {
  if (values === undefined) return [];
  return [{ [field]: values.length === 1 ? values[0] : { $in: [...values] } }];
}

/**
 * Rows that come after `key` in the order of `terms`. The bound on the first term says nothing new, but lets an index
 * begin there.
 */
export function afterKey(terms: readonly SortTerm[], key: readonly (string | number)[]): readonly Document[] {
  const [first, ...rest] = terms;
  const [value, ...values] = key;
  if (first === undefined || value === undefined) return [];
  const beyond = first.descending ? '$lt' : '$gt';
  if (rest.length === 0) return [{ [first.field]: { [beyond]: value } }];
  return [
    { [first.field]: { [`${beyond}e`]: value } },
    {
      $or: [
        { [first.field]: { [beyond]: value } },
        allOf([{ [first.field]: value }, ...afterKey(rest, values)]),
      ],
    },
  ];
}

export function sortOf(terms: readonly SortTerm[]): Record<string, 1 | -1> {
  return Object.fromEntries(terms.map(({ field, descending }) => [field, descending ? -1 : 1]));
}

export function ascending(...fields: readonly string[]): readonly SortTerm[] {
  return fields.map((field) => ({ field, descending: false }));
}
