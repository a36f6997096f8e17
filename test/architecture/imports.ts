/** Which modules a file imports, read from its syntax tree (static, dynamic and re-exports). */
import { posix } from 'node:path'
import ts from 'typescript'
import type { SourceFile } from './source-tree.ts'
import { lineAt } from './source-tree.ts'

/** One import. `target` is a project path for relative specifiers, otherwise the specifier itself. */
export interface Import {
  readonly from: string
  readonly target: string
  readonly relative: boolean
  readonly typeOnly: boolean
  readonly line: number
}

const known = new WeakMap<SourceFile, readonly Import[]>()

/** The imports of one file; for a .vue file those of its script blocks. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found = known.get(file) ?? readImports(file)
  known.set(file, found)
  return found
}

function readImports(file: SourceFile): readonly Import[] {
  return scripts(file).flatMap(({ text, offset }) => {
    const tree = ts.createSourceFile(file.path, text, ts.ScriptTarget.Latest, false)
    const found: Import[] = []
    const add = (node: ts.Node, specifier: ts.Node, typeOnly: boolean) => {
      if (!ts.isStringLiteralLike(specifier)) return
      const relative = specifier.text.startsWith('.')
      const target = relative
        ? posix.join(posix.dirname(file.path), specifier.text.replace(/\?.*$/, ''))
        : specifier.text
      const line = lineAt(file.text, offset + node.getStart(tree))
      found.push({ from: file.path, target, relative, typeOnly, line })
    }
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importsOnlyTypes(node))
      else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
        add(node, node.moduleSpecifier, node.isTypeOnly)
      else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
        add(node, node.argument.literal, true)
      else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [specifier] = node.arguments
        if (specifier) add(node, specifier, false)
      }
      ts.forEachChild(node, visit)
    }
    visit(tree)
    return found
  })
}

function importsOnlyTypes({ importClause: clause }: ts.ImportDeclaration): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  if (clause.name || !named || !ts.isNamedImports(named)) return false
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly)
}

/** The script parts of a file with where they start in it. */
export function scripts(
  file: SourceFile,
): readonly { readonly text: string; readonly offset: number }[] {
  if (!file.path.endsWith('.vue')) return [{ text: file.text, offset: 0 }]
  return [...file.text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => ({
    text: match[1] ?? '',
    offset: match.index + match[0].indexOf('>') + 1,
  }))
}
