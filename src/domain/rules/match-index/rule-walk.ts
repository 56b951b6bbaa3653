import type { MatchSubject } from '../../alert/matcher.js';
import { collectField, type IndexParts, type NumberedSubject } from './index-node.js';

/** Goes through the rules of a set in order, past those that can not match. */
export interface RuleWalk {
  /** The lowest number from `from` on, which never goes back, whose rule may match the subject; -1: there is none. */
  next(from: number, subject: MatchSubject): number;
}

/** A field is read when no rule before the first one that it leads to is left: what a first match makes needless stays unread. */
export class IndexWalk implements RuleWalk {
  readonly #parts: IndexParts;
  #subject: NumberedSubject | null = null;
  /** Numbers found so far, ascending from `#at` on. */
  #found: number[] = [];
  #at = 0;
  #alwaysAt = 0;
  #fieldsRead = 0;

  constructor(parts: IndexParts) {
    this.#parts = parts;
  }

  next(from: number, subject: MatchSubject): number {
    let numbered = this.#subject;
    if (subject !== numbered?.subject) {
      this.#subject = numbered = { subject, parts: this.#parts, known: [] };
      this.#found = [];
      this.#at = 0;
      this.#fieldsRead = 0;
    }
    const { fields } = this.#parts.root;
    for (;;) {
      const nearest = this.#nearest(from);
      const field = fields[this.#fieldsRead];
      if (field === undefined || (nearest !== -1 && field.first > nearest)) return nearest;
      this.#fieldsRead += 1;
      const known = this.#found.length;
      collectField(field, numbered, { from, into: this.#found });
      if (this.#found.length > known) this.#sortRest();
    }
  }

  #nearest(from: number): number {
    const found = this.#found;
    while (this.#at < found.length && (found[this.#at] as number) < from) this.#at += 1;
    const { always } = this.#parts.root;
    while (this.#alwaysAt < always.length && (always[this.#alwaysAt] as number) < from) this.#alwaysAt += 1;
    const ofFound = found[this.#at] ?? -1;
    const ofAlways = always[this.#alwaysAt] ?? -1;
    return ofFound === -1 || (ofAlways !== -1 && ofAlways < ofFound) ? ofAlways : ofFound;
  }

  #sortRest(): void {
    const rest = this.#found.slice(this.#at);
    this.#at = 0;
    this.#found = rest;
    if (rest.length > 40) {
      rest.sort((a, b) => a - b);
      return;
    }
    for (let index = 1; index < rest.length; index += 1) {
      const number = rest[index] as number;
      let place = index;
      while (place > 0 && (rest[place - 1] as number) > number) {
        rest[place] = rest[place - 1] as number;
        place -= 1;
      }
      rest[place] = number;
    }
  }
}
