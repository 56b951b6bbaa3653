import { serialize } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { parseFile } from './parse-file.js';
import type { ParseReply, ParseRequest } from './parse-thread.js';
import { createCheckDocument } from './schema-checker.js';

const port = parentPort;
if (port === null) throw new Error('This file is a worker script: it is started by its client.');
const options = { checkDocument: createCheckDocument() };

port.on('message', ({ id, file, text }: ParseRequest) => {
  const reply = answer(id, file, text);
  port.postMessage(reply, 'parsed' in reply ? [reply.parsed.buffer as ArrayBuffer] : []);
});

function answer(id: number, file: string, text: string): ParseReply {
  try {
    // What the serializer gives may be part of a larger buffer, which would be moved with it.
    return { id, parsed: new Uint8Array(serialize(parseFile(file, text, options))) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
