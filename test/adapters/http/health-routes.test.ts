import { expect } from 'chai';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { expectProblem } from '../../support/expect-problem.js';

describe('the routes of health', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer();
  });
  afterEach(() => api.close());

  it('say that the process lives, whether it is ready or not', async () => {
    api.script.ready = 'The disk is full';
    const { status, body } = await api.call('GET', '/healthz');
    expect([status, body]).to.deep.equal([200, { status: 'alive' }]);
  });

  it('say that it is ready, or why not', async () => {
    const ready = await api.call('GET', '/readyz');
    expect([ready.status, ready.body]).to.deep.equal([200, { status: 'ready' }]);
    api.script.ready = 'The disk is full';
    const answer = await api.call('GET', '/readyz');
    expect(expectProblem(answer, 503).detail).to.equal('The disk is full');
    expect(answer.headers.get('retry-after')).to.equal('5');
  });

  it('give the metrics in the words of their library', async () => {
    const { status, headers, text } = await api.call('GET', '/metrics');
    expect(status).to.equal(200);
    expect(headers.get('content-type')).to.equal('text/plain; version=0.0.4');
    expect(text).to.equal('tocsin_up 1\n');
  });

  it('answer 500 where the metrics can not be gathered', async () => {
    api.script.metrics = () => Promise.reject(new Error('secret'));
    expectProblem(await api.call('GET', '/metrics'), 500);
  });
});
