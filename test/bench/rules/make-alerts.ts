import type { IncomingAlert } from '../../../src/domain/alert/alert.js';
import { fingerprint } from '../../../src/domain/alert/fingerprint.js';
import { seededRandom, type SeededRandom } from '../../support/seeded-random.js';
import type { BenchCase } from './bench-case.js';
import { benchLabels, rankOf, valueOf } from './bench-labels.js';
import type { BenchRule, Condition } from './make-rules.js';

/** Alerts that are alike have so many different troubles. */
const mostTroubles = 500;

/** Alerts of the estate, no two alike, as intake maps them; the share that was asked for is made to match a rule. */
export function makeAlerts(
  bench: BenchCase,
  rules: readonly BenchRule[],
  wanted: { readonly count: number; readonly seed: number },
): readonly IncomingAlert[] {
  const random = seededRandom(wanted.seed + 1);
  const labels = benchLabels(bench);
  const troubles: Readonly<Record<string, string>>[] = [];
  return Array.from({ length: wanted.count }, (_, index) => {
    const pairs = Object.fromEntries(
      labels.map((label) => [label.name, valueOf(label, rankOf(label, bench.skew, random.next()))]),
    );
    if (troubles.length > 0 && bench.alike > 0 && random.next() < bench.alike) {
      const { pod = '', instance = '' } = pairs;
      Object.assign(pairs, random.pick(troubles), { pod, instance });
    } else if (troubles.length < mostTroubles) troubles.push({ ...pairs });
    let load = Math.floor(random.next() * 100) / 100;
    if (random.next() < bench.matching) {
      for (const condition of random.pick(rules).conditions) {
        if (condition.field === 'load') load = Number(condition.values[0]);
        else pairs[condition.field] = fitting(condition, random);
      }
    }
    return incoming({ ...pairs, serial: `s${index}` }, load);
  });
}

/** A value for which the condition holds. */
function fitting({ op, values }: Condition, random: SeededRandom): string {
  const value = String(random.pick(values));
  if (op === 'prefix') return `${value}7`;
  if (op === 'regex') return value.replace('[0-4]+', '3');
  return op === 'words' ? `${value.replaceAll(' ', '')}Today` : value;
}

function incoming(labels: Readonly<Record<string, string>>, load: number): IncomingAlert {
  const { alertname = '', instance = 'the estate' } = labels;
  return {
    ...{ source: 'prometheus', fingerprint: fingerprint(labels), severity: 'warning' },
    ...{ title: `${alertname} on ${instance}`, labels },
    annotations: { description: `The load is ${load}.` },
    values: { load },
  };
}
