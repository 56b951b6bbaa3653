import { parentPort } from 'node:worker_threads';
import { parseFile } from './parse-file.js';
import type { ParseReply, ParseRequest } from './parse-thread.js';
import { createCheckDocument } from './schema-checker.js';

const port = parentPort;
if (port === null) throw new Error('This file is a worker script: it is started by its client.');
const options = { checkDocument: createCheckDocument() };

port.on('message', ({ id, file, text }: ParseRequest) => {
  const reply = answer(id, file, text);
  const records = 'parsed' in reply ? reply.parsed.documents.map((one) => one.positions.records.buffer) : [];
  port.postMessage(reply, records as ArrayBuffer[]);
});

function answer(id: number, file: string, text: string): ParseReply {
  try {
    return { id, parsed: parseFile(file, text, options) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
