import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { importDocument } from '../support/import-document.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson } from '../support/run-marshal.ts'

// Several processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

let data: string
withDataFolder((dir) => (data = dir))

describe('marshal import of people who are here already', () => {
  it('adds races, moves with --move, and enters who was deleted only with --deleted-too', async () => {
    const path = join(data, 'list.csv')
    const imported = async (race: string, ...options: readonly string[]) => {
      await writeFile(path, `bib,first_name,last_name,race\n501,Ida,Voss,${race}\n`)
      const words = ['import', path, '--entity', 'entrant', '--event', 'Spring Run', ...options]
      return { words, report: importDocument.parse(await marshalJson(words, { data })) }
    }
    await imported('Sat 5K')
    const moved = await imported('Sun Half', '--move')
    expect(moved.report).toMatchObject({ updated: { startGroupParticipant: 1 } })
    const added = await imported('Sat 5K')
    expect(added.report).toMatchObject({ created: { startGroupParticipant: 1 } })

    const { records } = (await marshalJson(['record', 'list', 'eventParticipant'], { data })) as {
      readonly records: readonly { readonly id: string }[]
    }
    const remove = ['record', 'delete', 'eventParticipant', records[0]!.id, '--with-children']
    expect((await marshal(remove, { data })).code).toBe(0)
    const refused = await marshal(added.words, { data })
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/Ida Voss was deleted here on \d{4}-\d\d-\d\d by /),
    })
    const again = await imported('Sat 5K', '--deleted-too')
    expect(again.report).toMatchObject({ created: { person: 0, eventParticipant: 1 }, bad: [] })
  })
})
