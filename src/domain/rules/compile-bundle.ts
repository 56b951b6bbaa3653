import type { BundleDocument, Issue } from './bundle.js';
import type { BundleTable } from './bundle-table.js';
import { checkUniqueIds, createSpot, entriesOf, type Entry } from './bundle-spot.js';
import { checkCover } from './check-cover.js';
import { createLookup } from './compile-enrich.js';
import { checkOwners } from './check-owners.js';
import { checkScopes } from './compile-scope.js';
import { checkPartition } from './check-partition.js';
import { checkPolicies } from './check-policies.js';
import { compileEscalation, type RawEscalation } from './compile-escalation.js';
import { compileGroups } from './compile-groups.js';
import { compileIntake } from './compile-intake.js';
import { compileInhibitions } from './compile-inhibitions.js';
import { compileMaintenance } from './compile-maintenance.js';
import { compileNotifiers } from './compile-notifiers.js';
import { compileOnCall } from './compile-oncall.js';
import { compilePriority, type RawPriority } from './compile-priority.js';
import { compileRouting, policiesNamed, type RawRouting } from './compile-routing.js';
import { compileServices } from './compile-services.js';
import { compileSettings, type RawBundle } from './compile-settings.js';
import { compileSources } from './compile-sources.js';
import { compileTeams } from './compile-teams.js';
import { compileTriage, type TriageContext, type TriageRules } from './compile-triage.js';
import { compileVocabulary, type Vocabulary } from './compile-vocabulary.js';
import { hashSuppression } from './hash-suppression.js';
import { createMatcherContexts } from './matcher-contexts.js';
import { listDisabled, listRules } from './list-rules.js';
import { indexRuleSet } from './match-index/rule-indexes.js';
import type { RuleSet } from './rule-set.js';
import type { Steps } from './run-steps.js';

/** The documents by kind, each with its spot. */
type Kinds = ReadonlyMap<string, readonly Entry<unknown>[]>;

export interface CompiledBundle {
  readonly ruleSet: RuleSet | null;
  readonly issues: readonly Issue[];
}

/**
 * Turns checked documents, in order of their files, into a rule set: references resolved, durations in milliseconds.
 * Finds all it can before it gives up; with an error among the issues there is no rule set.
 * `hash` is that of the files, in hex.
 */
export function* compileBundle(input: {
  readonly documents: readonly BundleDocument[];
  readonly tables?: readonly BundleTable[];
  readonly hash: string;
  /** Unix ms, for warnings of what is over. The rule set does not depend on it. */
  readonly now?: number;
}): Steps<CompiledBundle> {
  const issues: Issue[] = [];
  const kinds = groupByKind(input.documents, issues);
  const settings = single<RawBundle>('Bundle', kinds, issues);
  const { now = null } = input;
  const tables = new Map((input.tables ?? []).map((table) => [table.name, createLookup(table)]));
  const ruleSet =
    settings === null
      ? null
      : yield* compileKinds(kinds, { settings: compileSettings(settings), now, tables }, issues);
  const broken = issues.some((issue) => issue.level === 'error');
  if (ruleSet === null || broken) return { ruleSet: null, issues };
  const { hash } = input;
  const indexes = yield* indexRuleSet(ruleSet);
  return { ruleSet: { ...ruleSet, indexes, hash, revision: hash.slice(0, 12) }, issues };
}

function* compileKinds(
  kinds: Kinds,
  given: Pick<TriageContext, 'settings' | 'now' | 'tables'>,
  issues: Issue[],
): Steps<Omit<RuleSet, 'hash' | 'revision' | 'indexes'> | null> {
  const { settings } = given;
  const of = (kind: string): readonly Entry<unknown>[] => kinds.get(kind) ?? [];
  const priority = compilePriorities(kinds, issues);
  const compiledTeams = compileTeams(of('Teams'));
  const { teams } = compiledTeams;
  checkTeams([...kinds.values()].flat(), teams);
  const messaging = compileNotifiers(of('Notifiers'), compiledTeams);

  const base = createMatcherContexts({ settings, priority, teams });
  const vocabulary = compileVocabulary(of('Vocabulary'), {
    timezone: settings.defaults.timezone,
    base: base.beforeBind,
  });
  const rotations = compileRotations(of, { ...vocabulary, ...settings.defaults, teams });
  const beforeBind = { ...base.beforeBind, ...vocabulary };
  const catalogue = yield* compileServices(of('Services'), { teams, context: beforeBind });
  const contexts = base.afterBind(catalogue.services);
  const afterBind = { ...contexts.alerts, ...vocabulary };

  const intake = compileIntake(of('Intake'), compileSources(of('Source'), beforeBind));
  const { services } = catalogue;
  const context = { ...given, priority, beforeBind, afterBind, services };
  const ofAlerts = yield* compileRulesOfAlerts(of, context);
  checkPartition(of, settings.partition, ofAlerts);
  const rawEscalation = single<RawEscalation>('Escalation', kinds, issues);
  const ofEscalation = { ...vocabulary, teams, channels: messaging.channels };
  const escalation = rawEscalation === null ? null : compileEscalation(rawEscalation, ofEscalation);
  const rawRouting = single<RawRouting>('Routing', kinds, issues);
  if (rawRouting === null || rawEscalation === null || escalation === null || priority === null) return null;
  const ofIncidents = { ...contexts.incidents, ...vocabulary };
  checkPolicies(rawEscalation, policiesNamed(rawRouting));
  const routing = compileRouting(rawRouting, { ...escalation, teams, context: ofIncidents });
  const rules = { ...ofAlerts, routing, ...catalogue, policies: escalation.policies };
  const suppressionHash = hashSuppression({ ...rules, priority });
  return {
    name: settings.name,
    ...{ defaults: settings.defaults, partition: settings.partition, teams, rotations, priority },
    ...escalation,
    ...messaging,
    ...rules,
    suppressionHash,
    calendars: vocabulary.schedules,
    intake,
    catalogue: listRules(rules),
    disabled: [...ofAlerts.disabled, ...listDisabled(of)],
  };
}

function compilePriorities(kinds: Kinds, issues: Issue[]): RuleSet['priority'] | null {
  const raw = single<RawPriority>('Priority', kinds, issues);
  return raw === null ? null : compilePriority(raw);
}

/** Owners and scopes, wherever they stand. */
function checkTeams(documents: readonly Entry<unknown>[], teams: RuleSet['teams']): void {
  checkOwners(documents, teams);
  checkScopes(documents, teams);
}

/** Who is on call, and whether teams say it of rotations and hours that there are. */
function compileRotations(
  of: (kind: string) => readonly Entry<unknown>[],
  context: Pick<RuleSet, 'teams'> & Pick<Vocabulary, 'schedules'> & { readonly timezone: string },
): RuleSet['rotations'] {
  const rotations = compileOnCall(of('OnCall'), context.timezone);
  checkCover(of('Teams'), { ...context, rotations });
  return rotations;
}

/** What is judged before there is an incident. */
function* compileRulesOfAlerts(
  of: (kind: string) => readonly Entry<unknown>[],
  context: TriageContext & Pick<RuleSet, 'services'>,
): Steps<TriageRules & Pick<RuleSet, 'maintenance' | 'inhibitions' | 'groups'>> {
  const { afterBind, settings } = context;
  const { timezone } = settings.defaults;
  // Hits are counted by id.
  checkUniqueIds('rule', [
    ...entriesOf<{ readonly id: string }>(of('Triage'), 'rules'),
    ...entriesOf<{ readonly id: string }>(of('Maintenance'), 'windows'),
    ...entriesOf<{ readonly id: string }>(of('Inhibition'), 'rules'),
  ]);
  return {
    ...(yield* compileTriage(of('Triage'), context)),
    maintenance: yield* compileMaintenance(of('Maintenance'), { ...context, matchers: afterBind, timezone }),
    inhibitions: yield* compileInhibitions(of('Inhibition'), { ...afterBind, services: context.services }),
    groups: yield* compileGroups(of('Correlation'), afterBind),
  };
}

function groupByKind(documents: readonly BundleDocument[], issues: Issue[]): Kinds {
  const kinds = new Map<string, Entry<unknown>[]>();
  for (const document of documents) {
    const entry = { raw: document.body, spot: createSpot(document, issues) };
    const others = kinds.get(document.kind);
    if (others === undefined) kinds.set(document.kind, [entry]);
    else others.push(entry);
  }
  return kinds;
}

/** The one document of a kind that there must be exactly one of; of several the first. */
function single<T>(kind: string, kinds: Kinds, issues: Issue[]): Entry<T> | null {
  const [first, ...others] = (kinds.get(kind) ?? []) as Entry<T>[];
  for (const { spot } of others) {
    spot.at('kind').report({
      code: 'duplicate-kind',
      message: `a bundle has one document of kind ${kind}, and this is another`,
      hint: `The first is at ${first?.spot.where ?? ''}: put everything there`,
    });
  }
  if (first !== undefined) return first;
  issues.push({
    level: 'error',
    code: 'missing-kind',
    message: `The bundle has no document of kind ${kind}.`,
    // There is no better place for what is nowhere than the file in which people will look for it.
    place: { file: `${kind.toLowerCase()}.yaml`, line: 1, column: 1 },
    rule: null,
    hint: `Add ${kind.toLowerCase()}.yaml with apiVersion: tocsin/v1 and kind: ${kind}.`,
    pointer: '',
  });
  return null;
}
