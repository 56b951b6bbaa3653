import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ProgramUnavailable } from './debian-package.js';
import { lockFile } from './lock-file.js';

const run = promisify(execFile);

export interface MavenLibraries {
  /** Names the folder in the cache: `kafka-4.1.1`. */
  readonly name: string;
  /** What is wanted, without what it depends on: `org.apache.kafka:kafka_2.13:4.1.1`. */
  readonly artifacts: readonly string[];
}

export interface JavaLibraries {
  /** For `java -cp`: every jar. */
  readonly classPath: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Relative to the working directory, which npm and .ci/run make the repository; git ignores it. */
const CACHE = resolve('.cache/servers');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const INSTALL_MS = 300_000;

/**
 * Jars with all they depend on, from our cache or else by Maven. Of several processes one installs and the others wait.
 * Throws ProgramUnavailable, saying what is missing, when this machine can't have or run them.
 */
export async function findMavenLibraries(libraries: MavenLibraries): Promise<JavaLibraries> {
  await needProgram(
    'java',
    ['-version'],
    'a Java runtime, 17 or newer (Debian: apt-get install default-jre-headless)',
  );
  const root = join(CACHE, libraries.name);
  if (!(await exists(root))) {
    await mkdir(CACHE, { recursive: true });
    const lock = await lockFile(`${root}.lock`, INSTALL_MS);
    try {
      if (!(await exists(root))) await install(libraries, root);
    } finally {
      await lock.release();
    }
  }
  return { classPath: join(root, '*'), env: process.env };
}

/** Copies beside the goal and renames, so that a broken-off run leaves nothing that looks whole. Who comes second is content. */
async function install(libraries: MavenLibraries, root: string): Promise<void> {
  await needProgram('mvn', ['--version'], 'Maven (Debian: apt-get install maven)');
  const work = `${root}.${process.pid}.tmp`;
  try {
    await mkdir(work, { recursive: true });
    await writeFile(join(work, 'pom.xml'), pomOf(libraries));
    await run('mvn', ['-q', '-B', COPY, '-DincludeScope=runtime', '-DoutputDirectory=lib'], {
      cwd: work,
      timeout: INSTALL_MS,
    });
    await rename(join(work, 'lib'), root);
  } catch (error) {
    if (await exists(root)) return;
    throw new ProgramUnavailable(
      `${libraries.artifacts.join(', ')} could not be fetched by Maven: ${reasonOf(error)}. Check that mvn reaches a repository`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function pomOf({ name, artifacts }: MavenLibraries): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin.test</groupId><artifactId>${name}</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}

async function needProgram(command: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(command, [...args]);
  } catch (error) {
    throw new ProgramUnavailable(`${command} is not on PATH or does not run: install ${what}`, {
      cause: error,
    });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Maven tells errors on stdout, the first line says what failed. */
function reasonOf(error: unknown): string {
  const { stdout, message } = error as { stdout?: string; message: string };
  const lines = (stdout ?? '').split('\n');
  return lines.find((line) => line.includes('ERROR'))?.slice(0, 500) ?? message.split('\n')[0]!;
}
