import { expect } from 'chai';
import { onCallAt } from '../../../src/domain/rules/rotation.js';
import { edited, loadOverMinimal } from '../../support/fixture-bundle.js';

const head = 'apiVersion: tocsin/v1\nkind: OnCall\nrotations:\n';
const weekly =
  '  - { id: weekly, timezone: Europe/Lisbon, from: 2026-11-02T09:00, shift: 7d, people: [ines, marco] }\n';
const teams = (more: string): string => edited('teams.yaml', 'fallback: desk', `fallback: desk, ${more}`);
const told = (files: Readonly<Record<string, string>>): readonly string[] =>
  loadOverMinimal(files).issues.map(
    ({ level, code, place }) => `${level} ${code} ${place.file}:${place.line}:${place.column}`,
  );

describe('compile of rotations and calendars of teams', () => {
  it('gives a team its rotation, its calendar and who stands in for it', () => {
    const { ruleSet, issues } = loadOverMinimal({
      'oncall.yaml': head + weekly,
      'teams.yaml': teams('calendar: office-hours, oncall: weekly'),
    });
    expect(issues).to.deep.equal([]);
    expect(ruleSet?.teams.get('platform')).to.include({ calendar: 'office-hours', oncall: 'weekly' });
    const rotation = ruleSet!.rotations.get('weekly')!;
    expect(onCallAt(rotation, Date.parse('2026-11-10T12:00:00Z'))?.person).to.equal('marco');
  });

  it('points at what a rotation has wrong', () => {
    const overrides =
      'overrides: [{ from: 2026-12-02T09:00, to: 2026-12-01T09:00, person: a }, { from: 2026-12-05T09:00, to: 2026-12-07T09:00, person: b }, { from: 2026-12-06T09:00, to: 2026-12-08T09:00, person: c }]';
    const broken = `  - { id: weekly, timezone: Lisbon, from: 2026-11-02T09:00Z, shift: 5m, people: [ines], ${overrides} }\n`;
    expect(told({ 'oncall.yaml': head + broken + weekly }).map((text) => text.split(':')[0])).to.deep.equal([
      'error duplicate-id oncall.yaml',
      'error unknown-reference oncall.yaml',
      'error bad-duration oncall.yaml',
      'error bad-value oncall.yaml',
      'error bad-value oncall.yaml',
      'error conflict oncall.yaml',
    ]);
  });

  it('takes the ids of rotations and schedules that there are', () => {
    expect(told({ 'teams.yaml': teams('calendar: office, oncall: weekly') })).to.deep.equal([
      'error unknown-reference teams.yaml:5:64',
      'error unknown-reference teams.yaml:5:80',
    ]);
  });

  it('warns of a team for which nobody is there at some hour, fallbacks included', () => {
    const alone = edited('teams.yaml', 'tiers: [L1]', 'tiers: [L1], calendar: office-hours');
    expect(told({ 'teams.yaml': alone })).to.deep.equal(['warning team-without-cover teams.yaml:4:40']);
    const both = alone.replace('fallback: desk', 'fallback: desk, calendar: office-hours');
    expect(told({ 'teams.yaml': both })).to.have.length(2);
  });
});
