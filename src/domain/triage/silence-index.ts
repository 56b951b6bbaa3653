import type { Labels } from '../alert/alert.js';
import { acceptedTexts, type LabelMatcher } from '../alert/label-matcher.js';
import type { ActiveSilence } from './apply-silences.js';

/** Values of a label, of which an alert must have one. */
interface Place {
  readonly name: string;
  readonly texts: readonly string[];
}

/** The active silences, found by a label that they ask for: an alert is held against those that may cover it, however many there are. */
export class SilenceIndex {
  /** By name, then by value. */
  readonly #byLabel = new Map<string, Map<string, Set<ActiveSilence>>>();
  /** They ask for no value that could be looked up. */
  readonly #others = new Set<ActiveSilence>();
  readonly #known = new Map<string, { readonly silence: ActiveSilence; readonly place: Place | null }>();

  /** Takes a silence in, in place of what was known under its id; one that is not active is only let go. */
  put(silence: ActiveSilence): void {
    const { id, state, matchers } = silence.silence;
    this.#drop(id);
    if (state !== 'active') return;
    const place = this.#placeFor(matchers);
    this.#known.set(id, { silence, place });
    if (place === null) this.#others.add(silence);
    else for (const text of place.texts) this.#postingOf(place.name, text).add(silence);
  }

  /** Those that may cover an alert with these labels, each once, in any order. */
  *about(labels: Labels): Iterable<ActiveSilence> {
    for (const [name, byValue] of this.#byLabel) {
      const value: unknown = labels[name];
      // A name like `constructor` finds something inherited, which is no label.
      if (typeof value === 'string') yield* byValue.get(value) ?? [];
    }
    yield* this.#others;
  }

  /** Of the matchers the one under which the fewest silences are found so far; null: none can be looked up. */
  #placeFor(matchers: readonly LabelMatcher[]): Place | null {
    let fewest = Infinity;
    let best: Place | null = null;
    for (const matcher of matchers) {
      const texts = matcher.isEqual ? acceptedTexts(matcher) : null;
      // A missing label counts as empty.
      if (texts === null || texts.includes('')) continue;
      const byValue = this.#byLabel.get(matcher.name);
      const found = texts.reduce((sum, text) => sum + 1 + (byValue?.get(text)?.size ?? 0), 0);
      if (found >= fewest) continue;
      fewest = found;
      best = { name: matcher.name, texts };
    }
    return best;
  }

  #postingOf(name: string, text: string): Set<ActiveSilence> {
    let byValue = this.#byLabel.get(name);
    if (byValue === undefined) this.#byLabel.set(name, (byValue = new Map<string, Set<ActiveSilence>>()));
    let posting = byValue.get(text);
    if (posting === undefined) byValue.set(text, (posting = new Set()));
    return posting;
  }

  #drop(id: string): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    const { silence, place } = known;
    this.#known.delete(id);
    this.#others.delete(silence);
    const byValue = place === null ? undefined : this.#byLabel.get(place.name);
    if (place === null || byValue === undefined) return;
    for (const text of place.texts) {
      const posting = byValue.get(text);
      posting?.delete(silence);
      if (posting?.size === 0) byValue.delete(text);
    }
    if (byValue.size === 0) this.#byLabel.delete(place.name);
  }
}
