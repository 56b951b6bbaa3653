import { expect } from 'chai';
import { type AlertsServer, startAlertsServer } from './alerts-server.js';
import { fireMalformed } from './fire-malformed.js';
import { malformedKinds, malformedRequest } from './malformed-requests.js';
import { seededRandom } from './seeded-random.js';

describe('malformed requests', () => {
  let server: AlertsServer;

  before(async () => {
    server = await startAlertsServer({ limits: { bodyTimeoutMs: 1000 } });
  });
  after(() => server.close());

  it('are wrong in more than forty ways, the same for the same seed', () => {
    expect(new Set(malformedKinds).size).to.be.above(40);
    const make = (): string => {
      const random = seededRandom(7);
      return JSON.stringify(malformedKinds.map((_, index) => malformedRequest(index, random)));
    };
    expect(make()).to.equal(make());
  });

  it('are all answered with a 4xx or by closing, and harm no good alert between them', async () => {
    let sent = 0;
    const run = await fireMalformed({
      port: server.port,
      seed: 20_261_122,
      count: malformedKinds.length * 8,
      parallel: 8,
      every: 10,
      between: async () => {
        const response = await server.postJson('/api/v1/alerts', {
          labels: { alertname: 'Good', n: String(sent++) },
        });
        expect(response.status).to.equal(202);
      },
    });
    expect(run.failures).to.deep.equal([]);
    const good = server.log.alerts().filter((alert) => alert.title === 'Good');
    expect(good.map((alert) => alert.labels['n'])).to.have.members(
      Array.from({ length: sent }, (_, i) => String(i)),
    );
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    expect(server.events.filter((event) => event.kind === 'request-failed')).to.deep.equal([]);
  });
});
