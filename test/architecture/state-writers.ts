/** Statements that write the state of a sync record outside the one place that makes them from the table of events. */
import { lineAt, type Breach, type SourceFile } from './source-tree.ts'

const allowed = /^main\/engine\/(store\/links\/move-records\.ts$|db\/migrations\/)/

const advice =
  'only store/links/move-records.ts writes the state of a sync record: use `move` or `add` with an event of model/sync-record.ts'

const forbidden: readonly RegExp[] = [
  // A statement ends with the text it stands in.
  /\bUPDATE(?:\s+OR\s+\w+)?\s+"?sync_record\b"?[^`]*?(?:\bSET|,)\s*(?:\w+\.)?"?state"?\s*=/gi,
  /\b(?:INSERT(?:\s+OR\s+\w+)?|REPLACE)\s+INTO\s+"?sync_record\b/gi,
  /\.(?:updateTable|insertInto|replaceInto)\(\s*['"`]sync_record\b/g,
]

export function checkStateWriters(files: readonly SourceFile[]): readonly Breach[] {
  return files
    .filter(({ path }) => path.startsWith('main/') && path.endsWith('.ts') && !allowed.test(path))
    .flatMap(({ path, text }) =>
      forbidden.flatMap((pattern) =>
        [...text.matchAll(pattern)].map(({ index }) => ({
          path,
          line: lineAt(text, index),
          message: advice,
        })),
      ),
    )
}
