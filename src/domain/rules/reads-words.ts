import type { Field, Matcher } from '../alert/matcher.js';

/** Whether a matcher looks at the title or at annotations, which a repeat may change without being a change. */
export function readsWords(matcher: Matcher): boolean {
  switch (matcher.kind) {
    case 'predicate':
      return isWords(matcher.field);
    case 'during':
      return false;
    case 'not':
      return readsWords(matcher.of);
    case 'all':
    case 'any':
      return matcher.of.some(readsWords);
  }
}

export function isWords(field: Field): boolean {
  return field.kind === 'annotation' || (field.kind === 'alert' && field.name === 'title');
}
