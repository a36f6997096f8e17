import { describe, expect, it } from 'vitest'
import { checkLength, checkNames, checkWords } from './file-rules.ts'
import { checkMigrations } from './migration-list.ts'
import { listed, projectFiles } from './source-tree.ts'

const file = (path: string, text = '') => ({ path, text })
const lines = (count: number) => 'const a = 1\n'.repeat(count)

describe('files', () => {
  it('have at most 400 lines', () => {
    expect(listed(checkLength(projectFiles()))).toBe('')
  })

  it('are counted without the final line end', () => {
    expect(checkLength([file('main/a.ts', lines(400))])).toEqual([])
    expect(checkLength([file('renderer/A.vue', lines(401))])).toHaveLength(1)
  })

  it('have names that say what they hold', () => {
    expect(listed(checkNames(projectFiles()))).toBe('')
  })

  it.each([
    'main/engine/utils/a.ts',
    'main/sync-manager.ts',
    'main/data.ts',
    'main/syncRun.ts',
    'renderer/page.vue',
  ])('may not be called %s', (path) => {
    expect(checkNames([file(path)])).toHaveLength(1)
  })

  it.each(['main/engine/db/migrations/0010-master-data.ts', 'renderer/pages/DeskPage.vue'])(
    'may be called %s',
    (path) => {
      expect(checkNames([file(path)])).toEqual([])
    },
  )

  it('name no machine path and no registry host', () => {
    expect(listed(checkWords(projectFiles()))).toBe('')
  })

  it('are searched for machine paths', () => {
    expect(checkWords([file('a.md', `see /${'home'}/ana/marshal`)])).toHaveLength(1)
    expect(checkWords([file('a.json', `https://registry.${'npm'}js.org/vue`)])).toHaveLength(1)
    expect(checkWords([file('a.ts', `import './engine/${'work'}/step.ts'`)])).toEqual([]) // a folder of ours
  })
})

describe('migrations', () => {
  const folder = 'main/engine/db/migrations/'
  const step = (name: string) => file(folder + name)

  it('are all listed, in order', () => {
    expect(listed(checkMigrations(projectFiles()))).toBe('')
  })

  it('must be in the list when they are in the folder, and the other way round', () => {
    const list = file(`${folder}index.ts`, "import { a } from './0010-a.ts'\nimport './0030-c.ts'")
    const found = checkMigrations([list, step('0010-a.ts'), step('0020-b.ts')])
    expect(listed(found)).toContain('0020-b.ts:1  is missing')
    expect(listed(found)).toContain(
      'lists main/engine/db/migrations/0030-c.ts, which does not exist',
    )
  })

  it('have a number of their own and are listed in its order', () => {
    const list = file(
      `${folder}index.ts`,
      "import './0020-b.ts'\nimport './0010-a.ts'\nimport './0010-c.ts'",
    )
    const found = checkMigrations([list, step('0010-a.ts'), step('0010-c.ts'), step('0020-b.ts')])
    expect(listed(found)).toContain('same number')
    expect(listed(found)).toContain('out of order')
  })
})
