import { InvalidArgumentError } from 'commander';
import { serve } from '../serve.js';
import { examples, type CliCommand } from './cli-command.js';

export const serveCommand: CliCommand = (program, { version, done }) => {
  program
    .command('serve')
    .description(
      'Take alerts, triage them and serve the API until SIGTERM. Settings come from TOCSIN_* variables.',
    )
    .option('--port <port>', 'port to listen on; 0 picks a free one (TOCSIN_PORT, 8080)', portOption)
    .option('--host <address>', 'address to listen on (TOCSIN_HOST, 127.0.0.1)')
    .addHelpText(
      'after',
      examples('tocsin serve', 'TOCSIN_RULES_DIR=/etc/tocsin/rules tocsin serve --port 9093'),
    )
    .action(async (options: { port?: number; host?: string }) => {
      done(await serve({ ...options, version }));
    });
};

function portOption(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}
