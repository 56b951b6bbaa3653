import type { ReloadFailure, RulesDesk } from '../../app/reload-rules.js';
import type { RuleWarming } from '../../app/rule-facts.js';
import type { RuleRef } from '../../domain/alert/rule-ref.js';
import { formatField } from '../../domain/rules/field.js';
import { statusOf, type RuleStatus } from '../../domain/rules/list-rules.js';
import type { Canary, ListedRule } from '../../domain/rules/rule-set.js';
import { presentInstant, presentOptionalInstant } from './present-instant.js';

/** An answer of `GET /api/v1/rules`. */
export interface PresentedRules {
  readonly name: string;
  readonly revision: string;
  readonly lastReloadError: (Omit<ReloadFailure, 'at'> & { readonly at: string }) | null;
  readonly items: readonly PresentedRule[];
  readonly next: null;
}

export interface PresentedRule extends RuleRef {
  readonly kind: string;
  readonly title: string;
  readonly status: RuleStatus;
  readonly canary: { readonly percent: number; readonly by: readonly string[] } | null;
  readonly hits: number;
  readonly lastHitAt: string | null;
  readonly broken: { readonly since: string; readonly lastAt: string; readonly error: string } | null;
  readonly warming: { readonly since: string; readonly until: string | null; readonly loses: string } | null;
}

/** Those in force in order of the pipeline, then the disabled ones. */
export function presentRules(rules: RulesDesk, now: number): PresentedRules {
  const { name, revision, catalogue, disabled = [] } = rules.current();
  const failure = rules.lastFailure();
  return {
    name,
    revision,
    lastReloadError: failure === null ? null : presentFailure(failure),
    items: [...catalogue, ...disabled].map((rule) => presentListed(rule, rules, now)),
    next: null,
  };
}

function presentFailure({
  at,
  by,
  origin,
  message,
  issues,
}: ReloadFailure): PresentedRules['lastReloadError'] {
  return { at: presentInstant(at), by, origin, message, issues };
}

function presentListed(rule: ListedRule, rules: RulesDesk, now: number): PresentedRule {
  const { ref, kind, title, canary } = rule;
  const hits = rules.hits(ref.id);
  return {
    ...{ id: ref.id, file: ref.file, line: ref.line },
    kind,
    title,
    status: statusOf(rule, now),
    canary: canary === undefined ? null : presentCanary(canary),
    hits: hits.count,
    lastHitAt: presentOptionalInstant(hits.lastAt),
    broken: presentBroken(rules.broken(ref)),
    warming: presentWarming(rules.warming({ kind, id: ref.id })),
  };
}

function presentCanary({ percent, by }: Canary): PresentedRule['canary'] {
  return { percent, by: by.map(formatField) };
}

function presentBroken(broken: ReturnType<RulesDesk['broken']>): PresentedRule['broken'] {
  if (broken === null) return null;
  const { since, lastAt, error } = broken;
  return { since: presentInstant(since), lastAt: presentInstant(lastAt), error };
}

function presentWarming(warming: RuleWarming | null): PresentedRule['warming'] {
  if (warming === null) return null;
  const { since, until, loses } = warming;
  return { since: presentInstant(since), until: presentOptionalInstant(until), loses };
}
