import { expect } from 'chai';
import { createResponseReader, type HttpAnswer } from './response-reader.js';

const ok = 'HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n';
const refusal = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 9\r\n\r\ndisk full';

describe('the response reader of the ingest benchmark', () => {
  it('reads answers one after the other, however they are cut', () => {
    for (let cut = 1; cut < refusal.length; cut += 1) {
      const { read, answers } = collect();
      read(Buffer.from(ok));
      read(Buffer.from(refusal.slice(0, cut)));
      read(Buffer.from(refusal.slice(cut)));
      expect(answers).to.deep.equal([
        { status: 200, body: '' },
        { status: 503, body: 'disk full' },
      ]);
    }
  });

  it('does not keep memory that the socket writes over', () => {
    const { read, answers } = collect();
    const chunk = Buffer.from(refusal.slice(0, 40));
    read(chunk);
    chunk.fill(0);
    read(Buffer.from(refusal.slice(40)));
    expect(answers).to.deep.equal([{ status: 503, body: 'disk full' }]);
  });

  it('guesses nothing: a body without a length or a second answer is an error', () => {
    expect(() => {
      collect().read(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    }).to.throw('no Content-Length');
    expect(() => {
      collect().read(Buffer.from(ok + ok));
    }).to.throw('more than one answer');
  });
});

function collect(): { read: (chunk: Buffer) => void; answers: HttpAnswer[] } {
  const answers: HttpAnswer[] = [];
  return { read: createResponseReader((answer) => answers.push(answer)), answers };
}
