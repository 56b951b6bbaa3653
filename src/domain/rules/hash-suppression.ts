import { fingerprint } from '../alert/fingerprint.js';
import { plainText } from './hash-shape.js';
import type { RuleSet } from './rule-set.js';

/**
 * 16 hex digits over all that decides which alerts hold which back, places included. Of two rule sets with equal ones alerts need
 * not be judged again when the one replaces the other.
 */
export function hashSuppression(
  rules: Pick<RuleSet, 'maintenance' | 'inhibitions' | 'services' | 'priority'>,
): string {
  const { maintenance, inhibitions, priority } = rules;
  if (maintenance.length + inhibitions.length === 0) return 'none';
  const services = [...rules.services].map(([id, { name, tier, team, runbook }]) => [
    id,
    name,
    tier,
    team,
    runbook,
  ]);
  return fingerprint({ suppression: plainText({ maintenance, inhibitions, services, priority }) });
}
