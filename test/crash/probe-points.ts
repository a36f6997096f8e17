/** The places in the engine where a process may be killed, read from its source: a new step without a test fails. */
import { basename } from 'node:path'
import ts from 'typescript'
import { codeFiles, type Breach, type SourceFile } from '../architecture/source-tree.ts'

/**
 * Every point that a call of `probe` names below a folder of the engine, sorted; what the process fills in (a page, a
 * migration) is written `*`.
 * @param except a folder whose points are somebody else's
 */
export function probePoints(folder: string, except?: string): readonly string[] {
  const files = codeFiles().filter(
    ({ path }) => path.startsWith(folder) && (except === undefined || !path.startsWith(except)),
  )
  return [...new Set(files.flatMap((file) => callsIn(file).flatMap(pointOf)))].sort()
}

/**
 * Transactions of the sync engine that have no point before and after them in the block they stand in, nearer than the
 * next transaction. Each is a step behind which a process may die.
 */
export function unmarkedSteps(files: readonly SourceFile[] = codeFiles()): readonly Breach[] {
  return files
    .filter(({ path }) => path.startsWith('main/engine/sync/'))
    .flatMap((file) =>
      callsIn(file)
        .filter(isTransaction)
        .filter((call) => !isMarked(call))
        .map((call) => ({
          path: file.path,
          line: call.getSourceFile().getLineAndCharacterOfPosition(call.getStart()).line + 1,
          message: `a step without a place to be killed at: probe before and after it, and test it (test/crash/${basename(import.meta.filename)})`,
        })),
    )
}

function isTransaction(call: ts.CallExpression): boolean {
  return /\.transaction\(\)\s*\.execute$/.test(call.expression.getText())
}

function isMarked(call: ts.CallExpression): boolean {
  let statement: ts.Node = call
  while (!ts.isBlock(statement.parent)) statement = statement.parent
  const around = [...statement.parent.statements]
  const at = around.findIndex((other) => other === statement)
  return [around.slice(0, at).toReversed(), around.slice(at + 1)].every((others) => {
    const nearest = others
      .map(within)
      .find((calls) => calls.some((other) => isTransaction(other) || pointOf(other).length > 0))
    return nearest !== undefined && !nearest.some(isTransaction)
  })
}

function pointOf(call: ts.CallExpression): readonly string[] {
  if (!/\bprobe$/.test(call.expression.getText())) return []
  return call.arguments
    .filter((argument) => ts.isStringLiteralLike(argument) || ts.isTemplateExpression(argument))
    .map((argument) =>
      argument
        .getText()
        .slice(1, -1)
        .replace(/\$\{[^}]*\}/g, '*'),
    )
}

function callsIn({ path, text }: SourceFile): readonly ts.CallExpression[] {
  return within(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
}

function within(node: ts.Node): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = ts.isCallExpression(node) ? [node] : []
  ts.forEachChild(node, (child) => void found.push(...within(child)))
  return found
}

/** The places where a process is killed, by the file that tests them; `points.test.ts` compares them with the source. */
export const pushPoints = ['push:freeze', 'push:frozen', 'push:settle', 'push:settled']
export const stopPoints = ['push:unsent', 'push:returned']
export const runPoints = ['run:begin', 'run:begun', 'run:finish', 'run:finished']
export const recoverPoints = ['push:doubt', 'push:doubted', 'push:recover', 'push:recovered']
export const pullPoints = ['pull:stage', 'pull:staged', 'pull:apply', 'pull:applied']
export const certainPoints = ['certain:note', 'certain:noted', 'certain:link', 'certain:linked']
export const definePoints = ['define:note', 'define:noted']
export const importPoints = ['import:page:*']
export const webhookPoints = ['webhook:stage', 'webhook:staged', 'webhook:fetch', 'webhook:fetched']
