import type { Entry } from './bundle-spot.js';
import type { RawEscalation } from './compile-escalation.js';

/** Warns of policies that no route names, active or not. Where a route names one that there is not, that one may be meant. */
export function checkPolicies({ raw, spot }: Entry<RawEscalation>, named: ReadonlySet<string>): void {
  const { policies } = raw;
  const known = new Set(policies.map(({ id }) => id));
  if ([...named].some((id) => !known.has(id))) return;
  for (const [index, { id }] of policies.entries()) {
    if (named.has(id)) continue;
    spot.at('policies', index, 'id').report({
      level: 'warning',
      code: 'policy-never-used',
      message: `no route names the policy "${id}"`,
      hint: 'Name it in a route of routing.yaml, or remove it',
    });
  }
}
