import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createLogger, type LoggerOptions } from '../../../src/adapters/telemetry/logger.js';
import type { TelemetryEvent } from '../../../src/app/telemetry-events.js';
import { sampleEvents } from '../../support/sample-events.js';

type Line = Record<string, unknown> & { level: string; msg: string };

function record(options: Partial<LoggerOptions> = {}) {
  const written: string[] = [];
  const write = (text: string): void => {
    written.push(text);
  };
  const logger = createLogger({ level: 'trace', format: 'json', color: false, write, ...options });
  return { ...logger, written, lines: () => written.map((text) => JSON.parse(text) as Line) };
}

const everyEvent = Object.values(sampleEvents).flat() as TelemetryEvent[];

describe('logger', () => {
  it('writes each event as one line of JSON with level, time, event and message', () => {
    const { log, written, lines } = record();
    everyEvent.forEach(log);
    expect(written).to.have.length(everyEvent.length);
    expect(written.every((text) => text.endsWith('}\n') && text.indexOf('\n') === text.length - 1)).to.equal(
      true,
    );
    for (const [index, line] of lines().entries()) {
      expect(line['event']).to.equal(everyEvent[index]!.kind);
      expect(line['time']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(line.msg).to.be.a('string').that.is.not.empty;
      expect(line.msg).not.to.contain('undefined').and.not.to.contain('[object');
      expect(line).not.to.have.any.keys('pid', 'hostname', 'kind');
    }
  });

  it('gives the facts of an event beside the message', () => {
    const { log, lines } = record();
    log(sampleEvents['notification-attempted'][1]!);
    expect(lines()[0]).to.deep.include({
      level: 'warn',
      event: 'notification-attempted',
      notification: 'n-1',
      notifier: 'desk-chat',
      attempt: 2,
      outcome: 'retry',
      durationMs: 12.3,
      error: 'The receiver answered 503.',
    });
  });

  it('tells an expected failure by code and causes, a defect with its stack', () => {
    const { log, lines } = record();
    log(sampleEvents['log-failed'][0]!);
    log(sampleEvents['request-failed'][0]!);
    const [expected, defect] = lines() as unknown as { error: Record<string, unknown> }[];
    expect(expected!.error).to.deep.equal({
      type: 'TocsinError',
      message: 'The disk is full.',
      code: 'log-unavailable',
      cause: { type: 'Error', message: 'ENOSPC' },
    });
    expect(defect!.error).to.include({ type: 'TypeError', message: 'x' });
    expect(defect!.error['stack']).to.be.a('string');
  });

  it('survives errors that are none, and causes in a circle', () => {
    const { log, lines } = record();
    const circle = new Error('round');
    circle.cause = circle;
    for (const error of [circle, 'text', null, undefined, 7]) {
      log({ kind: 'background-failed', task: 'test', error });
    }
    expect(lines()).to.have.length(5);
  });

  it('writes nothing below the level', () => {
    const { log, lines } = record({ level: 'warn' });
    everyEvent.forEach(log);
    const levels = new Set(
      lines()
        .filter((line) => line['event'] !== 'notification-logged')
        .map(({ level }) => level),
    );
    expect([...levels]).to.have.members(['warn', 'error']);
  });

  it('writes what a notifier of type log sends whatever the level', () => {
    const { log, lines } = record({ level: 'fatal' });
    everyEvent.forEach(log);
    expect(lines()).to.have.length(1);
    expect(lines()[0]).to.include({
      event: 'notification-logged',
      msg: 'P1 INC-42 for payments: Payments fail for one customer in five',
    });
  });

  it('keeps secrets and credentials of addresses out of every line', () => {
    const secret = 'pass"word\\with\nodd ends';
    for (const format of ['json', 'pretty'] as const) {
      const { log, conceal, written } = record({ format });
      conceal(secret);
      conceal('');
      conceal('abc');
      const error = new Error(`cannot reach mongodb://tocsin:hunter2@db.example/x with ${secret}, abc`);
      log({ kind: 'background-failed', task: `a ${secret}`, error });
      const text = written.join('');
      expect(text).not.to.contain('hunter2').and.not.to.contain('odd ends');
      expect(text).to.contain('mongodb://[redacted]@db.example/x with [redacted], abc');
    }
  });

  it('writes for people when asked to, in one line, coloured only when asked to', () => {
    const plain = record({ format: 'pretty' });
    plain.log(sampleEvents['rules-loaded'][0]!);
    expect(plain.written.join('')).to.match(/INFO.*: Rules 0123456789ab are in force: 12 rules\..*\n$/);
    expect(plain.written.join('').trim()).not.to.contain('\n').and.not.to.contain('\u001b');
    const coloured = record({ format: 'pretty', color: true });
    coloured.log(sampleEvents['rules-loaded'][0]!);
    expect(coloured.written.join('')).to.contain('\u001b[');
  });

  it('is described in docs/logging.md, event by event', () => {
    const rows = new Map(
      [...readFileSync('docs/logging.md', 'utf8').matchAll(/^\| `([a-z-]+)` *\| ([^|]+) \|/gm)].map(
        ([, event, levels]) => [event, levels!.trim().split(', ')],
      ),
    );
    expect([...rows.keys()]).to.have.members(Object.keys(sampleEvents));
    const { log, lines } = record();
    everyEvent.forEach(log);
    for (const event of Object.keys(sampleEvents)) {
      const seen = new Set(
        lines()
          .filter((line) => line['event'] === event)
          .map(({ level }) => level),
      );
      expect(rows.get(event), event).to.have.members([...seen]);
    }
  });
});
