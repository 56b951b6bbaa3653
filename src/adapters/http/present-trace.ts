import type { Explanation } from '../../app/explain-alert.js';
import type { Suppression } from '../../domain/alert/alert.js';
import type {
  DecisionTrace,
  TracedCorrelation,
  TracedPriority,
  TracedRoute,
  TracedSignal,
  TracedSuppression,
  TracedTimer,
} from '../../domain/triage/trace/decision-trace.js';
import type { RuleTry } from '../../domain/triage/trace/rule-try.js';
import { presentInstant, presentOptionalInstant } from './present-instant.js';

/** An answer of `POST /api/v1/explain`, and what `tocsin explain --json` prints. */
export interface PresentedExplanation extends Pick<Explanation, 'among' | 'rejected' | 'omitted'> {
  readonly items: readonly PresentedTrace[];
}

type Dated<T> = { readonly [K in keyof T]: K extends 'at' | 'until' | 'endsAt' | 'since' ? string : T[K] };

/** A decision trace with its instants as RFC 3339. */
export interface PresentedTrace extends Omit<DecisionTrace, 'at' | 'deduplicate' | 'suppress' | 'timers'> {
  readonly at: string;
  readonly deduplicate: Omit<TracedSignal, 'since'> & { readonly since: string | null };
  readonly suppress:
    | (Omit<TracedSuppression, 'silences' | 'hold'> & {
        readonly silences: readonly Dated<TracedSuppression['silences'][number]>[];
        readonly hold: Dated<NonNullable<TracedSuppression['hold']>> | null;
      })
    | null;
  readonly timers: readonly PresentedTimer[];
}

export type PresentedTimer = TracedTimer extends infer T ? (T extends unknown ? Dated<T> : never) : never;
export type { RuleTry, Suppression, TracedCorrelation, TracedPriority, TracedRoute };

export function presentExplanation({ among, traces, rejected, omitted }: Explanation): PresentedExplanation {
  return { among, items: traces.map(presentTrace), rejected, omitted };
}

/** The short form: of the rules that were held against an alert only those that matched or broke, and the silences that hold. */
export function onlyMatched(explanation: PresentedExplanation): PresentedExplanation {
  return { ...explanation, items: explanation.items.map(shortened) };
}

function shortened(trace: PresentedTrace): PresentedTrace {
  const { normalize, bind, classify, adjust, suppress, correlate, route } = trace;
  return {
    ...trace,
    normalize: { ...normalize, tries: matched(normalize.tries) },
    bind: { ...bind, tries: matched(bind.tries) },
    classify: { ...classify, tries: matched(classify.tries) },
    adjust: { ...adjust, tries: matched(adjust.tries) },
    shadowed: matched(trace.shadowed),
    suppress: suppress === null ? null : shortenedSuppression(suppress),
    correlate: correlate === null ? null : { ...correlate, tries: matched(correlate.tries) },
    route: route === null ? null : { ...route, tries: matched(route.tries) },
  };
}

function shortenedSuppression(suppress: NonNullable<PresentedTrace['suppress']>): PresentedTrace['suppress'] {
  return {
    ...suppress,
    maintenance: matched(suppress.maintenance),
    inhibitions: matched(suppress.inhibitions),
    silences: suppress.silences.filter(({ holds }) => holds),
  };
}

function matched<T extends RuleTry>(tries: readonly T[]): readonly T[] {
  return tries.filter(({ verdict, reason }) => verdict === 'matched' || reason === 'broken');
}

export function presentTrace(trace: DecisionTrace): PresentedTrace {
  const { deduplicate, suppress } = trace;
  return {
    ...trace,
    at: presentInstant(trace.at),
    deduplicate: { ...deduplicate, since: presentOptionalInstant(deduplicate.since) },
    suppress: suppress === null ? null : presentSuppression(suppress),
    timers: trace.timers.map(presentTimer),
  };
}

function presentSuppression(suppress: TracedSuppression): NonNullable<PresentedTrace['suppress']> {
  const { hold } = suppress;
  return {
    ...suppress,
    silences: suppress.silences.map((one) => ({ ...one, endsAt: presentInstant(one.endsAt) })),
    hold: hold === null ? null : { rule: hold.rule, reason: hold.reason, until: presentInstant(hold.until) },
  };
}

function presentTimer(timer: TracedTimer): PresentedTimer {
  return { ...timer, at: presentInstant(timer.at) };
}
