import { describe, expect, it } from 'vitest'
import { findCycles } from './cycles.ts'
import { checkImports } from './import-table.ts'
import { codeFiles, listed } from './source-tree.ts'

const file = (path: string, text: string) => ({ path, text })

describe('who may import whom', () => {
  it('is kept by every file', () => {
    expect(listed(checkImports(codeFiles()))).toBe('')
  })

  it('refuses an adapter that reaches for the store, and says what it may import', () => {
    const [breach, ...more] = checkImports([
      file(
        'main/engine/targets/ems/push.ts',
        "\nimport { save } from '../../store/sql/records.ts'\n",
      ),
    ])
    expect(more).toEqual([])
    expect(breach).toMatchObject({ path: 'main/engine/targets/ems/push.ts', line: 2 })
    expect(breach?.message).toContain('adapters may import: contract, kit, model')
  })

  it.each([
    ['main/contract/a.ts', "export * from '../engine/model/entities.ts'"],
    ['main/engine/model/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['main/engine/targets/ems/a.ts', "import { b } from '../mautic/b.ts'"],
    ['main/engine/store/links/a.ts', "import { b } from '../writer/b.ts'"],
    [
      'main/engine/sync/outbound/decide/plan.ts',
      "import { due } from '../../../store/links/due.ts'",
    ],
    ['main/engine/sync/outbound/detect.ts', "import { open } from '../../db/open.ts'"],
    ['main/engine/services/a.ts', "import { start } from '../../hosts/edge/start.ts'"],
    ['main/engine/services/a.ts', "const keytar = await import('keytar')"],
    ['main/engine/services/a.ts', "import { lookup } from 'node:dns/promises'"],
    ['main/hosts/edge/a.ts', "import { plan } from '../../engine/sync/outbound/plan.ts'"],
    ['main/hosts/edge/a.ts', "import { app } from 'electron'"],
    ['main/hosts/edge/a.ts', "import { tray } from '../electron/tray.ts'"],
    ['preload/index.ts', "import { contract } from '../main/contract/contract.ts'"],
    ['renderer/a.ts', "import { readFileSync } from 'node:fs'"],
    [
      'renderer/A.vue',
      '<script setup lang="ts">\nimport { a } from \'../main/engine/ports.ts\'\n</script>',
    ],
    ['main/engine/engine.ts', "import { a } from '../../test/support/a.ts'"],
  ])('refuses %s: %s', (path, text) => {
    expect(checkImports([file(path, text)])).toHaveLength(1)
  })

  it.each([
    [
      'main/engine/store/links/a.ts',
      "import { b } from '../../db/open.ts'\nimport { c } from './c.ts'\nimport { d } from '../sql/d.ts'",
    ],
    [
      'main/engine/sync/outbound/decide/plan.ts',
      "import type { Due } from '../../../store/links/due.ts'",
    ],
    ['main/engine/sync/outbound/detect.ts', "import { type Db } from '../../db/schema.ts'"],
    ['main/hosts/electron/a.ts', "import { app } from 'electron'\nimport keytar from 'keytar'"],
    ['preload/index.ts', "import type { Contract } from '../main/contract/contract.ts'"],
    ['test/store/a.test.ts', "import { a } from '../../main/engine/store/a.ts'"],
  ])('accepts %s: %s', (path, text) => {
    expect(checkImports([file(path, text)])).toEqual([])
  })
})

describe('import cycles', () => {
  it('do not exist', () => {
    expect(listed(findCycles(codeFiles()))).toBe('')
  })

  it('are found and shown with the way round', () => {
    const cycle = findCycles([
      file('main/a.ts', "import { b } from './b.ts'"),
      file('main/b.ts', "export { c } from './c.ts'"),
      file('main/c.ts', "import type { A } from './a.ts'"),
    ])
    expect(cycle).toEqual([
      {
        path: 'main/c.ts',
        line: 1,
        message: 'import cycle: main/a.ts -> main/b.ts -> main/c.ts -> main/a.ts',
      },
    ])
  })
})
