import type { EscalationPolicy, PolicyStep, StepCondition } from '../incident/escalation.js';
import type { Priority, SupportTier } from '../incident/scales.js';
import type { SlaTargets } from '../incident/sla.js';
import { checkReference, checkUniqueIds, type BundleSpot, type Entry, type KnownIds } from './bundle-spot.js';
import { compileSla, type RawTarget } from './compile-sla.js';
import { compileDuration } from './compile-value.js';
import type { Team, Tier } from './rule-set.js';

interface RawStep {
  readonly after: string;
  readonly ifNot?: StepCondition;
  readonly tier?: SupportTier;
  readonly team?: string;
  readonly notify: readonly string[];
}

export interface RawEscalation {
  readonly tiers: readonly { readonly id: SupportTier; readonly name: string; readonly team: string }[];
  readonly sla: readonly RawTarget[];
  readonly policies: readonly { readonly id: string; readonly steps: readonly RawStep[] }[];
}

export interface Escalation {
  readonly tiers: ReadonlyMap<SupportTier, Tier>;
  readonly sla: ReadonlyMap<Priority, SlaTargets>;
  readonly policies: ReadonlyMap<string, EscalationPolicy>;
}

interface EscalationContext {
  readonly teams: ReadonlyMap<string, Team>;
  readonly channels: KnownIds;
}

/** `kind: Escalation`: tiers, SLA targets by priority, policies. */
export function compileEscalation(
  { raw, spot }: Entry<RawEscalation>,
  context: EscalationContext,
): Escalation {
  const entries = raw.tiers.map((tier, index) => ({ raw: tier, spot: spot.at('tiers', index) }));
  checkUniqueIds('tier', entries);
  for (const tier of entries) {
    checkReference(tier.spot.at('team'), { what: 'team', id: tier.raw.team, known: context.teams });
  }
  const tiers = new Map(raw.tiers.map(({ id, name, team }) => [id, { id, name, team }]));
  return {
    tiers,
    sla: compileSla(raw.sla, spot.at('sla')),
    policies: compilePolicies(raw.policies, spot.at('policies'), { ...context, tiers }),
  };
}

type PolicyContext = EscalationContext & { readonly tiers: KnownIds };

function compilePolicies(
  raw: RawEscalation['policies'],
  spot: BundleSpot,
  context: PolicyContext,
): ReadonlyMap<string, EscalationPolicy> {
  const entries = raw.map((policy, index) => ({ raw: policy, spot: spot.at(index) }));
  checkUniqueIds('policy', entries);
  return new Map(
    entries.map((entry): [string, EscalationPolicy] => {
      const { id, file, line } = entry.spot.ref(entry.raw.id);
      const steps = entry.raw.steps.map((step, index) => ({
        after: step.after,
        spot: entry.spot.at('steps', index),
        step: compileStep(step, entry.spot.at('steps', index), context),
      }));
      for (const [index, { after, spot: here, step }] of steps.entries()) {
        const before = steps[index - 1];
        if (before === undefined || before.step.afterMs <= step.afterMs) continue;
        here.at('after').report({
          code: 'steps-out-of-order',
          message: `this step comes after ${after}, but the one before it after ${before.after}`,
          hint: 'Write the steps in order of "after", which counts from the beginning',
        });
      }
      return [id, { id, file, line, steps: steps.map(({ step }) => step) }];
    }),
  );
}

const serviceTeam = '{{service.team}}';

function compileStep(raw: RawStep, spot: BundleSpot, context: PolicyContext): PolicyStep {
  const { ifNot, tier, team, notify } = raw;
  if (tier === undefined && team === undefined) {
    spot.report({
      code: 'missing-key',
      message: 'a step needs a tier or a team',
      hint: 'Add tier: L2, say, or team with an id',
    });
  }
  if (tier !== undefined) checkReference(spot.at('tier'), { what: 'tier', id: tier, known: context.tiers });
  if (team !== undefined && team !== serviceTeam) {
    if (team.includes('{{')) {
      spot.at('team').report({
        code: 'bad-template',
        message: `a step knows only the template ${serviceTeam}`,
        hint: `Write team: "${serviceTeam}" or the id of a team`,
      });
    } else checkReference(spot.at('team'), { what: 'team', id: team, known: context.teams });
  }
  for (const [index, channel] of notify.entries()) {
    checkReference(spot.at('notify', index), { what: 'channel', id: channel, known: context.channels });
  }
  return {
    afterMs: compileDuration(spot.at('after'), raw.after),
    notify,
    ...(ifNot === undefined ? {} : { ifNot }),
    ...(tier === undefined ? {} : { tier }),
    ...(team === undefined ? {} : { team }),
  };
}
