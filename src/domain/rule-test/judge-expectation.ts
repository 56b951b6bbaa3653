import type { JsonObject } from '../alert/alert.js';
import { isOpen } from '../incident/lifecycle.js';
import type { RuleSet } from '../rules/rule-set.js';
import { differences, textOf } from './differences.js';
import type { Filter } from './raw-rule-test.js';
import type { ExpectAction, Failure, Placed, Subject, SubjectExpectation } from './scenario.js';
import { showAlert, showIncident, showNotification } from './show-documents.js';
import type { VirtualWorld } from './virtual-world.js';

const singular: Readonly<Record<Subject, string>> = {
  alerts: 'alert',
  incidents: 'incident',
  notified: 'notification',
};
/** So many documents are listed where there are others than expected. */
const mostListed = 8;

/** What an expectation found, for the strict look at the end. */
export interface Judgement {
  readonly failures: readonly Failure[];
  /** Ids of incidents that it named or counted, indexes of notifications that it named. */
  readonly incidents: ReadonlySet<string>;
  readonly notifications: ReadonlySet<number>;
}

export function judgeExpectation(expected: ExpectAction, world: VirtualWorld, rules: RuleSet): Judgement {
  const failures: Failure[] = [];
  const incidents = new Set<string>();
  const notifications = new Set<number>();
  for (const part of expected.of) {
    const shown = documentsOf(part.subject, world, rules);
    failures.push(...judgePart(part, shown).map((one) => ({ ...one, when: expected.when, at: expected.at })));
    const named = shown.filter((one) =>
      part.has.some(({ wanted }) => differences(wanted, one.shown).length === 0),
    );
    if (part.subject === 'notified') for (const { index } of named) notifications.add(index);
    if (part.subject !== 'incidents') continue;
    const counted = part.count === null ? named : [...named, ...shown.filter(({ counts }) => counts)];
    for (const { shown: one } of counted) incidents.add(textOf(one['id']));
  }
  return { failures, incidents, notifications };
}

interface Shown {
  readonly index: number;
  readonly shown: JsonObject;
  /** Whether `count` counts it: of incidents those that are open. */
  readonly counts: boolean;
}

function documentsOf(subject: Subject, world: VirtualWorld, rules: RuleSet): readonly Shown[] {
  switch (subject) {
    case 'alerts':
      return [...world.alerts.values()].map((alert, index) => ({
        index,
        shown: showAlert(alert),
        counts: true,
      }));
    case 'notified':
      return world.notifications.map((one, index) => ({ index, shown: showNotification(one), counts: true }));
    case 'incidents': {
      const all = [...world.incidents.values()];
      const absorbedBy = (id: string): number => all.filter(({ mergedInto }) => mergedInto === id).length;
      return all.map((incident, index) => ({
        index,
        shown: showIncident(incident, { rules, absorbed: absorbedBy(incident.id) }),
        counts: isOpen(incident),
      }));
    }
  }
}

type PartFailure = Pick<Failure, 'place' | 'message' | 'lines'>;

function judgePart(part: SubjectExpectation, shown: readonly Shown[]): readonly PartFailure[] {
  const word = singular[part.subject];
  const counted = shown.filter(({ counts }) => counts);
  return [
    ...(part.count === null || part.count.wanted === counted.length
      ? []
      : [
          {
            place: part.count.place,
            message: `${part.subject === 'incidents' ? 'open incidents' : `${word}s`}: expected ${part.count.wanted}, actual ${counted.length}`,
            lines: listed(part.subject, counted),
          },
        ]),
    ...part.has.flatMap((one) => missing(one, shown, part.subject)),
    ...part.none.flatMap((one) => present(one, shown, part.subject)),
  ];
}

function missing(
  { wanted, place }: Placed<Filter>,
  shown: readonly Shown[],
  subject: Subject,
): readonly PartFailure[] {
  const word = singular[subject];
  const found = shown
    .map((one) => ({ one, differs: differences(wanted, one.shown) }))
    .toSorted((a, b) => a.differs.length - b.differs.length);
  const [nearest] = found;
  if (nearest === undefined) return [{ place, message: `there is no ${word} at all`, lines: [] }];
  if (nearest.differs.length === 0) return [];
  return [
    {
      place,
      message: `no ${word} is like this; the nearest is ${nameOf(subject, nearest.one.shown)}`,
      lines: nearest.differs.map(
        ({ path, expected, actual }) => `${path}: expected ${expected}, actual ${actual}`,
      ),
    },
  ];
}

function present(
  { wanted, place }: Placed<Filter>,
  shown: readonly Shown[],
  subject: Subject,
): readonly PartFailure[] {
  const unwanted = shown.filter((one) => differences(wanted, one.shown).length === 0);
  if (unwanted.length === 0) return [];
  const message = `no ${singular[subject]} may be like this`;
  return [{ place, message, lines: listed(subject, unwanted) }];
}

/** A document in a line. */
export function nameOf(subject: Subject, shown: JsonObject): string {
  const text = (key: string): string => textOf(shown[key]);
  switch (subject) {
    case 'alerts':
      return `"${text('title')}" (${text('severity')}, ${text('category')}, ${text('disposition')})`;
    case 'incidents':
      return `${text('id')} "${text('title')}" (${text('state')}, ${text('priority')}, ${text('tier')} ${text('team')}, by ${text('rule')})`;
    case 'notified': {
      const { team } = shown['to'] as { readonly team: string };
      return `${text('kind')} of step ${text('step')} of ${text('policy')} to ${team} by ${text('channel')} about ${text('incident')}`;
    }
  }
}

function listed(subject: Subject, shown: readonly Shown[]): readonly string[] {
  const names = shown.slice(0, mostListed).map((one) => nameOf(subject, one.shown));
  return shown.length > mostListed ? [...names, `and ${shown.length - mostListed} more`] : names;
}
