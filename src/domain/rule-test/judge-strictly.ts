import type { Failure, Scenario } from './scenario.js';
import { nameOf } from './judge-expectation.js';
import { showIncident, showNotification } from './show-documents.js';
import type { VirtualWorld } from './virtual-world.js';

/** Channels that wake somebody up, and what is sent on them to make somebody act. */
const pages: { readonly channels: readonly string[]; readonly kinds: readonly string[] } = {
  channels: ['page', 'call'],
  kinds: ['escalation', 'repeat'],
};

/**
 * What nobody expected: an incident that no expectation named or counted, and where the test says who is notified, a page that
 * it does not name. An incident that went on in another one is that one's.
 */
export function judgeStrictly(
  scenario: Scenario,
  world: VirtualWorld,
  expected: { readonly incidents: ReadonlySet<string>; readonly notifications: ReadonlySet<number> },
): readonly Failure[] {
  const at = scenario.actions.findLast(({ kind }) => kind === 'expect')?.at ?? scenario.start;
  const failed = (message: string): Failure => ({
    place: scenario.place,
    when: null,
    at,
    message,
    lines: [],
  });
  const incidents = [...world.incidents.values()]
    .filter(({ id, mergedInto }) => mergedInto === null && !expected.incidents.has(id))
    .map((incident) => showIncident(incident, { rules: scenario.rules, absorbed: 0 }))
    .map((shown) => failed(`nobody expected the incident ${nameOf('incidents', shown)}`));
  const speaksOfPages = scenario.actions.some(
    (action) => action.kind === 'expect' && action.of.some(({ subject }) => subject === 'notified'),
  );
  if (!speaksOfPages) return incidents;
  const unexpected = world.notifications.filter(
    ({ channel, kind }, index) =>
      pages.channels.includes(channel) && pages.kinds.includes(kind) && !expected.notifications.has(index),
  );
  return [
    ...incidents,
    ...unexpected.map((one) =>
      failed(`nobody expected the page ${nameOf('notified', showNotification(one))}`),
    ),
  ];
}
