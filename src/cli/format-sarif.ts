import { inOrder } from '../adapters/files/format-issues.js';
import type { Issue } from '../domain/rules/bundle.js';
import { docsOf, findingCodes, type FindingCode } from '../domain/rules/finding-code.js';

/**
 * Findings as a log of SARIF 2.1.0, which code scanning services read. `directory` is the bundle's as seen from where the
 * process runs, with forward slashes: addresses of files begin with it and are relative, as such services want them.
 */
export function formatSarif(
  issues: readonly Issue[],
  { directory, version }: { readonly directory: string; readonly version: string },
): object {
  const found = inOrder(issues);
  const codes = [...new Set(found.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tocsin', version, rules: codes.map(describeCode) } },
        columnKind: 'utf16CodeUnits',
        results: found.map((issue) => ({
          ruleId: issue.code,
          ruleIndex: codes.indexOf(issue.code),
          level: issue.level,
          message: { text: textOf(issue) },
          locations: [locate(issue, directory)],
        })),
      },
    ],
  };
}

function describeCode(code: FindingCode): object {
  return {
    id: code,
    shortDescription: { text: findingCodes[code] },
    help: { text: `${findingCodes[code]} See ${docsOf(code)}.` },
  };
}

/** What is wrong and what to do about it. */
function textOf({ message, hint }: Issue): string {
  return hint === null ? message : `${message} ${hint}`;
}

function locate({ place, rule }: Issue, directory: string): object {
  const { file, line, column } = place;
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(directory === '' ? file : `${directory}/${file}`) },
      region: { startLine: line, startColumn: column },
    },
    ...(rule !== null && { logicalLocations: [{ name: rule }] }),
  };
}
