import type { Field, MatchSubject } from '../../alert/matcher.js';
import { formatField } from '../field.js';

/** A value of a field that a rule asks for, as two numbers. */
export interface ValueId {
  readonly slot: number;
  readonly id: number;
}

/** The values that rules of an index ask for, numbered: what rules ask beside that by which they are found is compared as numbers. */
export class ValueIds {
  readonly #slots = new Map<string, number>();
  readonly #fields: { readonly field: Field; readonly ids: Map<string, number> }[] = [];

  /** The number of a value, given to it if it has none yet. */
  number(field: Field, text: string): ValueId {
    const name = formatField(field);
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = this.#fields.push({ field, ids: new Map() }) - 1;
      this.#slots.set(name, slot);
    }
    const { ids } = this.#fields[slot] as { ids: Map<string, number> };
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return { slot, id };
  }

  /** The number of the subject's value of a field; -1: it is missing, or no rule asks for it. */
  read(slot: number, subject: MatchSubject): number {
    const { field, ids } = this.#fields[slot] as { field: Field; ids: Map<string, number> };
    const value = subject.read(field);
    if (value === undefined) return -1;
    return ids.get(typeof value === 'string' ? value : String(value)) ?? -1;
  }
}
