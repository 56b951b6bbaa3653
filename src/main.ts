#!/usr/bin/env node
import { runCli } from './cli.js';

/** What is not let go of so long after the end, such as a connection that does not close, is of no use to anybody; ms. */
const lingerMs = 500;

process.exitCode = await runCli(process.argv);
setTimeout(() => process.exit(), lingerMs).unref();
