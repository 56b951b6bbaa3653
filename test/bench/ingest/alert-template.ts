import { formatSerial, makeSeriesAlert, serialWidth } from './alert-series.js';
import { seededRandom } from '../../support/seeded-random.js';

/** The JSON text of one series with the places where its end and its serial stand, so that both can be written over. */
export interface AlertTemplate {
  readonly bytes: Buffer;
  readonly endsAtOffset: number;
  readonly serialOffsets: readonly number[];
}

const endsAtPlaceholder = '2026-01-01T00:00:00.000Z';

/** Templates of the series 0 … count - 1. With `groups`, each has a label `group` with one of so many values. */
export function makeTemplates(count: number, seed: number, groups?: number): AlertTemplate[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, serial) => {
    const { annotations, startsAt, generatorURL, labels } = makeSeriesAlert(serial, random);
    const grouped = groups === undefined ? labels : { ...labels, group: `group-${serial % groups}` };
    const text = JSON.stringify({
      ...{ annotations, endsAt: endsAtPlaceholder, startsAt, generatorURL },
      labels: grouped,
    });
    return {
      bytes: Buffer.from(text, 'latin1'),
      endsAtOffset: text.indexOf(endsAtPlaceholder),
      serialOffsets: offsetsOf(formatSerial(serial), text),
    };
  });
}

function offsetsOf(part: string, text: string): number[] {
  const offsets: number[] = [];
  for (let at = text.indexOf(`-${part}`); at !== -1; at = text.indexOf(`-${part}`, at + serialWidth)) {
    offsets.push(at + 1);
  }
  return offsets;
}
