import ts from 'typescript';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const MAX_LINES = 400;
/** As a part of a name, or as the whole of it where the word is a good one beside others (`rule-index`). */
const FORBIDDEN_NAMES = /(^|-)(utils?|helpers?|manager)(-|$)|^(common|base|index)$/;
/** `.contract` is a suite that several adapters run, `.property` one of generated cases. */
const ENDING = /(\.contract|\.property)?(\.test)?\.ts$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** The only reader of the environment. */
const SETTINGS = 'src/settings.ts';

/** What is wrong with the files themselves, as `path: what`: names, length, default exports, reading of process.env. */
export function checkFiles(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const syntax = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest);
    return [
      ...nameFaults(file),
      ...lengthFaults(file),
      ...exportFaults(syntax),
      ...environmentFaults(syntax),
    ].map((fault) => `${file.path}: ${fault}`);
  });
}

/** Lines as people count them: a newline at the end begins no line. */
export function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

/** The value that a share of the sorted numbers does not exceed: 0.5 is the median. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function nameFaults({ path }: SourceFile): string[] {
  const names = path.replace(ENDING, '').split('/');
  return names.flatMap((name) => [
    ...(KEBAB_CASE.test(name) ? [] : [`"${name}" is not kebab-case`]),
    ...(FORBIDDEN_NAMES.test(name) ? [`"${name}" says nothing: name it after what it does`] : []),
  ]);
}

function lengthFaults({ text }: SourceFile): string[] {
  const lines = countLines(text);
  return lines > MAX_LINES ? [`${lines} lines, more than ${MAX_LINES}`] : [];
}

function exportFaults(syntax: ts.SourceFile): string[] {
  const fault = ['a default export: give it a name'];
  return syntax.statements.flatMap((statement) => {
    if (ts.isExportAssignment(statement)) return fault;
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return fault;
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
    const named = clause !== undefined && ts.isNamedExports(clause) ? clause.elements : [];
    return named.some(({ name }) => name.text === 'default') ? fault : [];
  });
}

function environmentFaults(syntax: ts.SourceFile): string[] {
  if (!syntax.fileName.startsWith('src/') || syntax.fileName === SETTINGS) return [];
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    if (readsEnvironment(node)) {
      const { line } = syntax.getLineAndCharacterOfPosition(node.getStart(syntax));
      faults.push(`line ${line + 1} reads process.env: only ${SETTINGS} may`);
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return faults;
}

/** `process.env`, `process['env']`, `const { env } = process`, and any import of node:process. */
function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return isProcess(node.expression) && node.name.text === 'env';
  if (ts.isElementAccessExpression(node)) return isProcess(node.expression);
  if (ts.isVariableDeclaration(node)) {
    return (
      ts.isObjectBindingPattern(node.name) && node.initializer !== undefined && isProcess(node.initializer)
    );
  }
  return (
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    /^(node:)?process$/.test(node.moduleSpecifier.text)
  );
}

function isProcess(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === 'process';
}
