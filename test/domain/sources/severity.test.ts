import { expect } from 'chai';
import { severities } from '../../../src/domain/alert/alert.js';
import { severityOf } from '../../../src/domain/sources/severity.js';

describe('severityOf', () => {
  it('keeps the words of its own scale', () => {
    for (const severity of severities) expect(severityOf(severity)).to.equal(severity);
  });

  it('maps what other systems say', () => {
    expect(['page', 'emergency', 'fatal', 'P1', 'disaster', 'sev-1'].map(severityOf)).to.have.all.members(
      Array.from({ length: 6 }, () => 'critical'),
    );
    expect(['high', 'major', 'err', 'p2'].map(severityOf)).to.deep.equal([
      'error',
      'error',
      'error',
      'error',
    ]);
    expect(['warn', 'Medium', 'average'].map(severityOf)).to.deep.equal(['warning', 'warning', 'warning']);
    expect(['notice', 'low', 'p5'].map(severityOf)).to.deep.equal(['info', 'info', 'info']);
  });

  it('does not care about case and spaces around', () => {
    expect(severityOf(' CRITICAL ')).to.equal('critical');
  });

  it('calls what is missing or unknown a warning', () => {
    for (const word of [undefined, '', 'purple', '__proto__', 'constructor'])
      expect(severityOf(word)).to.equal('warning');
  });
});
