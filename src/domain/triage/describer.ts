import type { IncomingAlert, Said } from '../alert/alert.js';
import type { Matcher } from '../alert/matcher.js';
import type { RuleSet, TriageRule } from '../rules/rule-set.js';
import type { AdjustedAlert } from './adjust.js';
import { answerTo, type Asked, type Question } from './answer-to.js';
import { describeAlert } from './describe-alert.js';
import { onlyHits } from './only-hits.js';
import { PayingMemory } from './paying-memory.js';
import { createQuestionnaire, type Questionnaire } from './questionnaire.js';
import { writtenAnew } from './written-anew.js';

/**
 * Describes alerts exactly as `describeAlert` does, and remembers what came of it for messages that give the same answers:
 * most new alerts are the hundredth pod with the same trouble, and no rule tells them apart.
 */
export interface Describer {
  describe(incoming: IncomingAlert, rules: RuleSet, at: number): AdjustedAlert;
}

type Verdict =
  /** Rules write the same whatever the message says: all but what is the message's own is the same. */
  | { readonly kind: 'same'; readonly described: AdjustedAlert; readonly isTitled: boolean }
  /** Only the rules that match, which no longer look. */
  | { readonly kind: 'rules'; readonly rules: RuleSet };

/** The memory of one shard. What it remembers changes no outcome. */
export function createDescriber(): Describer {
  return new RememberingDescriber();
}

class RememberingDescriber implements Describer {
  readonly #memory = new PayingMemory<Question, Asked, Verdict>(answerTo);
  #rules: RuleSet | null = null;
  #questionnaire: Questionnaire | null = null;

  describe(incoming: IncomingAlert, rules: RuleSet, at: number): AdjustedAlert {
    if (rules !== this.#rules) this.#turnTo(rules);
    if (!this.#memory.isAsked()) return describeAlert(incoming, rules, at);
    const asked = { incoming, at };
    const verdict = this.#memory.find(asked);
    if (verdict === undefined) return this.#judge(asked, rules);
    return verdict.kind === 'rules'
      ? describeAlert(incoming, verdict.rules, at)
      : describeLike(verdict.described, incoming, verdict.isTitled);
  }

  #turnTo(rules: RuleSet): void {
    this.#rules = rules;
    this.#questionnaire = null;
    this.#memory.forget();
  }

  #judge(asked: Asked, rules: RuleSet): AdjustedAlert {
    const { incoming, at } = asked;
    this.#questionnaire ??= createQuestionnaire(rules);
    const notes = this.#questionnaire.begin();
    const found = describeAlert({ ...incoming, witness: notes.witness }, rules, at);
    const matching = onlyMatching(rules, found);
    const verdict = verdictOf(matching, found, incoming);
    this.#memory.remember(asked, notes.questions(actionsOf(matching).flatMap(writtenAnew)), verdict);
    return verdict.kind === 'rules' ? describeAlert(incoming, matching, at) : verdict.described;
  }
}

const everything: Matcher = { kind: 'all', of: [] };

function onlyMatching(rules: RuleSet, found: Pick<AdjustedAlert, 'hits' | 'shadows' | 'service'>): RuleSet {
  // The sender may have named the service: then no binding was asked.
  const hit = onlyHits(rules, [...found.hits, ...found.shadows], null);
  const service = found.service === null ? undefined : rules.services.get(found.service);
  return {
    ...rules,
    normalize: hit.normalize.map(forAll),
    bindings: service === undefined ? [] : [{ service, match: everything }],
    classify: hit.classify.map(forAll),
    adjust: hit.adjust.map(forAll),
  };
}

/** The rule without what decides for which alerts it is. */
function forAll({ ref, title, then, shadow }: TriageRule): TriageRule {
  return { ref, title, match: everything, then, ...(shadow && { shadow }) };
}

function actionsOf({ normalize, classify, adjust }: RuleSet): readonly TriageRule['then'][] {
  return [...normalize, ...classify, ...adjust]
    .filter(({ shadow }) => shadow !== true)
    .map(({ then }) => then);
}

/** `found` may hold a witness: what is remembered must not. */
function verdictOf(matching: RuleSet, found: AdjustedAlert, incoming: IncomingAlert): Verdict {
  const actions = actionsOf(matching);
  const differs = actions.some(
    (action) =>
      (action.labels ?? action.annotations ?? action.extract ?? action.enrich) !== undefined ||
      writtenAnew(action).length > 0,
  );
  if (differs) return { kind: 'rules', rules: matching };
  const isTitled = actions.some(({ title }) => title !== undefined);
  return { kind: 'same', described: describeLike(found, incoming, isTitled), isTitled };
}

/** What no rule has decided comes from the message, the rest from one that gave the same answers. */
function describeLike(like: AdjustedAlert, incoming: IncomingAlert, isTitled: boolean): AdjustedAlert {
  const { title } = incoming;
  return {
    source: incoming.source,
    fingerprint: incoming.fingerprint,
    status: 'firing',
    title: isTitled ? like.title : title,
    severity: like.severity,
    labels: incoming.labels,
    annotations: incoming.annotations,
    values: incoming.values ?? null,
    raw: incoming.raw ?? null,
    env: like.env,
    category: like.category,
    impact: like.impact,
    urgency: like.urgency,
    runbook: like.runbook,
    claimedService: like.claimedService,
    startsAt: incoming.startsAt ?? null,
    endsAt: incoming.endsAt ?? null,
    timeoutMs: incoming.timeoutMs ?? null,
    incoming,
    hits: like.hits,
    shadows: like.shadows,
    service: like.service,
    rule: like.rule,
    hold: like.hold,
    said: isTitled ? saidBeside(like, incoming) : like.said,
  };
}

/** The sender's own words where rules wrote others; of such verdicts they write title and severity at most. */
function saidBeside({ title, said }: AdjustedAlert, incoming: IncomingAlert): Said | null {
  const severity = said?.severity;
  if (incoming.title === title && severity === undefined) return null;
  return {
    ...(incoming.title !== title && { title: incoming.title }),
    ...(severity !== undefined && { severity }),
  };
}
