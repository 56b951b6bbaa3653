import { finding, type Finding } from './finding.js';
import { unfinished, unfinishedPosition } from './unfinished-copy.js';

/** Holds the position up to which each shard is committed against what its log holds: records above `begin` up to `end`. */
export function compareLogAndStore(
  positions: ReadonlyMap<number, number>,
  spans: ReadonlyMap<number, { readonly begin: number; readonly end: number }>,
): Finding {
  const check = 'positions';
  const wrong = [...positions]
    .sort(([a], [b]) => a - b)
    .flatMap(([shard, position]) => {
      const { begin, end } = spans.get(shard) ?? { begin: 0, end: 0 };
      if (position === unfinishedPosition) return unfinished(shard).message.replace(/\.$/, '');
      if (position > end)
        return `shard ${shard} is triaged up to position ${position}, but its log ends at ${end}: the topic was made anew, or log and store are not of one installation. Bring the topic back, or begin with an empty database and another prefix`;
      if (position < begin)
        return `shard ${shard} is triaged up to position ${position}, but its log begins after ${begin}: what lay between is lost. Look at the retention of the topic`;
      return [];
    });
  if (wrong.length > 0) return finding('error', check, wrong.join('\n'));
  const waiting = [...spans].reduce(
    (sum, [shard, { begin, end }]) => sum + end - Math.max(begin, positions.get(shard) ?? 0),
    0,
  );
  return finding('ok', check, `log and store go together; ${waiting} records wait to be triaged`);
}
