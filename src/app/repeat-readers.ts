import type { ShareTexts } from '../domain/alert/share-texts.js';
import type { Source } from '../domain/sources/source.js';
import type { KnownTextsLimits } from './known-texts.js';
import type { CheckBody, Clock } from './ports.js';
import { createRepeatReader, type RepeatReader } from './repeat-reader.js';

/** A reader for each source that repeats itself; null for any other. */
export type RepeatReaders = (source: Source) => RepeatReader | null;

/** Of what a source repeats: the texts of some 35,000 usual alerts are held as they are. */
const knownTexts: KnownTextsLimits = { textBytes: 24 * 1024 * 1024, texts: 300_000 };

export function createRepeatReaders(dependencies: {
  readonly check: CheckBody;
  readonly clock: Pick<Clock, 'now'>;
  readonly shareTexts: ShareTexts;
}): RepeatReaders {
  const readers = new Map<Source, RepeatReader>();
  return (source) => {
    const { movingField } = source;
    if (movingField === undefined) return null;
    const made = readers.get(source);
    if (made !== undefined) return made;
    const reader = createRepeatReader({
      ...dependencies,
      limits: knownTexts,
      source: { ...source, movingField },
    });
    readers.set(source, reader);
    return reader;
  };
}
