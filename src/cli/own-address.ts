import { readSettings } from '../settings.js';

/** Where `tocsin serve` with the same settings listens; an address that stands for all is asked on loopback. */
export function ownAddress(): string {
  const { host, port } = readSettings();
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
