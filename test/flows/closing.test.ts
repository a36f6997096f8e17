import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startAtTagServer } from '../targets/tagserver/target.ts'

/** Far longer than what is written before the program ends; a file is looked through first, so it has an end. */
async function* longList(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('first_name,last_name\n')
  for (let page = 0; page < 60; page++) {
    const rows = Array.from({ length: 500 }, (_, n) => `Ana,Silva ${page * 500 + n}`)
    yield new TextEncoder().encode(`${rows.join('\n')}\n`)
  }
}

it('an import ends with the program, at a page, and what it wrote is there', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-closing-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const reached = Promise.withResolvers<void>()
  const first = await startAtTagServer({
    dataDir,
    probe: async (point) => {
      if (point === 'import:page:3') reached.resolve()
    },
  })
  const importing = first.engine.importFile(
    { name: 'list.csv', open: longList },
    { entity: 'person', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  const outcome = importing.then(
    () => 'finished',
    (error: unknown) => String(error),
  )
  await reached.promise
  await first.close()
  expect(await outcome).toMatch(/closing/)

  const second = await startAtTagServer({ dataDir })
  const { records } = await second.client.status.get()
  expect(records['person']).toBeGreaterThanOrEqual(1_000)
  expect(await second.client.settings.check()).toEqual({ ok: true, problems: [] })
})
