import { createRecentValues } from './recent-values.js';

/** So many texts are remembered. */
const texts = 8_192;
/** Longer ones are seldom the same. */
const longestText = 256;
/** The parser itself sees to it that equal ones up to this length are one. */
const shortestText = 11;
/** Labels of an alert in a list lie three deep; senders nest their own data as deep as they like. */
const deepest = 4;
/** Senders choose names: of so many it is known how often their texts come again. */
const mostNames = 1_000;
/** Of a name whose texts are mostly new (a pod, a fingerprint), one in so many is looked at to see whether that is still so. */
const sample = 64;

/**
 * Makes texts of parsed JSON that equal each other, or one seen lately, one and the same in memory: alerts consist of words that
 * others have too. Writes into the value.
 */
export type ShareTexts = (value: unknown) => void;

/** How the texts under one name went so far. */
interface NameRecord {
  met: number;
  looked: number;
  found: number;
}

export function createShareTexts(): ShareTexts {
  const recent = createRecentValues<string, string>(texts);
  const names = new Map<string, NameRecord>();

  function recordOf(name: string): NameRecord {
    const known = names.get(name);
    if (known !== undefined) return known;
    if (names.size >= mostNames) names.clear();
    const record = { met: 0, looked: 0, found: 0 };
    names.set(name, record);
    return record;
  }

  function shared(name: string, text: string): string {
    const record = recordOf(name);
    record.met += 1;
    const isMostlyNew = record.looked >= sample && record.found * 4 < record.looked;
    if (isMostlyNew && record.met % sample !== 0) return text;
    record.looked += 1;
    const known = recent.find(text);
    if (known === undefined) recent.keep(text, text);
    else record.found += 1;
    return known ?? text;
  }

  function share(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > deepest) return;
    // An array has its items under names too. What was parsed has no names but its own, and no setter.
    const members = value as Record<string, unknown>;
    for (const name in members) {
      const member = members[name];
      if (typeof member !== 'string') share(member, depth + 1);
      else if (member.length >= shortestText && member.length <= longestText)
        members[name] = shared(name, member);
    }
  }
  return (value) => {
    share(value, 0);
  };
}
