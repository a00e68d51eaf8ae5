import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What confirms a change, and what users have that are handed in. */
const NOT_NEW = ['currentPassword', 'hashedPassword'];

/**
 * Every method of the services that `@nestjs-users/core` publishes which takes a password, as a
 * parameter or in one: `UsersService.create`. Read from the types, so that a new one is never
 * forgotten.
 */
export function methodsWithPassword(): string[] {
  const entry = fileURLToPath(import.meta.resolve('@nestjs-users/core')).replace(/js$/, 'd.ts');
  const { ModuleKind, ModuleResolutionKind, ScriptTarget } = ts;
  const program = ts.createProgram([entry], {
    target: ScriptTarget.ES2023,
    module: ModuleKind.NodeNext,
    moduleResolution: ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`There are no types in ${entry}.`);

  const takesPassword = (parameter: ts.Symbol): boolean => {
    const members = checker.getPropertiesOfType(checker.getTypeOfSymbol(parameter));
    return [parameter, ...members].some(
      ({ name }) => /password/i.test(name) && !NOT_NEW.includes(name),
    );
  };
  return checker
    .getExportsOfModule(module)
    .filter(({ name }) => name.endsWith('Service'))
    .flatMap((service) => {
      const members = checker.getPropertiesOfType(classOf(checker, service));
      return members
        .filter((member) =>
          checker
            .getTypeOfSymbol(member)
            .getCallSignatures()
            .some(({ parameters }) => parameters.some(takesPassword)),
        )
        .map(({ name }) => `${service.name}.${name}`);
    })
    .toSorted();
}

function classOf(checker: ts.TypeChecker, exported: ts.Symbol): ts.Type {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  return checker.getDeclaredTypeOfSymbol(isAlias ? checker.getAliasedSymbol(exported) : exported);
}
