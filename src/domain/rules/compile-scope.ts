import type { Matcher } from '../alert/matcher.js';
import { checkReference, type Entry, type KnownIds } from './bundle-spot.js';

/** `scope` of a file. */
export interface RawScope {
  readonly team: string;
}

/** Files an error for each scope of a file that names no team. */
export function checkScopes(documents: readonly Entry<unknown>[], teams: KnownIds): void {
  for (const { raw, spot } of documents) {
    const { scope } = raw as { readonly scope?: RawScope };
    if (scope === undefined) continue;
    checkReference(spot.at('scope', 'team'), { what: 'team', id: scope.team, known: teams });
  }
}

/** The matcher, for alerts of services that the team of the file's scope owns. An alert of no service is nobody's. */
export function withinScope(matcher: Matcher, { scope }: Pick<Entry<unknown>, 'scope'>): Matcher {
  if (scope === undefined) return matcher;
  const test = { op: 'equals', value: scope.team } as const;
  const field = { kind: 'service', name: 'team' } as const;
  return {
    kind: 'all',
    of: [{ kind: 'predicate', field, test, negate: false, whenMissing: false }, matcher],
  };
}
