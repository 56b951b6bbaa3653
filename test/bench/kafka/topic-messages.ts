import { makeSeriesAlert, type SeriesAlert } from '../ingest/alert-series.js';
import { seededRandom } from '../../support/seeded-random.js';

export interface TopicMessages {
  /** Alerts, one a message, in the order in which they were sent. All of one series are in one partition. */
  readonly byPartition: readonly (readonly string[])[];
  readonly count: number;
  /** Different alerts among them. */
  readonly series: number;
}

/** What Prometheus would say of series that fire: each message is new, or says again that an earlier one still fires. */
export function makeTopicMessages(of: {
  readonly count: number;
  readonly partitions: number;
  readonly newShare: number;
  readonly seed: number;
}): TopicMessages {
  const { count, partitions, newShare, seed } = of;
  const random = seededRandom(seed);
  const byPartition: string[][] = Array.from({ length: partitions }, () => []);
  const known: SeriesAlert[] = [];
  const end = Date.now() + 1_800_000;
  for (let at = 0; at < count; at += 1) {
    const wanted = Math.ceil((at + 1) * newShare);
    const isNew = known.length < wanted;
    const serial = isNew ? known.length : random.integer(known.length);
    if (isNew) known.push(makeSeriesAlert(serial, random));
    const alert = { ...known[serial], endsAt: new Date(end + at).toISOString() };
    byPartition[serial % partitions]?.push(JSON.stringify([alert]));
  }
  return { byPartition, count, series: known.length };
}
