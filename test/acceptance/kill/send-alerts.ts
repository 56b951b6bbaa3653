import { fateOf, trySend, untilKilled, type Round } from './round.js';
import type { SentBatch } from './ledger.js';

const severity = 'error';
const startsAt = '2026-01-05T08:00:00.000Z';
/** Ungrouped alerts open an incident each, so there are few of them. */
const groupedShare = 0.95;

/** Requests of up to 12 alerts that nobody else sends, most of them of this round's group. */
export function sendBatches(round: Round, client: number): Promise<void> {
  let sent = 0;
  return untilKilled(round, [1, 25], async () => {
    const grouped = round.random.next() < groupedShare;
    sent += 1;
    await sendBatch(round, {
      request: `r${round.number}-c${client}-${sent}`,
      alerts: grouped ? round.random.between(1, 12) : 1,
      group: grouped ? `g${round.number}` : null,
      silence: null,
    });
  });
}

export async function sendBatch(round: Round, batch: Omit<SentBatch, 'fate'>): Promise<void> {
  const sent: SentBatch = { ...batch, fate: 'unknown' };
  round.ledger.batches.push(sent);
  const alerts = Array.from({ length: batch.alerts }, (_, index) => ({
    labels: {
      alertname: 'KillTest',
      request: batch.request,
      index: String(index),
      ...(batch.group === null ? {} : { group: batch.group }),
      ...(batch.silence === null ? {} : { quiet: batch.silence }),
    },
    severity,
    startsAt,
  }));
  const answer = await trySend(round, '/api/v1/alerts', { body: alerts });
  sent.fate = fateOf(answer, `batch ${batch.request}`);
}

/** The same few series over and over, in the shape that Prometheus sends, all of one group. */
export function sendRepeats(round: Round, seriesCount: number): Promise<void> {
  return untilKilled(round, [2, 20], async () => {
    const series = `steady-${round.random.integer(seriesCount)}`;
    const sent = round.ledger.repeats.get(series) ?? { series, acknowledged: 0, unknown: 0 };
    round.ledger.repeats.set(series, sent);
    // Counted before it is sent: a kill in between may leave it in the log.
    sent.unknown += 1;
    const answer = await trySend(round, '/api/v2/alerts', {
      body: [
        {
          labels: { alertname: 'KillTestSteady', series, severity, group: 'steady' },
          annotations: { summary: 'It goes on' },
          startsAt,
          endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        },
      ],
    });
    if (fateOf(answer, `a repeat of ${series}`) === 'acknowledged') {
      sent.unknown -= 1;
      sent.acknowledged += 1;
    }
  });
}
