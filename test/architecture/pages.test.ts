/** A page of JSON is read by the names of its columns: `page()` of store/sql/page.ts gives them. */
import { expect, it } from 'vitest'
import { codeFiles, lineAt, listed, type Breach, type SourceFile } from './source-tree.ts'

const allowed = /^main\/engine\/(store\/sql\/page\.ts$|db\/migrations\/)/

function checkPages(files: readonly SourceFile[]): readonly Breach[] {
  return files
    .filter(({ path }) => path.startsWith('main/engine/') && !allowed.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/->>?\s*(?:\d|\$\{)/g)].map(({ index }) => ({
        path,
        line: lineAt(text, index),
        message:
          'a column is read by its number: declare the page with `page` of store/sql/page.ts',
      })),
    )
}

const inStore = (text: string) => checkPages([{ path: 'main/engine/store/links/a.ts', text }])

it('no statement reads a column of a page by its number', () => {
  expect(listed(checkPages(codeFiles()))).toBe('')
})

it.each(['SELECT value ->> 7 FROM jsonb_each(?)', '`r.name = item.value ->> ${at + 1}`'])(
  'refuses: %s',
  (text) => expect(inStore(text)).toHaveLength(1),
)

it.each(["o.linkData ->> 'sameAs' = s.recordId", 'SELECT item.name FROM ${names.from()}'])(
  'accepts: %s',
  (text) => expect(inStore(text)).toEqual([]),
)
