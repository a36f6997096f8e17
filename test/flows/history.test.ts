import { describe, expect, it } from 'vitest'
import type { HistoryFilter } from '../../main/contract/records.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

/** Three changes by two people, an import, and a second of time between them. */
async function aDay() {
  const marshal = await startAtTagServer()
  const { client, set, clock, importEntrants } = marshal
  const as = (operatorName: string) => client.settings.set({ operatorName, deviceName: 'Desk 1' })
  const later = () => clock.walk(1_000)
  await as('Maria')
  const ana = await set('person', { lastName: 'Silva', city: 'Porto' })
  await later()
  await set('person', { city: 'Lisboa' }, ana.id)
  await later()
  await as('Jonas')
  await importEntrants('First name,Last name,City\nBen,Meier,Ürzig\n')
  await later()
  await set('person', { email: 'ana@example.org', medicalConditions: 'asthma' }, ana.id)
  const history = (filter: HistoryFilter = {}) => client.records.history(filter)
  const found = async (filter: HistoryFilter) =>
    (await history({ entity: 'person', ...filter })).entries.map(({ changes }) =>
      changes.map(({ field }) => field).join(' '),
    )
  return { ...marshal, ana, history, found }
}

describe('the history', () => {
  it('is narrowed by who, origin, time and words', async () => {
    const { found, history } = await aDay()
    expect(await found({ who: 'Maria @ Desk 1' })).toEqual(['city', 'lastName city'])
    expect(await found({ origin: 'import' })).toEqual(['firstName lastName city'])
    expect(await found({ origin: 'import', from: 'another.csv' })).toEqual([])
    expect(await found({ text: 'lisb' })).toEqual(['city'])
    // A word of a field's name is no word of a value.
    expect(await found({ text: 'city' })).toEqual([])
    const { entries } = await history({ entity: 'person' })
    const [newest, , second] = entries
    expect(await found({ since: newest!.on })).toEqual(['email medicalConditions'])
    expect(await found({ until: second!.on, who: 'Maria @ Desk 1' })).toHaveLength(2)
    const names = ['Jonas @ Desk 1', 'Maria @ Desk 1']
    expect(new Set(entries.map(({ who }) => who))).toEqual(new Set(names))
  })

  it('is searched in either case, also beyond ASCII, and signs are only signs', async () => {
    const { found, set, ana } = await aDay()
    expect(await found({ text: ' üRZ ' })).toEqual(['firstName lastName city'])
    expect(await found({ text: 'L*boa' })).toEqual([])
    await set('person', { city: 'Lisboa "Baixa" [ÉST*]' }, ana.id)
    for (const text of ['A "baixa"', '[ést*]', '*']) expect(await found({ text })).toEqual(['city'])
  })

  it('is saved as CSV that no spreadsheet runs, without sensitive values', async () => {
    const { client, ana, set } = await aDay()
    await set('person', { city: '=cmd()' }, ana.id)
    let text = ''
    for await (const piece of await client.records.exportHistory({ entity: 'person' }))
      text += piece
    expect(text).toContain(`,city,Lisboa,'=cmd()`)
    expect(text).not.toContain('asthma')
    expect(text.trim().split('\n')).toHaveLength(1 + 1 + 1 + 3 + 1 + 2)
  })
})

describe('a change', () => {
  it('is taken back as a new change while nothing came after it, and not otherwise', async () => {
    const { client, ana, history } = await aDay()
    const of = async () => (await history({ entity: 'person', id: ana.id })).entries
    const [mail, city, made] = await of()
    expect([mail, city, made].map((entry) => entry!.canUndo)).toEqual([true, true, false])
    await client.records.undo({ id: city!.id })
    const [newest, , before] = await of()
    expect(newest).toMatchObject({
      who: 'Jonas @ Desk 1',
      changes: [{ field: 'city', before: 'Lisboa', after: 'Porto' }],
    })
    // The one that was taken back is not the last any more; another field of the record is not touched.
    expect(before!.canUndo).toBe(false)
    await expect(client.records.undo({ id: city!.id })).rejects.toMatchObject({
      data: { message: expect.stringContaining('changed the same fields since') },
    })
    await expect(client.records.undo({ id: made!.id })).rejects.toMatchObject({
      data: { code: 'wrong-use' },
    })
    await client.records.undo({ id: mail!.id })
    expect((await of())[0]!.changes).toContainEqual({
      field: 'email',
      before: 'ana@example.org',
      after: null,
    })
  })

  it('of a record that was deleted since stays', async () => {
    const { client, ana, history, remove } = await aDay()
    const [mail] = (await history({ id: ana.id })).entries
    await remove('person', ana.id)
    const { entries } = await history({ id: ana.id })
    expect(entries.map(({ canUndo }) => canUndo)).toEqual([false, false, false, false])
    await expect(client.records.undo({ id: mail!.id })).rejects.toMatchObject({
      data: { code: 'not-found' },
    })
  })
})
