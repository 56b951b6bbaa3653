import { expect } from 'chai';
import type { RuleSet } from '../../../src/domain/rules/rule-set.js';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { openapi } from '../../support/openapi-document.js';
import { sampleRules } from '../../support/sample-rules.js';

const start = Date.parse('2026-11-02T09:00:00Z');
const day = 86_400_000;
const rotations: RuleSet['rotations'] = new Map([
  [
    'weekly',
    { id: 'weekly', offset: () => 0, start, shiftMs: 7 * day, people: ['ines', 'marco'], overrides: [] },
  ],
]);

function rules(): RuleSet {
  const sample = sampleRules({ rotations });
  const teams = [...sample.teams.values()].map((team) => ({
    ...team,
    oncall: team.id === 'desk' ? 'weekly' : null,
  }));
  return { ...sample, teams: new Map(teams.map((team) => [team.id, team])) };
}

describe('GET /api/v1/oncall', () => {
  let api: ApiServer;
  beforeEach(async () => {
    api = await startApiServer();
    api.script.rules = { ...api.script.rules, current: rules };
  });
  afterEach(() => api.close());

  it('says who is on call at an instant, and until when', async () => {
    const { status, body } = await api.call('GET', '/api/v1/oncall?at=2026-11-10T00:00:00Z');
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      revision: 'sample',
      at: '2026-11-10T00:00:00.000Z',
      items: [
        {
          ...{ team: 'desk', rotation: 'weekly', person: 'marco', overridden: false },
          ...{ since: '2026-11-09T09:00:00.000Z', until: '2026-11-16T09:00:00.000Z' },
        },
      ],
      next: null,
    });
    const { properties = {} } = openapi.components.schemas['OnCall'] ?? {};
    expect(Object.keys((body['items'] as object[])[0]!)).to.have.members(Object.keys(properties));
  });

  it('has nobody before the rotation begins, and nothing of a team without one', async () => {
    const early = await api.call('GET', '/api/v1/oncall?at=2026-11-01T00:00:00Z');
    expect((early.body['items'] as object[])[0]).to.include({ person: null, since: null, until: null });
    expect((await api.call('GET', '/api/v1/oncall?team=platform')).body['items']).to.deep.equal([]);
  });

  it('refuses an instant that is none', async () => {
    expect((await api.call('GET', '/api/v1/oncall?at=tomorrow')).status).to.equal(400);
  });
});
