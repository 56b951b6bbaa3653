import type { Request, Response } from 'express';
import { streamBegun } from './observe-requests.js';
import type { Answer } from './route.js';

/** Answers with server-sent events that go on until one side ends them. To HEAD only what a GET would begin with. */
export function sendStream(req: Request, res: Response, answer: Extract<Answer, { kind: 'stream' }>): void {
  res.statusCode = 200;
  res.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  // For nginx, which would collect an answer before it hands it on.
  res.setHeader('X-Accel-Buffering', 'no');
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  res.flushHeaders();
  res.emit(streamBegun);
  const over = answer.begin({
    write: (bytes) => {
      // After a cut there is nobody to write to, and nothing to tell.
      if (!res.destroyed && !res.writableEnded) res.write(bytes);
    },
    waiting: () => res.writableLength,
    end: () => void res.end(),
    cut: () => void res.destroy(),
  });
  if (res.destroyed) over();
  else res.once('close', over);
}
