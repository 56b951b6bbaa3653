import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProgramUnavailable } from './debian-package.js';

const run = promisify(execFile);

/** Paths of PEM files. */
export interface Certificates {
  /** The server's certificate, for those who are to trust it. Valid for 127.0.0.1 and localhost. */
  readonly server: string;
  /** The server's key and certificate in one file. */
  readonly serverPair: string;
  /** A client's certificate, `CN=tocsin`, and its key. */
  readonly client: string;
  readonly clientKey: string;
  /** What a server that asks for client certificates trusts. */
  readonly trusted: string;
}

/** Makes a self-signed certificate for a server and one for a client, by openssl, into a folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const [server, serverKey] = await makeCertificate(folder, 'server');
  const [client, clientKey] = await makeCertificate(folder, 'tocsin');
  const serverPair = join(folder, 'server-pair.pem');
  await writeFile(serverPair, `${await readFile(serverKey, 'utf8')}${await readFile(server, 'utf8')}`);
  return { server, serverPair, client, clientKey, trusted: client };
}

async function makeCertificate(
  folder: string,
  name: string,
): Promise<readonly [certificate: string, key: string]> {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  try {
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', key, '-out', certificate],
    ]);
  } catch (cause) {
    throw new ProgramUnavailable('openssl is not on PATH or failed (Debian: apt-get install openssl)', {
      cause,
    });
  }
  return [certificate, key];
}
