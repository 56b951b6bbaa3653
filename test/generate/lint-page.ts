import { codeFrame } from '../../src/adapters/files/code-frame.js';
import type { BundleFiles, Issue } from '../../src/domain/rules/bundle.js';
import { findingCodes, type FindingCode } from '../../src/domain/rules/finding-code.js';
import { fixtureFiles, loadOverMinimal, mistakes, overMinimal } from '../support/fixture-bundle.js';

interface Example {
  readonly issue: Issue;
  readonly files: BundleFiles;
}

/** docs/lint.md: every finding with an example, made of the bundles with one mistake that the tests load. */
export function lintPage(): string {
  const examples = findExamples();
  return `# What lint finds

<!-- Generated from src/domain/rules/finding-code.ts and test/fixtures/bundles by \`npm run generate\`. -->

\`tocsin lint\` checks a bundle: YAML, schemas, references, and rules that can not do what they say. A bundle with an error is not
served; a warning is told and served all the same. Every finding has an id of this page, its place, and what to do.

\`\`\`sh
tocsin lint                                    # ./rules, or TOCSIN_RULES_DIR
tocsin lint --format json /etc/tocsin/rules    # for programs; --json is the same
tocsin lint --format sarif rules > lint.sarif  # SARIF 2.1.0, for code scanning
tocsin lint --format github rules              # annotations, in a workflow of GitHub Actions
\`\`\`

Exit 0: no error. 1: errors. 2: wrong usage. 3: could not run, the folder can not be read, say.

${(Object.keys(findingCodes) as FindingCode[]).map((code) => section(code, examples.get(code) ?? [])).join('\n')}`;
}

/** By the code of the finding, in order of the bundles' names. */
function findExamples(): ReadonlyMap<FindingCode, readonly Example[]> {
  const found = new Map<FindingCode, Example[]>();
  for (const name of mistakes()) {
    const changes = fixtureFiles(name);
    const files = overMinimal(changes);
    for (const issue of loadOverMinimal(Object.fromEntries(changes)).issues) {
      const others = found.get(issue.code);
      if (others === undefined) found.set(issue.code, [{ issue, files }]);
      else others.push({ issue, files });
    }
  }
  return found;
}

function section(code: FindingCode, examples: readonly Example[]): string {
  const [first] = examples;
  if (first === undefined) throw new Error(`No bundle in test/fixtures/bundles has the mistake "${code}".`);
  const levels = [...new Set(examples.map(({ issue }) => issue.level))].sort().join(' or ');
  return `## ${code}

${levels}. ${findingCodes[code]}

\`\`\`text
${show(first)}
\`\`\`
`;
}

function show({ issue, files }: Example): string {
  const { place, message, hint } = issue;
  const frame = codeFrame(files.get(place.file) ?? '', place);
  const shortened = frame.split('\n').map((line) => (line.length <= 116 ? line : `${line.slice(0, 115)}…`));
  return [
    `${place.file}:${place.line}:${place.column}`,
    ...(frame === '' ? [] : shortened),
    `  ${message}`,
    ...(hint === null ? [] : [`  ${hint}`]),
  ].join('\n');
}
