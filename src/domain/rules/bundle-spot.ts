import type { RuleRef } from '../alert/rule-ref.js';
import type { BundleDocument, Issue, Place } from './bundle.js';
import type { FindingCode } from './finding-code.js';
import { idAround, joinPointer } from './json-pointer.js';
import { nearestName } from './nearest-name.js';

export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  /** What to do; absent when the message says it. */
  readonly hint?: string | null;
  /** Which of the two is at fault; default the value. */
  readonly part?: 'key' | 'value';
  readonly level?: 'error' | 'warning';
}

/** A part of a document that is being compiled: it knows its place, and findings about it are filed here. */
export interface BundleSpot {
  /** A part below, by keys and indexes. */
  at(...segments: readonly (string | number)[]): BundleSpot;
  /** A part below, by a JSON pointer relative to this one. */
  below(pointer: string): BundleSpot;
  report(finding: Finding): void;
  /** A reference to this part under the given id. */
  ref(id: string): RuleRef;
  readonly place: Place;
  /** `file:line`, for messages that point elsewhere. */
  readonly where: string;
}

/** The spot of a whole document, or of the part at `pointer`. Findings go to `issues`. */
export function createSpot(document: BundleDocument, issues: Issue[], pointer = ''): BundleSpot {
  return new DocumentSpot(document, issues, pointer);
}

/** Most of the many spots of a bundle are never asked where they are. */
class DocumentSpot implements BundleSpot {
  readonly #document: BundleDocument;
  readonly #issues: Issue[];
  readonly #pointer: string;

  constructor(document: BundleDocument, issues: Issue[], pointer: string) {
    this.#document = document;
    this.#issues = issues;
    this.#pointer = pointer;
  }

  at(...segments: readonly (string | number)[]): BundleSpot {
    return new DocumentSpot(this.#document, this.#issues, joinPointer(this.#pointer, ...segments));
  }

  below(relative: string): BundleSpot {
    return new DocumentSpot(this.#document, this.#issues, this.#pointer + relative);
  }

  report({ code, message, hint = null, part = 'value', level = 'error' }: Finding): void {
    this.#issues.push({
      level,
      code,
      message: asSentence(message),
      place: this.#document.place(this.#pointer, part),
      rule: idAround(this.#document.body, this.#pointer),
      hint: hint === null ? null : asSentence(hint),
      pointer: this.#pointer,
    });
  }

  ref(id: string): RuleRef {
    const { file, line } = this.place;
    return { id, file, line };
  }

  get place(): Place {
    return this.#document.place(this.#pointer);
  }

  get where(): string {
    const { file, line } = this.place;
    return `${file}:${line}`;
  }
}

function asSentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(first) ? first : `${first}.`;
}

/** One member of a list that a kind keeps under a key, from whichever document. */
export interface Entry<T> {
  readonly raw: T;
  readonly spot: BundleSpot;
  /** What the document says that all of its members are limited to. */
  readonly scope?: { readonly team: string };
}

/** Members of a list over all documents of a kind, in order of files. */
export function entriesOf<T>(documents: readonly Entry<unknown>[], key: string): Entry<T>[] {
  return documents.flatMap(({ raw, spot }) => {
    const list = (raw as Readonly<Record<string, readonly T[] | undefined>>)[key] ?? [];
    const { scope } = raw as Pick<Entry<T>, 'scope'>;
    const limits = scope === undefined ? {} : { scope };
    return list.map((member, index) => ({ raw: member, spot: spot.at(key, index), ...limits }));
  });
}

/** Files an error for each id that was taken before. `what` is the plain word for one of them. */
export function checkUniqueIds(what: string, entries: readonly Entry<{ readonly id: string }>[]): void {
  const first = new Map<string, BundleSpot>();
  for (const { raw, spot } of entries) {
    const earlier = first.get(raw.id);
    if (earlier === undefined) first.set(raw.id, spot);
    else {
      spot.at('id').report({
        code: 'duplicate-id',
        message: `the ${what} "${raw.id}" stands here a second time`,
        hint: `The first is at ${earlier.where}: give one of the two another id`,
      });
    }
  }
}

/** What may be referred to: ids, or a map by id. */
export type KnownIds = ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** Files an error unless the id is known, with the nearest that is. `what` is the plain word for one of them. */
export function checkReference(
  spot: BundleSpot,
  { what, id, known }: { readonly what: string; readonly id: string; readonly known: KnownIds },
): void {
  if (known.has(id)) return;
  const nearest = nearestName(id, known.keys());
  const all = [...known.keys()].slice(0, 12).join(', ');
  spot.report({
    code: 'unknown-reference',
    message: `there is no ${what} "${id}"`,
    hint: nearest === null ? (all === '' ? null : `Known: ${all}`) : `Did you mean "${nearest}"?`,
  });
}
