/** What an error code means is in one table; whoever judges errors reads it. */
import { syncErrorCodes } from '../../main/contract/words.ts'
import { lineAt, type Breach, type SourceFile } from './source-tree.ts'

/** Where codes are told apart for another reason than what they mean. */
const exempt: ReadonlyMap<string, string> = new Map([
  ['main/contract/words.ts', 'the codes themselves'],
  ['main/contract/error-meanings.ts', 'the table'],
  ['main/engine/targets/kit/answer-error.ts', 'makes codes of the failures of a request'],
  ['main/engine/targets/kit/token-endpoint.ts', 'the two answers to a proof that is not taken'],
])

const code = `'(?:${syncErrorCodes.join('|')})'`
/** Two codes compared with, two cases in a row, or two in a list. */
const lists = [
  new RegExp(
    `\\bcode\\s*[!=]==\\s*${code}\\)?\\s*(?:&&|\\|\\|)\\s*\\(?[\\w.?]*\\bcode\\s*[!=]==\\s*${code}`,
    'g',
  ),
  new RegExp(`case ${code}:\\s*case ${code}:`, 'g'),
  new RegExp(`\\[\\s*${code},\\s*${code}(?:,\\s*${code})*,?\\s*\\](?:\\)|\\.includes)`, 'g'),
]

/** Lists of error codes beside the table. */
export function checkErrorCodes(files: readonly SourceFile[]): readonly Breach[] {
  return files
    .filter(({ path }) => /^(main|renderer)\//.test(path) && !exempt.has(path))
    .filter(({ path }) => !path.startsWith('main/stand-ins/'))
    .flatMap(({ path, text }) =>
      lists.flatMap((list) =>
        [...text.matchAll(list)].map(({ index }) => ({
          path,
          line: lineAt(text, index),
          message:
            'what error codes mean is said in main/contract/error-meanings.ts: read it there',
        })),
      ),
    )
}
