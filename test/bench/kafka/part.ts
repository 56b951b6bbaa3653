import type { Kafka } from '../../support/servers/kafka.js';
import type { Mongo } from '../../support/servers/mongo.js';
import type { PartResult } from '../ingest/goal.js';
import type { KafkaBenchOptions } from './options.js';

export interface BenchServers {
  readonly kafka: Kafka;
  readonly mongo: Mongo;
}

/** What the parts share. */
export interface PartContext {
  readonly options: KafkaBenchOptions;
  readonly servers: BenchServers;
  readonly show: (line: string) => void;
}

export type RunPart = (context: PartContext) => Promise<PartResult>;

export function perSecond(count: number, ms: number): number {
  return (count / ms) * 1_000;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
