/** One thing that an examination looked at. */
export interface Finding {
  /** What was looked at, in a word or two; the same each time. */
  readonly check: string;
  /** `warning`: Tocsin works so, and somebody should know. `error`: it doesn't, or soon won't. */
  readonly verdict: 'ok' | 'warning' | 'error';
  /** What was found, and where something is wrong what to do. One line or several, without a full stop at the end. */
  readonly text: string;
}

export function finding(verdict: Finding['verdict'], check: string, text: string): Finding {
  return { check, verdict, text };
}

/** What a look finds; where it fails that is what was found, in the words that the technology has for it. */
export async function examined(
  check: string,
  wordsOf: (error: unknown) => string,
  look: () => Promise<Finding>,
): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return finding('error', check, wordsOf(error));
  }
}

/** Clocks further apart than this, in ms, are told of: people compare times of incidents with those on their own screens. */
export const clocksApartMs = 5_000;

/** How a server's clock stands to ours. It was read between our two instants; 0 when it may well be ours. */
export function apartMs(server: number, { before, after }: { before: number; after: number }): number {
  if (server < before) return server - before;
  return Math.max(0, server - after);
}

export function apartInWords(apart: number): string {
  if (apart === 0) return 'is that of this machine';
  return `is ${Math.abs(apart)} ms ${apart < 0 ? 'behind' : 'ahead of'} this machine’s`;
}
