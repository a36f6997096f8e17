import { describe, expect, it } from 'vitest'
import { checkPurity } from './purity.ts'
import { codeFiles, listed } from './source-tree.ts'

const file = (path: string, text: string) => ({ path, text })
const words = { path: 'main/engine/targets/kit/words.ts', text: '/** Words. */\n' }
const reader = { path: 'main/engine/import/r.ts', text: "import { open } from 'node:fs'\n" }

describe('what says it is pure', () => {
  it('is', () => expect(listed(checkPurity(codeFiles()))).toBe(''))

  it.each([
    [
      'main/engine/services/a.ts',
      "/** A. Pure. */\nimport { rows } from '../store/sql/statement.ts'",
    ],
    [
      'main/engine/sync/a.ts',
      "/** A. */\nimport { b } from '../core.ts'\n/** B. Pure: as it is. */",
    ],
    [
      'main/engine/import/a.ts',
      "/**\n * A. Pure.\n */\nimport { readFile } from 'node:fs/promises'",
    ],
  ])('and does not reach for what is not: %s', (path, text) => {
    expect(checkPurity([file(path, text), reader])).toHaveLength(1)
  })

  it.each([
    ['main/engine/services/a.ts', "/** A. Pure. */\nimport type { Db } from '../db/schema.ts'"],
    ['main/engine/services/a.ts', "/** A. */\nimport { rows } from '../store/sql/statement.ts'"],
    ['main/engine/targets/kit/a.ts', "/** A. Pure. */\nimport { word } from './words.ts'"],
    ['main/engine/sync/a.ts', "/** Pure. */\nimport { plan } from './outbound/decide/plan.ts'"],
  ])('and may use what is: %s', (path, text) => {
    expect(checkPurity([file(path, text), words])).toEqual([])
  })
})
