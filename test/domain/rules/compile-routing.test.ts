import { expect } from 'chai';
import { edited, loadOverMinimal } from '../../support/fixture-bundle.js';

const withRoute = (keys: string) =>
  loadOverMinimal({
    'routing.yaml': edited('routing.yaml', '      tier: L2\n', `      tier: L2\n${keys}`),
  });

describe('a route that is active during a schedule', () => {
  it('is followed by what stands in for it, which has what it does not say from the route', () => {
    const { ruleSet } = withRoute(
      '      activeDuring: office-hours\n      otherwise: { tier: L1, alsoNotify: [platform] }\n',
    );
    const [route, standIn, ...more] = ruleSet!.routing.routes;
    expect(more).to.deep.equal([]);
    expect(route?.activeDuring?.id).to.equal('office-hours');
    expect(route?.routes.map(({ ref }) => ref.id)).to.deep.equal(['major-disk']);
    expect(standIn).to.deep.include({
      ...{ ref: { id: 'major/otherwise', file: 'routing.yaml', line: 13 }, activeDuring: null },
      ...{ match: route?.match, tier: 'L1', team: route?.team, policy: 'standard' },
      ...{ alsoNotify: ['platform'], routes: [] },
    });
  });

  it('takes the names of schedules that there are, and `otherwise` only beside one', () => {
    const { issues } = withRoute('      activeDuring: office-hour\n      otherwise: { policy: standrd }\n');
    expect(issues.map(({ place, message, hint }) => [place.line, message, hint])).to.deep.equal([
      [12, 'There is no schedule "office-hour".', 'Did you mean "office-hours"?'],
      [13, 'There is no policy "standrd".', 'Did you mean "standard"?'],
    ]);
    const alone = withRoute('      otherwise: { policy: standard }\n').issues;
    expect(alone.map(({ code, place }) => [code, place.line, place.column])).to.deep.equal([
      ['missing-key', 12, 7],
    ]);
  });
});

describe('a route with a policy that is too slow for its priority', () => {
  const told = (route: string): readonly string[] =>
    loadOverMinimal({
      'escalation.yaml': edited('escalation.yaml', 'after: 5m', 'after: 10m'),
      'routing.yaml': edited(
        'routing.yaml',
        '  routes:\n    - id: major\n',
        `  routes:\n    - ${route}\n    - id: major\n`,
      ),
    })
      .issues.filter(({ place }) => place.line === 9)
      .map(({ level, code, message }) => `${level} ${code}: ${message}`);

  it('is warned of where nobody else is told before the target to acknowledge has passed', () => {
    expect(told('{ id: fast, match: { priority: [P1, P2] }, policy: standard }')).to.deep.equal([
      'warning escalation-slower-than-sla: By the policy "standard" the target to acknowledge P1 (5m) has passed before anybody else is told.',
    ]);
  });

  it('is not where the priorities are others, are left open, or go to a route below', () => {
    expect(told('{ id: fast, match: { priority: P2 }, policy: standard }')).to.deep.equal([]);
    expect(told('{ id: fast, match: { category: unknown }, policy: standard }')).to.deep.equal([]);
    const below = 'routes: [{ id: own, match: { priority: P1 }, policy: standard }]';
    const issues = told(`{ id: fast, match: { priority: [P1, P2] }, policy: standard, ${below} }`);
    expect(issues).to.have.length(1);
  });
});
