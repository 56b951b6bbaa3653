import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder, MAKING_MS } from './cached-folder.js';
import { ProgramUnavailable } from './debian-package.js';

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

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * Jars with all they depend on, from our cache or else by Maven. Throws ProgramUnavailable, saying what is missing, when this machine can't have or run them.
 */
export async function findMavenLibraries(libraries: MavenLibraries): Promise<JavaLibraries> {
  await needProgram(
    'java',
    ['-version'],
    'a Java runtime, 17 or newer (Debian: apt-get install default-jre-headless)',
  );
  const root = await cachedFolder(libraries.name, (folder) => install(libraries, folder));
  return { classPath: join(root, '*'), env: process.env };
}

async function install(libraries: MavenLibraries, folder: string): Promise<void> {
  await needProgram('mvn', ['--version'], 'Maven (Debian: apt-get install maven)');
  try {
    await writeFile(join(folder, 'pom.xml'), pomOf(libraries));
    await run('mvn', ['-q', '-B', COPY, '-DincludeScope=runtime', '-DoutputDirectory=.'], {
      cwd: folder,
      timeout: MAKING_MS,
    });
  } catch (error) {
    throw new ProgramUnavailable(
      `${libraries.artifacts.join(', ')} could not be fetched by Maven: ${reasonOf(error)}. Check that mvn reaches a repository`,
      { cause: error },
    );
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

/** Maven tells errors on stdout, the first line says what failed. */
function reasonOf(error: unknown): string {
  const { stdout, message } = error as { stdout?: string; message: string };
  const lines = (stdout ?? '').split('\n');
  return lines.find((line) => line.includes('ERROR'))?.slice(0, 500) ?? message.split('\n')[0]!;
}
