import { dirname, join } from 'node:path';
import ts from 'typescript';
import { type Block, root } from './blocks.js';

/** What an application as `nest new` makes it compiles with. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
};

const CONTEXT = join(root, 'e2e', 'readme', 'context.ts');

/**
 * Type-checks snippets against the built packages, in the folder of an imaginary application.
 *
 * - Each snippet is a module of its own. One that begins with a comment like `// src/user.ts` is that
 *   file, and other snippets of its document can import it.
 * - A name that a snippet uses, but neither declares nor imports, is imported from `context.ts`, if it
 *   is there: what the surrounding text has introduced. So are relative imports of files that no
 *   snippet shows.
 *
 * @returns the mistakes, as `README.md:12 …`
 */
export function mistakesIn(snippets: readonly Block[]): string[] {
  const files = new Map(snippets.map((snippet) => [pathOf(snippet), snippet]));
  const host = hostOf(new Map([...files].map(([path, { code }]) => [path, completed(code)])));
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  return [...files].flatMap(([path, snippet]) => {
    const source = program.getSourceFile(path);
    return ts
      .getPreEmitDiagnostics(program, source)
      .map((diagnostic) => explain(snippet, source, diagnostic));
  });
}

/** The members of a type that a package exports: properties of an interface, strings of a union. */
export function membersOf(type: string): string[] {
  const path = join(root, 'e2e', 'readme', 'members.ts');
  const code = `import type { ${type} } from '@nestjs-users/core';\nexport type Wanted = ${type};\n`;
  const program = ts.createProgram([path], OPTIONS, hostOf(new Map([[path, code]])));
  const checker = program.getTypeChecker();
  const alias = program.getSourceFile(path)?.statements.at(-1) as ts.TypeAliasDeclaration;
  const wanted = checker.getTypeFromTypeNode(alias.type);
  return wanted.isUnion()
    ? wanted.types.map((member) => (member as ts.StringLiteralType).value)
    : wanted.getProperties().map(({ name }) => name);
}

function pathOf({ document, line, code }: Block): string {
  const folder = document.replaceAll(/\W/g, '-');
  const [, name = `test/line-${line}.ts`] = /^\/\/ (src\/\S+\.ts)\n/.exec(code) ?? [];
  return join(root, 'e2e', 'readme', folder, name);
}

/** Imports stand on the snippet's first line, so that the lines of mistakes stay true. */
function completed(code: string): string {
  const source = ts.createSourceFile('snippet.ts', code, OPTIONS.target ?? ts.ScriptTarget.Latest);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const own = new Set(source.statements.flatMap(declaredNames));
  const missing = contextNames().filter((name) => used.has(name) && !own.has(name));
  return `import { ${missing.join(', ')} } from '${CONTEXT.replace(/ts$/, 'js')}'; ${code}\nexport {};\n`;
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    const named =
      namedBindings && ts.isNamedImports(namedBindings)
        ? namedBindings.elements.map((element) => element.name.text)
        : [];
    return [...(name ? [name.text] : []), ...named];
  }
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  const { name } = statement as ts.Statement & { name?: ts.Identifier };
  return name ? [name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

function contextNames(): string[] {
  const text = ts.sys.readFile(CONTEXT) ?? '';
  const source = ts.createSourceFile(CONTEXT, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) return [];
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
    return clause && ts.isNamedExports(clause)
      ? clause.elements.map(({ name }) => name.text)
      : declaredNames(statement);
  });
}

/** A compiler's host that has some files in memory. */
function hostOf(files: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const { directoryExists, fileExists, readFile } = host;
  const folders = new Set([...files.keys()].map((path) => dirname(path)));
  // Without its folder, no file is looked for.
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? true);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, options) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, options);
  };
  host.resolveModuleNameLiterals = (literals, from, _reference, options, file) =>
    literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const find = (name: string): ts.ResolvedModuleWithFailedLookupLocations =>
        ts.resolveModuleName(name, from, options, host, undefined, undefined, mode);
      const found = find(literal.text);
      const isOfSnippet = files.has(from) && literal.text.startsWith('.');
      return found.resolvedModule || !isOfSnippet ? found : find(CONTEXT.replace(/ts$/, 'js'));
    });
  return host;
}

function explain(
  { document, line }: Block,
  source: ts.SourceFile | undefined,
  { messageText, start }: ts.Diagnostic,
): string {
  const offset =
    source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line : 0;
  return `${document}:${line + offset} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
