import type { MatchSubject } from '../alert/matcher.js';
import type { TriageAction } from '../rules/rule-set.js';
import type { Template } from '../rules/template.js';
import { renderTemplate } from '../rules/template.js';
import { deriveFields, type DerivedFields } from './derive-fields.js';
import type { Severity } from '../alert/alert.js';

/** The scalar fields that an action may write, those it leaves alone taken from `before`. */
export interface Writable extends DerivedFields {
  readonly title: string;
  readonly severity: Severity;
  readonly env: string | null;
  readonly category: string | null;
  readonly impact: string | null;
  readonly urgency: string | null;
  readonly runbook: string | null;
}

/**
 * `before` as the action leaves it: scalars replaced, maps merged; an empty value removes a label. Whatever the action reads, it
 * reads of the alert as the rules before left it.
 */
export function applyAction<A extends Writable>(alert: A, action: TriageAction, subject: MatchSubject): A {
  const derives = action.extract !== undefined || action.enrich !== undefined;
  const before = derives ? deriveFields(alert, action, subject) : alert;
  const render = (template: Template): string => renderTemplate(template, (field) => subject.read(field));
  return {
    ...before,
    ...(action.title !== undefined && { title: render(action.title) }),
    ...(action.severity !== undefined && { severity: action.severity }),
    ...(action.env !== undefined && { env: action.env }),
    ...(action.category !== undefined && { category: action.category }),
    ...(action.impact !== undefined && { impact: action.impact }),
    ...(action.urgency !== undefined && { urgency: action.urgency }),
    ...(action.runbook !== undefined && { runbook: render(action.runbook) }),
    ...(action.labels !== undefined && { labels: merge(before.labels, action.labels, render) }),
    ...(action.annotations !== undefined && {
      annotations: merge(before.annotations, action.annotations, render),
    }),
  };
}

function merge(
  before: Readonly<Record<string, string>>,
  written: ReadonlyMap<string, Template>,
  render: (template: Template) => string,
): Readonly<Record<string, string>> {
  const after = new Map(Object.entries(before));
  for (const [name, template] of written) {
    const value = render(template);
    if (value === '') after.delete(name);
    else after.set(name, value);
  }
  return Object.fromEntries(after);
}
