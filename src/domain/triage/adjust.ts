import type { Said } from '../alert/alert.js';
import type { PriorityPolicy } from '../incident/priority.js';
import { higherLevel } from '../incident/priority.js';
import type { RuleSet } from '../rules/rule-set.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import type { ClassifiedAlert } from './classify.js';
import type { WantedHold } from './hold-alert.js';
import { tryRule } from './try-rule.js';
import { walkRules } from './walk-rules.js';

export interface AdjustedAlert extends ClassifiedAlert {
  readonly impact: string;
  readonly urgency: string;
  /** The sender's own words where any rule of the stages so far wrote others. */
  readonly said: Said | null;
  /** Of the rules that would hold it back the first. */
  readonly hold: WantedHold | null;
}

/** Stage adjust (mode all): every matching rule, in order; then impact and urgency that no rule gave come from tier and severity. */
export function adjust(alert: ClassifiedAlert, rules: RuleSet, at: number): AdjustedAlert {
  const service = serviceOf(alert, rules);
  let adjusted = alert;
  let hold: WantedHold | null = null;
  let subject = alertSubject(adjusted, service);
  const walk = walkRules(rules.adjust, rules.indexes.adjust, alert);
  for (let rule = walk.next(subject); rule !== null; rule = walk.next(subject)) {
    const after = tryRule(adjusted, rule, { stage: 'adjust', subject, at });
    if (after === null) continue;
    adjusted = after;
    subject = alertSubject(adjusted, service);
    if (rule.then.hold !== undefined && rule.shadow !== true)
      hold ??= { ...rule.then.hold, rule: rule.ref, title: rule.title };
  }
  const policy = rules.priority;
  const impact = adjusted.impact ?? impactOfTier(policy, service?.tier ?? 'none');
  return {
    ...adjusted,
    impact: isNonProduction(adjusted.env) ? capped(policy, impact) : impact,
    urgency: adjusted.urgency ?? policy.urgencyFromSeverity[adjusted.severity],
    hold,
    said: adjusted.hits.length === 0 ? null : whatRulesChanged(adjusted),
  };
}

function whatRulesChanged(alert: ClassifiedAlert): Said | null {
  const { title, severity, labels, annotations, values = null } = alert.incoming;
  const said: Said = {
    ...(alert.title !== title && { title }),
    ...(alert.severity !== severity && { severity }),
    ...(alert.labels !== labels && { labels }),
    ...(alert.annotations !== annotations && { annotations }),
    ...(alert.values !== values && { values }),
  };
  return Object.keys(said).length === 0 ? null : said;
}

/** The impact of an alert that no rule gave one: that of its service's tier. */
export function impactOfTier(policy: PriorityPolicy, tier: number | 'none'): string {
  return (
    policy.impactFromTier.get(tier) ?? policy.impactFromTier.get('none') ?? (policy.impacts.at(-1) as string)
  );
}

function isNonProduction(env: string | null): boolean {
  return env !== null && env !== 'prod';
}

/** The less important of the impact and the cap. */
function capped(policy: PriorityPolicy, impact: string): string {
  const cap = policy.nonProductionImpact;
  return cap === null || higherLevel(policy.impacts, impact, cap) === cap ? impact : cap;
}
