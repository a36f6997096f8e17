/** Changes at the target that only make sense together. */
import { describe, expect, it } from 'vitest'
import {
  editThere,
  persons,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'
import { addEntrant, raceDay } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

async function twoEntrants(config: Readonly<Record<string, unknown>> = {}) {
  const marshal = await start({ config })
  const day = await raceDay(marshal)
  const tags = [
    await marshal.set('tag', { number: 'T-1' }),
    await marshal.set('tag', { number: 'T-2' }),
  ] as const
  const ana = await addEntrant(marshal, day, { bib: '1', firstName: 'Ana', tag: tags[0].id })
  const bo = await addEntrant(marshal, day, { bib: '2', firstName: 'Bo', tag: tags[1].id })
  await marshal.sync()
  await marshal.sync()
  return { marshal, tags, ana, bo }
}

const bibs = async ({ client }: Marshal) =>
  (await client.records.list({ entity: 'eventParticipant' })).records.map(({ number }) => number)

describe('entrants who swap bib and tag at the target', () => {
  it('have swapped them here after one run, and nothing is sent back', async () => {
    const { marshal, tags, ana, bo } = await twoEntrants()
    await editThere(marshal, ana.participant.id, { number: '2', tag: tags[1].id }, 60)
    await editThere(marshal, bo.participant.id, { number: '1', tag: tags[0].id }, 61)
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      inbound: { updated: 2, failed: 0 },
      outbound: { updated: 0 },
    })
    expect(await bibs(marshal)).toEqual(['2', '1'])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it('one after the other have what the last one has', async () => {
    const { marshal, ana, bo } = await twoEntrants()
    await editThere(marshal, ana.participant.id, { number: '2' }, 60)
    await editThere(marshal, bo.participant.id, { number: '3' }, 61)
    expect(await marshal.sync()).toMatchObject({ inbound: { updated: 2, failed: 0 } })
    expect(await bibs(marshal)).toEqual(['2', '3'])
  })
})

describe('an entrant deleted at the target', () => {
  it('goes with person and place in one run, children first', async () => {
    const { marshal, ana } = await twoEntrants({ remoteDeletion: 'delete' })
    for (const { id } of [ana.person, ana.participant, ana.place]) {
      await editThere(marshal, id, { deleted: true }, 60)
    }
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      inbound: { deleted: 3, failed: 0 },
    })
    expect(await persons(marshal)).toMatchObject([{ firstName: 'Bo' }])
    expect(await bibs(marshal)).toEqual(['2'])
  })

  it('whose place stays there is refused with the reason', async () => {
    const { marshal, ana } = await twoEntrants({ remoteDeletion: 'delete' })
    await editThere(marshal, ana.participant.id, { deleted: true }, 60)
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', inbound: { deleted: 0, failed: 1 } })
    expect(run.errors[0]!.message).toContain('is still used by')
    expect(await bibs(marshal)).toEqual(['1', '2'])
  })
})
