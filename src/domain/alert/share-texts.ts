import { createRecentValues } from './recent-values.js';

/** So many texts are remembered: names, numbers of pods and the like pass through, what most alerts have in common stays. */
const texts = 8_192;
/** Longer ones are seldom the same. */
const longestText = 256;
/** The parser itself sees to it that equal ones up to this length are one. */
const shortestText = 11;
/** Labels of an alert in a list lie three deep; senders nest their own data as deep as they like. */
const deepest = 4;

/**
 * Makes texts of parsed JSON that equal each other, or one seen lately, one and the same in memory: alerts consist of words that
 * others have too. Writes into the value, which nobody else may hold yet.
 */
export type ShareTexts = (value: unknown) => void;

export function createShareTexts(): ShareTexts {
  const recent = createRecentValues<string, string>(texts);

  function share(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > deepest) return;
    // An array has its items under names too. What was parsed has no names but its own, and no setter.
    const members = value as Record<string, unknown>;
    for (const name in members) {
      const member = members[name];
      if (typeof member !== 'string') share(member, depth + 1);
      else if (member.length >= shortestText && member.length <= longestText)
        members[name] = recent.keep(member, member);
    }
  }
  return (value) => {
    share(value, 0);
  };
}
