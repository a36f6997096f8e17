/** Things the engine must ask its host for, because tests and hosts replace them. */
import ts from 'typescript'
import { scripts } from './imports.ts'
import type { Breach, SourceFile } from './source-tree.ts'
import { lineAt } from './source-tree.ts'

const clock = 'use the Clock port (main/engine/ports.ts)'
const ids = 'use the Ids port (main/engine/ports.ts)'

const environment = 'the host reads the environment and passes options (main/engine/engine.ts)'

const forbiddenNames: Readonly<Record<string, string>> = {
  setTimeout: clock,
  setInterval: clock,
  setImmediate: clock,
  performance: clock,
  fetch: 'use the Http port (main/engine/ports.ts)',
  console: 'use the Log port (main/engine/ports.ts)',
}

const forbiddenMembers: Readonly<Record<string, string>> = {
  'Date.now': clock,
  'Math.random': ids,
  'crypto.randomUUID': ids,
  'crypto.getRandomValues': ids,
  'process.env': environment,
  'process.hrtime': clock,
}

/** The same things, asked of Node's modules. `setImmediate` from `node:timers/promises` only gives way to others. */
const forbiddenImports: Readonly<Record<string, RegExp>> = {
  [clock]: /^node:(timers|perf_hooks|timers\/promises(?! setImmediate$)) /,
  [ids]: /^node:crypto (random\w*|webcrypto|\*)$/,
  [environment]: /^node:(process|os) /,
}

/** Uses of the real clock, randomness, network, environment or console. */
export function checkEngineGlobals(files: readonly SourceFile[]): readonly Breach[] {
  return files
    .filter(({ path }) => path.startsWith('main/engine/'))
    .flatMap((file) => scripts(file).flatMap(({ text, offset }) => inScript(file, text, offset)))
}

function inScript(file: SourceFile, text: string, offset: number): readonly Breach[] {
  const tree = ts.createSourceFile(file.path, text, ts.ScriptTarget.Latest, true)
  const breaches: Breach[] = []
  const visit = (node: ts.Node): void => {
    const found = forbidden(node)
    if (found) {
      const line = lineAt(file.text, offset + node.getStart(tree))
      breaches.push({ path: file.path, line, message: `${found[0]}: ${found[1]}` })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return breaches
}

function forbidden(node: ts.Node): readonly [name: string, advice: string] | undefined {
  if (ts.isNewExpression(node) && !node.arguments?.length && node.expression.getText() === 'Date')
    return ['new Date() without an argument', clock]
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date')
    return ['Date() as a function', clock]
  if (ts.isImportDeclaration(node)) return forbiddenImport(node)
  if (ts.isVariableDeclaration(node) && node.initializer?.getText() === 'process')
    return ['process taken apart', environment]
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    const name = `${node.expression.getText()}.${node.argumentExpression.text}`
    const advice = forbiddenMembers[name.replace(/^globalThis\./, '')]
    return advice === undefined ? undefined : [name, advice]
  }
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/^globalThis\./, '')
    const advice = forbiddenMembers[name] ?? globalMember(node)
    return advice === undefined ? undefined : [name, advice]
  }
  if (!ts.isIdentifier(node) || !isGlobalUse(node)) return undefined
  const advice = Object.hasOwn(forbiddenNames, node.text) ? forbiddenNames[node.text] : undefined
  return advice === undefined ? undefined : [node.text, advice]
}

function forbiddenImport(
  node: ts.ImportDeclaration,
): readonly [name: string, advice: string] | undefined {
  const { importClause: clause } = node
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return undefined
  const module = (node.moduleSpecifier as ts.StringLiteral).text
  const bindings = clause?.namedBindings
  const names = [
    ...(clause?.name || (bindings && ts.isNamespaceImport(bindings)) ? ['*'] : []),
    ...(bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
      : []),
  ]
  for (const name of names)
    for (const [advice, pattern] of Object.entries(forbiddenImports))
      if (pattern.test(`${module} ${name}`)) return [`${name} of ${module}`, advice]
  return undefined
}

function globalMember(node: ts.PropertyAccessExpression): string | undefined {
  return node.expression.getText() === 'globalThis' && Object.hasOwn(forbiddenNames, node.name.text)
    ? forbiddenNames[node.name.text]
    : undefined
}

/** Whether an identifier reads a variable, rather than naming a member, a parameter or a type. */
function isGlobalUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  const named = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node }
  return named.name !== node && named.propertyName !== node && !ts.isQualifiedName(parent)
}
