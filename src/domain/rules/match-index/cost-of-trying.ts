import type { Matcher, Test } from '../../alert/matcher.js';

/** What one test costs, in comparisons of plain values: rough, it only decides between ways that find the same. */
const costOfTest: Readonly<Record<Test['op'], number>> = {
  ...{ equals: 1, in: 1, prefix: 1, suffix: 1, contains: 1.5, exists: 0.5, range: 1.5 },
  ...{ words: 3, cidr: 4, glob: 6, regex: 6, search: 8 },
};

/** What it costs to hold a matcher against a subject that it most likely is not for. */
export function costOfTrying(matcher: Matcher): number {
  switch (matcher.kind) {
    case 'predicate':
      return costOfTest[matcher.test.op];
    case 'during':
      return 2;
    case 'not':
      return costOfTrying(matcher.of);
    case 'any':
      return matcher.of.reduce((sum, part) => sum + costOfTrying(part), 0.5);
    case 'all': {
      // Of ten subjects eight or nine fail each part, and the next one is not asked.
      let share = 1;
      return matcher.of.reduce((sum, part) => {
        const cost = share * costOfTrying(part);
        share *= 0.15;
        return sum + cost;
      }, 0.5);
    }
  }
}
