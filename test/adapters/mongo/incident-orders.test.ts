import { expect } from 'chai';
import { incidentFind } from '../../../src/adapters/mongo/incident-find.js';
import { mongoIndexes } from '../../../src/adapters/mongo/mongo-indexes.js';
import type { IncidentQuery, SortKey } from '../../../src/app/ports.js';
import { questionsOf, type Service, serviceOf } from '../../support/servers/index-shape.js';

const usual = [
  'priority,-openedAt',
  'state,priority,-openedAt',
  'openedAt',
  '-openedAt',
  'lastAlertAt',
  '-lastAlertAt',
  'id',
  '-id',
];

describe('the incidents in MongoDB', () => {
  const sortOf = (names: string): IncidentQuery['sort'] =>
    names
      .split(',')
      .map((name) => ({ key: name.replace('-', '') as SortKey, descending: name.startsWith('-') }));
  const serviceFor = (query: Partial<IncidentQuery>, names: string, isLater = false): Service => {
    const sort = sortOf(names);
    const key = isLater ? [...sort.map(() => 1), 1, 'INC-1'] : null;
    const { filter, sort: order } = incidentFind({ ...query, sort, limit: 50 }, key);
    const [question] = questionsOf({ find: 'incidents', filter, sort: order });
    return serviceOf(question!, mongoIndexes.incidents!).service;
  };

  for (const names of usual)
    it(`are read along an index, from the first page on, by ${names}`, () => {
      expect([serviceFor({}, names), serviceFor({}, names, true)]).to.deep.equal(['in order', 'in order']);
      expect(serviceFor({ q: 'disk' }, names), 'with a search').to.equal('in order');
    });

  it('that are open are read along an index in the usual order, and begin in one in any other', () => {
    const state = ['new', 'acknowledged', 'in-progress', 'on-hold'];
    expect(serviceFor({ state }, 'priority,-openedAt')).to.equal('in order');
    expect(serviceFor({ state }, '-priority')).to.equal('bounded');
  });

  it('of a tier, a team, a service, a category, an assignee or a time are found through an index', () => {
    for (const query of [
      ...[{ tier: ['L1'] }, { team: ['shop'] }, { service: ['a', 'b'] }, { category: ['a'] }],
      ...[{ assignee: ['ines'] }, { since: 5 }, { until: 5 }],
    ])
      expect(serviceFor(query, '-priority'), JSON.stringify(query)).to.equal('bounded');
  });

  it('in an order that nobody thought of are all read and sorted', () => {
    expect(serviceFor({}, '-priority')).to.equal('scan');
  });
});
