import { formatField } from '../rules/field.js';
import type { TriageAction } from '../rules/rule-set.js';
import type { Template } from '../rules/template.js';

/** The fields, as people write them, into which an action puts what it takes out of the alert itself. */
export function writtenAnew(action: TriageAction): readonly string[] {
  const { title, runbook, labels, annotations, extract = [], enrich = [] } = action;
  const pairs = (
    kind: 'label' | 'annotation',
    written: ReadonlyMap<string, Template> | undefined,
  ): string[] =>
    [...(written ?? [])].filter(([, text]) => hasHoles(text)).map(([name]) => formatField({ kind, name }));
  return [
    ...(hasHoles(title) ? ['title'] : []),
    ...(hasHoles(runbook) ? ['runbook'] : []),
    ...pairs('label', labels),
    ...pairs('annotation', annotations),
    ...extract.flatMap(({ into, groups }) => groups.map((group) => `${into}.${group}`)),
    ...enrich.map(({ into, name }) => `${into}.${name}`),
  ];
}

function hasHoles(template: Template | undefined): boolean {
  return template?.parts.some((part) => typeof part !== 'string') === true;
}
