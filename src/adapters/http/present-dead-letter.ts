import type { DeadLetter, DeadLetterSummary } from '../../domain/alert/dead-letter.js';
import { presentInstant, presentOptionalInstant } from './present-instant.js';

/** As lists show it: everything but the text. */
export function presentDeadLetterSummary(letter: DeadLetterSummary) {
  const { id, source, reason, detail, origin, encoding, bytes, cut, replayedBy } = letter;
  const { topic, partition, incarnation, offset } = origin;
  return {
    ...{ id, source, reason, detail, topic, partition, incarnation, offset },
    messageAt: presentInstant(origin.at),
    receivedAt: presentInstant(letter.at),
    ...{ bytes, cut, encoding },
    replayedAt: presentOptionalInstant(letter.replayedAt),
    replayedBy,
  };
}

export function presentDeadLetter(letter: DeadLetter) {
  return { ...presentDeadLetterSummary(letter), text: letter.text };
}

export type PresentedDeadLetter = ReturnType<typeof presentDeadLetterSummary>;
