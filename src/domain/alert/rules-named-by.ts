import type { Entry } from './entry.js';

/** Hash of the rule set that is in force after the entry; null: it changes none. */
export function rulesNamedBy(entry: Entry): string | null {
  if (entry.kind === 'rules-changed') return entry.hash;
  return entry.kind === 'relayed' && entry.change.name === 'change-rules' ? entry.change.hash : null;
}
