import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openScratchCopy, removeScratchCopies } from '../../main/engine/db/scratch-copy.ts'
import { addRunners, emptyFolder, openRunners, runnerNames } from './database-folder.ts'

describe('a scratch copy', () => {
  it('has what is committed; what is written to it is nowhere else, and nothing of it stays', async () => {
    const folder = await emptyFolder()
    const open = await openRunners({ folder })
    await addRunners(open.db, 'Ana')
    const before = (await readdir(folder)).sort()
    const copy = await openScratchCopy(open.file)
    const [own] = (await readdir(folder)).filter((name) => !before.includes(name))
    expect((await stat(join(folder, own!))).mode & 0o777).toBe(0o600)
    await sql`insert into runner (name, modifiedOn) values ('Bo', 0)`.execute(copy.db)
    await addRunners(open.db, 'Cem')
    const there = await sql<{ name: string }>`select name from runner order by name`.execute(
      copy.db,
    )
    expect(there.rows.map(({ name }) => name)).toEqual(['Ana', 'Bo'])
    await copy.discard()
    expect(await runnerNames(open.db)).toEqual(['Ana', 'Cem'])
    expect((await readdir(folder)).sort()).toEqual(before)
  })

  it('left by a process that was killed is removed, and nothing else is', async () => {
    const folder = await emptyFolder()
    const open = await openRunners({ folder })
    const copy = join(folder, 'marshal.db.scratch-3')
    for (const name of [copy, `${copy}-journal`, join(folder, 'other.scratch-3')]) {
      await writeFile(name, 'half a copy')
    }
    await removeScratchCopies(open.file)
    const names = await readdir(folder)
    expect(names.filter((name) => name.includes('scratch'))).toEqual(['other.scratch-3'])
    expect(names).toContain('marshal.db')
  })
})
