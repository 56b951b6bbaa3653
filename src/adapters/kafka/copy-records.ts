import type { LogRecord } from '../../domain/alert/entry.js';
import { RECORDS_BYTES, type ShardProducer } from './shard-producer.js';

interface Copy {
  readonly value: string;
  readonly at: number;
}

/** Several records share a request, which must fit max.message.bytes as a whole; one that is larger has its own. */
export async function copyRecords(
  producer: ShardProducer,
  records: readonly LogRecord[],
  deadline: () => number,
): Promise<readonly number[]> {
  const positions: number[] = [];
  for (const together of inRequests(records)) {
    const first = await producer.copy(together, deadline());
    for (const index of together.keys()) positions.push(first + index);
  }
  return positions;
}

function* inRequests(records: readonly LogRecord[]): Generator<readonly Copy[]> {
  let together: Copy[] = [];
  let size = 0;
  for (const { at, entries } of records) {
    const value = JSON.stringify(entries);
    const bytes = Buffer.byteLength(value);
    if (together.length > 0 && size + bytes > RECORDS_BYTES) {
      yield together;
      together = [];
      size = 0;
    }
    together.push({ value, at });
    size += bytes;
  }
  if (together.length > 0) yield together;
}
