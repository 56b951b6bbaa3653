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
