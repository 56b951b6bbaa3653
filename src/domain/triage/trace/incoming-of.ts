import type { Alert, IncomingAlert } from '../../alert/alert.js';
import type { RuleSet } from '../../rules/rule-set.js';
import { describeInAnyCase } from '../describe-without-broken.js';

/**
 * The message that a known alert must have come with, from what the engine keeps of it. Labels, severity, title and annotations
 * are the sender's own words. What it claimed about environment, service and category is not kept apart from what rules made
 * of it: it counts as claimed where the rules alone come to something else.
 */
export function incomingOf(alert: Alert, rules: RuleSet, at: number): IncomingAlert {
  const { said, raw } = alert;
  const values = said?.values === undefined ? alert.values : said.values;
  const plain: IncomingAlert = {
    source: alert.source,
    fingerprint: alert.fingerprint,
    severity: said?.severity ?? alert.severity,
    title: said?.title ?? alert.title,
    labels: said?.labels ?? alert.labels,
    annotations: said?.annotations ?? alert.annotations,
    ...(values !== null && { values }),
    ...(raw !== null && { raw }),
    ...(alert.status === 'firing' && { startsAt: alert.startsAt }),
  };
  const { env, service, category } = describeInAnyCase(plain, rules, at);
  return {
    ...plain,
    ...(alert.env !== null && env !== alert.env && { env: alert.env }),
    ...(alert.service !== null && service !== alert.service && { service: alert.service }),
    ...(category !== alert.category && { category: alert.category }),
  };
}
