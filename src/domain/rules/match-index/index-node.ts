import type { MatchSubject } from '../../alert/matcher.js';
import type { FieldAccess } from './field-access.js';
import type { ValueIds } from './value-ids.js';

/** Rules by number that share a point; where they are many they are told apart by other fields. */
export interface Posting {
  /** Its rows in the table of the index. */
  readonly begin: number;
  readonly end: number;
  /** Instead of rows. */
  readonly node: IndexNode | null;
  /** The lowest rule. */
  readonly first: number;
}

/** A field of a node, with the lowest rule that is filed under it. */
export interface NodeField {
  readonly access: FieldAccess<Posting>;
  readonly first: number;
}

export interface IndexNode {
  /** Rules that no value leads to, ascending: they are candidates for every subject. */
  readonly always: readonly number[];
  /** By `first`, ascending. */
  readonly fields: readonly NodeField[];
}

/**
 * All rows of an index, one after the other in memory. Three numbers a row: a rule, a slot of `ValueIds` and the value that it asks
 * for there. A slot of -1 asks for nothing. By rule ascending within a posting; a rule with alternatives has a row for each.
 */
export type RowTable = Int32Array;

/** What an index is made of. */
export interface IndexParts {
  readonly root: IndexNode;
  readonly rows: RowTable;
  readonly values: ValueIds;
}

/** A subject whose values are read and numbered once, when they are first asked for. */
export interface NumberedSubject {
  readonly subject: MatchSubject;
  readonly parts: IndexParts;
  /** By slot. */
  readonly known: (number | undefined)[];
}

interface Wanted {
  /** Rules before this one are not. */
  readonly from: number;
  readonly into: number[];
}

/** Adds the rules that a field leads to, in any order, some of them twice. */
export function collectField(field: NodeField, subject: NumberedSubject, wanted: Wanted): void {
  const { access } = field;
  const postings: Posting[] = [];
  access.find(subject.subject.read(access.field), postings);
  for (const posting of postings) {
    if (posting.node === null) addFitting(posting, subject, wanted);
    else collectNode(posting.node, subject, wanted);
  }
}

function collectNode(node: IndexNode, subject: NumberedSubject, wanted: Wanted): void {
  for (const number of node.always) if (number >= wanted.from) wanted.into.push(number);
  for (const field of node.fields) collectField(field, subject, wanted);
}

function addFitting({ begin, end }: Posting, subject: NumberedSubject, { from, into }: Wanted): void {
  const { rows } = subject.parts;
  for (let index = begin; index < end; index += 3) {
    const number = rows[index] as number;
    if (number < from) continue;
    const slot = rows[index + 1] as number;
    if (slot === -1 || valueAt(slot, subject) === rows[index + 2]) into.push(number);
  }
}

function valueAt(slot: number, { subject, parts, known }: NumberedSubject): number {
  return (known[slot] ??= parts.values.read(slot, subject));
}
