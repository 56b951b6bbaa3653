import { expect } from 'chai';
import { edited, loadOverMinimal } from '../../support/fixture-bundle.js';

const withCalendar = (id: string) =>
  loadOverMinimal({
    'escalation.yaml': edited(
      'escalation.yaml',
      'acknowledge: 8h, resolve: 5d',
      `acknowledge: 8h, resolve: 5d, calendar: ${id}`,
    ),
  });

describe('the calendar of an SLA row', () => {
  it('is a schedule of the bundle, and always is none', () => {
    expect(withCalendar('office-hours').ruleSet?.sla.get('P4')).to.include({ calendar: 'office-hours' });
    expect(withCalendar('office-hours').ruleSet?.calendars.has('office-hours')).to.equal(true);
    expect(withCalendar('always').ruleSet?.sla.get('P4')).to.not.have.property('calendar');
  });

  it('that there is none of is an error with the nearest name', () => {
    const [issue, ...more] = withCalendar('ofice-hours').issues;
    expect(more).to.deep.equal([]);
    expect(issue).to.include({ code: 'unknown-reference', hint: 'Did you mean "office-hours"?' });
    expect(issue?.place.line).to.equal(10);
  });
});
