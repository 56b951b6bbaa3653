import { destination, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Emit } from '../../app/telemetry-events.js';
import { logFieldsOf, logLineOf, type LogLevel } from './log-events.js';
import { createRedactor, type Redactor } from './redactor.js';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Of the pretty format. */
  readonly color: boolean;
  /** Where finished lines go; standard error unless given, as standard output belongs to results. */
  readonly write?: (text: string) => void;
}

export interface Logger {
  readonly log: Emit;
  /** No line shall hold this text from now on. */
  readonly conceal: (secret: string) => void;
}

/** JSON lines with level, time (RFC 3339), event, the event's fields and msg; or the same for a person at a terminal. */
export function createLogger(options: LoggerOptions): Logger {
  const redactor = createRedactor();
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const filtered = pino(settings, { write: lineWriter(options, redactor) });
  const unfiltered = filtered.child({}, { level: 'trace' });
  return {
    conceal: (secret) => {
      redactor.conceal(secret);
    },
    log(event) {
      const { level: given, message, always } = logLineOf(event);
      const level = typeof given === 'string' ? given : given(event);
      const logger = always === true ? unfiltered : filtered;
      if (logger.isLevelEnabled(level)) logger[level](logFieldsOf(event), message(event));
    },
  };
}

function lineWriter(options: LoggerOptions, redactor: Redactor): (json: string) => void {
  const write = options.write ?? writeToStandardError();
  if (options.format === 'json') {
    return (json) => {
      write(redactor.redact(json));
    };
  }
  const pretty = prettyFactory({
    colorize: options.color,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'event',
    singleLine: true,
  });
  return (json) => {
    write(pretty(redactor.redact(json)));
  };
}

/** At once, so that the last words before an end are not lost. */
function writeToStandardError(): (text: string) => void {
  const stream = destination({ fd: 2, sync: true });
  // Whoever read the log is gone: that must not end the service, and there is nobody to tell.
  stream.on('error', () => undefined);
  return (text) => {
    stream.write(text);
  };
}
