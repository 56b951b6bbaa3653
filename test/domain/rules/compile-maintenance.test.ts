import { expect } from 'chai';
import type { Issue } from '../../../src/domain/rules/bundle.js';
import type { MaintenanceWindow } from '../../../src/domain/rules/rule-set.js';
import { plainText } from '../../../src/domain/rules/hash-shape.js';
import { loadOverMinimal } from '../../support/fixture-bundle.js';

const services = `apiVersion: tocsin/v1
kind: Services
services:
  - { id: ledger, tier: 1, team: platform, bind: [{ labels.service: ledger }] }
  - { id: payments, tier: 1, team: platform, bind: [{ labels.service: payments }], dependsOn: [{ service: ledger, edge: hard }] }
  - { id: reports, tier: 3, team: platform, bind: [{ labels.service: reports }], dependsOn: [{ service: ledger, edge: soft }] }
  - { id: checkout, tier: 1, team: platform, bind: [{ labels.service: checkout }], dependsOn: [{ service: payments, edge: hard }, { service: checkout-db, edge: hard }] }
  - { id: checkout-db, tier: 1, team: platform, bind: [{ labels.service: checkout-db }], dependsOn: [{ service: checkout, edge: hard }] }
`;

function compile(keys: string): {
  readonly window: MaintenanceWindow | undefined;
  readonly issues: readonly Issue[];
} {
  const { ruleSet, issues } = loadOverMinimal({
    'more-services.yaml': services,
    'maintenance.yaml': `apiVersion: tocsin/v1\nkind: Maintenance\nwindows:\n  - { id: upgrade, title: Upgrade, ${keys} }\n`,
  });
  return { window: ruleSet?.maintenance[0], issues: issues.filter(({ level }) => level === 'error') };
}

const once = 'from: 2026-12-06T01:00, to: 2026-12-06T04:00';

/** The services that a window is about, in order. */
const about = (includeDependants: string): readonly string[] => {
  const { window } = compile(
    `match: { service: ledger, env: prod }, ${once}, includeDependants: ${includeDependants}`,
  );
  const text = plainText(window?.match);
  expect(text).to.include('"env"');
  return [
    ...new Set(
      ['ledger', 'payments', 'reports', 'checkout', 'checkout-db'].filter((id) => text.includes(`"${id}"`)),
    ),
  ];
};

describe('compile of a window of maintenance', () => {
  it('takes in the services that stand on those it names, so far and no further', () => {
    expect(about('{}')).to.deep.equal(['ledger', 'payments']);
    expect(about('{ edge: any }')).to.deep.equal(['ledger', 'payments', 'reports']);
    expect(about('{ edge: hard, maxDepth: 2 }')).to.deep.equal(['ledger', 'payments', 'checkout']);
    // Two that stand on each other end it.
    expect(about('{ edge: hard, maxDepth: 5 }')).to.deep.equal([
      'ledger',
      'payments',
      'checkout',
      'checkout-db',
    ]);
  });

  it('reads rules on the clocks of the zone, also from a day on and until one', () => {
    const { window, issues } = compile(
      'match: { service: ledger }, timezone: Europe/Lisbon, from: 2026-06-01T02:00, expires: 2026-06-15, ' +
        'repeat: { rrule: FREQ=WEEKLY;INTERVAL=2, duration: 90m }',
    );
    expect(issues).to.deep.equal([]);
    const turns: string[] = [];
    for (let at = window!.times.nextTurn(0); at !== null; at = window!.times.nextTurn(at)) {
      const turn = new Date(at).toISOString().slice(0, 16);
      if (turns.length < 8 && turns.at(-1) !== turn) turns.push(turn);
    }
    expect(turns).to.deep.equal([
      '2026-06-01T01:00',
      '2026-06-01T02:30',
      '2026-06-15T01:00',
      '2026-06-15T02:30',
    ]);
  });

  it('lets a window that only lowers or marks go on for ever', () => {
    const { issues } = compile(
      'match: { service: ledger }, effect: tag, repeat: { rrule: FREQ=DAILY;BYHOUR=2, duration: 1h }',
    );
    expect(issues).to.deep.equal([]);
  });
});
