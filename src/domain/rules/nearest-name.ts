/**
 * The known name that somebody most likely meant, or null when none is near: a few typing slips away, the same but for
 * case, or one the beginning of the other (`enviroment` → `env`). Of equally near ones the first listed.
 */
export function nearestName(wanted: string, known: Iterable<string>): string | null {
  const typed = wanted.toLowerCase();
  let nearest: string | null = null;
  let beginning: string | null = null;
  let least = Infinity;
  for (const name of known) {
    const candidate = name.toLowerCase();
    const shared = sharedPrefix(typed, candidate);
    const [from, to] = [typed.slice(shared), candidate.slice(shared)];
    const slips = Math.min(3, Math.max(1, Math.floor(from.length / 3)));
    const distance = editDistance(from, to, Math.min(least, slips + 1));
    // Of two letters one may not be another: P9 is as near to P1 as to P5.
    const alike = distance * 2 < Math.max(from.length, to.length) || from === to;
    if (distance <= slips && distance < least && alike) {
      least = distance;
      nearest = name;
    }
    const shorter = Math.min(typed.length, candidate.length);
    if (shorter >= 3 && (typed.startsWith(candidate) || candidate.startsWith(typed))) beginning ??= name;
  }
  return nearest ?? beginning;
}

/** Length of what both have up to the same dot: `labels.` makes no two names alike. */
function sharedPrefix(one: string, other: string): number {
  const end = one.lastIndexOf('.') + 1;
  return one.slice(0, end) === other.slice(0, end) ? end : 0;
}

/** Insertions, deletions, changes and swaps of neighbours that lead from one text to the other; `bound` when there are as many or more. */
function editDistance(from: string, to: string, bound: number): number {
  if (Math.abs(from.length - to.length) >= bound) return bound;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + changed,
      );
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= bound) return bound;
    beforeLast = last;
    last = current;
  }
  return Math.min(bound, last[to.length] ?? bound);
}
