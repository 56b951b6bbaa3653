import type { MatchSubject } from '../../alert/matcher.js';
import type { FieldAccess } from './field-access.js';

/** Rules by number that share a point; where they are many they are told apart by other fields. */
export interface Posting {
  /** Ascending. */
  readonly rules: readonly number[];
  readonly node: IndexNode | null;
  /** The lowest number. */
  readonly first: number;
}

/** A field of a node, with the lowest number that is filed under it. */
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

/** Adds the numbers from `from` on that a field leads to, in any order, some of them twice. */
export function collectField(
  field: NodeField,
  subject: MatchSubject,
  wanted: { readonly from: number; readonly into: number[] },
): void {
  const { access } = field;
  const postings: Posting[] = [];
  access.find(subject.read(access.field), postings);
  for (const { rules, node } of postings) {
    if (node === null) addFrom(rules, wanted);
    else collectNode(node, subject, wanted);
  }
}

function collectNode(
  node: IndexNode,
  subject: MatchSubject,
  wanted: { readonly from: number; readonly into: number[] },
): void {
  addFrom(node.always, wanted);
  for (const field of node.fields) collectField(field, subject, wanted);
}

function addFrom(
  rules: readonly number[],
  { from, into }: { readonly from: number; readonly into: number[] },
): void {
  for (const number of rules) if (number >= from) into.push(number);
}
