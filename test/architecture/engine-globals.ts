/** Things the engine must ask its host for, because tests and hosts replace them. */
import ts from 'typescript'
import { scripts } from './imports.ts'
import type { Breach, SourceFile } from './source-tree.ts'
import { lineAt } from './source-tree.ts'

const clock = 'use the Clock port (main/engine/ports.ts)'
const ids = 'use the Ids port (main/engine/ports.ts)'

const forbiddenNames: Readonly<Record<string, string>> = {
  setTimeout: clock,
  setInterval: clock,
  performance: clock,
  fetch: 'use the Http port (main/engine/ports.ts)',
  console: 'use the Log port (main/engine/ports.ts)',
}

const forbiddenMembers: Readonly<Record<string, string>> = {
  'Date.now': clock,
  'Math.random': ids,
  'crypto.randomUUID': ids,
  'process.env': 'the host reads the environment and passes options (main/engine/engine.ts)',
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
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/^globalThis\./, '')
    const advice = forbiddenMembers[name] ?? globalMember(node)
    return advice === undefined ? undefined : [name, advice]
  }
  if (!ts.isIdentifier(node) || !isGlobalUse(node)) return undefined
  const advice = Object.hasOwn(forbiddenNames, node.text) ? forbiddenNames[node.text] : undefined
  return advice === undefined ? undefined : [node.text, advice]
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
