import { createServer } from 'node:http';

/** Entry of the bare server: parses every posted array and counts its items; GET answers the count. */
let alerts = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(String(alerts));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as readonly unknown[];
    alerts += body.length;
    response.end();
  });
});

server.listen(Number(process.argv[2]), '127.0.0.1');
