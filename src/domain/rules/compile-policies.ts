import {
  repeatDelayMs,
  type EscalationPolicy,
  type PolicyStep,
  type RepeatPlan,
  type StepCondition,
} from '../incident/escalation.js';
import type { SupportTier } from '../incident/scales.js';
import { checkReference, checkUniqueIds, type BundleSpot } from './bundle-spot.js';
import { checkReach } from './check-reach.js';
import { compileDuration, compilePositiveDuration } from './compile-value.js';
import { formatDuration } from './duration.js';
import type { RuleSet, Team, Tier } from './rule-set.js';

export interface RawStep {
  readonly after: string;
  readonly ifNot?: StepCondition;
  readonly tier?: SupportTier;
  readonly team?: string;
  readonly notify: readonly string[];
}

interface RawRepeat {
  readonly every: string;
  readonly max: number;
  readonly growth?: 'none' | 'double';
}

export interface RawPolicy {
  readonly id: string;
  readonly steps: readonly RawStep[];
  readonly repeat?: RawRepeat;
  readonly warnAt?: readonly number[];
}

export interface PolicyContext {
  readonly teams: ReadonlyMap<string, Team>;
  readonly tiers: ReadonlyMap<SupportTier, Tier>;
  readonly channels: RuleSet['channels'];
}

/** `policies` of an Escalation document. */
export function compilePolicies(
  raw: readonly RawPolicy[],
  spot: BundleSpot,
  context: PolicyContext,
): ReadonlyMap<string, EscalationPolicy> {
  const entries = raw.map((policy, index) => ({ raw: policy, spot: spot.at(index) }));
  checkUniqueIds('policy', entries);
  return new Map(
    entries.map(({ raw: policy, spot: here }) => [policy.id, compilePolicy(policy, here, context)]),
  );
}

function compilePolicy(raw: RawPolicy, spot: BundleSpot, context: PolicyContext): EscalationPolicy {
  const { id, file, line } = spot.ref(raw.id);
  const steps = raw.steps.map((step, index) => compileStep(step, spot.at('steps', index), context));
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before === undefined || before.afterMs <= step.afterMs) continue;
    spot.at('steps', index, 'after').report({
      code: 'steps-out-of-order',
      message: `this step comes after ${raw.steps[index]?.after ?? ''}, but the one before it after ${raw.steps[index - 1]?.after ?? ''}`,
      hint: 'Write the steps in order of "after", which counts from the beginning',
    });
  }
  const repeat = raw.repeat === undefined ? null : compileRepeat(raw.repeat, spot.at('repeat'));
  return { id, file, line, steps, repeat, warnAt: [...(raw.warnAt ?? [])].sort((a, b) => a - b) };
}

const longestRepeatMs = 365 * 86_400_000;

function compileRepeat(raw: RawRepeat, spot: BundleSpot): RepeatPlan {
  const { max, growth = 'none' } = raw;
  const plan = { everyMs: compilePositiveDuration(spot.at('every'), raw.every), max, growth };
  if (repeatDelayMs(plan, max) > longestRepeatMs) {
    spot.at('max').report({
      code: 'bad-duration',
      message: `the last of ${max} repeats would come more than ${formatDuration(longestRepeatMs)} after the last step`,
      hint: growth === 'double' ? 'Lower max, or write growth: none' : 'Lower max or every',
    });
  }
  return plan;
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
  if (team !== undefined && team !== serviceTeam) checkTeam(team, spot.at('team'), context);
  for (const [index, channel] of notify.entries()) {
    checkReference(spot.at('notify', index), { what: 'channel', id: channel, known: context.channels });
  }
  checkReach(raw, spot.at('notify'), context);
  return {
    afterMs: compileDuration(spot.at('after'), raw.after),
    notify,
    ...(ifNot === undefined ? {} : { ifNot }),
    ...(tier === undefined ? {} : { tier }),
    ...(team === undefined ? {} : { team }),
  };
}

function checkTeam(team: string, spot: BundleSpot, { teams }: PolicyContext): void {
  if (!team.includes('{{')) {
    checkReference(spot, { what: 'team', id: team, known: teams });
    return;
  }
  spot.report({
    code: 'bad-template',
    message: `a step knows only the template ${serviceTeam}`,
    hint: `Write team: "${serviceTeam}" or the id of a team`,
  });
}
