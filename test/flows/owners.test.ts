import { describe, expect, it } from 'vitest'
import type { ConflictRule } from '../../main/contract/words.ts'
import {
  agreedPerson,
  editThere,
  persons,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'

const rules: readonly ConflictRule[] = ['master-wins', 'latest-wins', 'merge-fields', 'review']
const owned = (side: 'ours' | 'theirs', conflicts: ConflictRule = 'master-wins') => ({
  config: { conflicts, owners: { 'person.city': side } },
})

async function expectQuiet(marshal: Marshal): Promise<void> {
  const before = await marshal.server.submissions()
  for (let run = 0; run < 5; run++) {
    expect(await marshal.sync(run === 3 ? { kind: 'reconcile' } : {})).toMatchObject({
      outbound: { created: 0, updated: 0 },
      inbound: { created: 0, updated: 0, conflicts: 0 },
    })
  }
  expect(await marshal.server.submissions()).toEqual(before)
}

const here = async (marshal: Marshal) => (await persons(marshal))[0]!
const there = async (marshal: Marshal) => (await marshal.server.records())[0]!

describe('a field the target owns', () => {
  it.each(rules)('is taken from there, also where both changed it (%s)', async (rule) => {
    const marshal = await start(owned('theirs', rule))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await marshal.set('person', { city: 'Porto' }, id)
    await editThere(marshal, id, { city: 'Lisboa' }, 60)
    expect(await marshal.sync()).toMatchObject({ inbound: { conflicts: 0 } })
    expect(await here(marshal)).toMatchObject({ city: 'Lisboa' })
    expect(await there(marshal)).toMatchObject({ city: 'Lisboa' })
    await expectQuiet(marshal)
  })

  it('is never overwritten there by an edit here, and other fields go', async () => {
    const marshal = await start(owned('theirs'))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await marshal.set('person', { city: 'Porto', phone: '+351912345678' }, id)
    await marshal.sync()
    expect(await there(marshal)).toMatchObject({ city: 'Braga', phone: '+351912345678' })
    await expectQuiet(marshal)
    await editThere(marshal, id, { city: 'Faro' }, 60)
    await marshal.sync()
    expect(await here(marshal)).toMatchObject({ city: 'Faro' })
    await expectQuiet(marshal)
  })

  it('begins there with what it is here', async () => {
    const marshal = await start(owned('theirs'))
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await marshal.sync()
    expect(await there(marshal)).toMatchObject({ city: 'Braga' })
    await expectQuiet(marshal)
  })

  it('is sent as it is here once nobody owns it any more', async () => {
    const marshal = await start(owned('theirs'))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await marshal.set('person', { city: 'Porto' }, id)
    await marshal.sync()
    await marshal.client.targets.update({ name: 'timing', changes: { owners: {} } })
    await marshal.sync()
    expect(await there(marshal)).toMatchObject({ city: 'Porto' })
    await expectQuiet(marshal)
  })

  it('can be emptied there', async () => {
    const marshal = await start(owned('theirs'))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await editThere(marshal, id, { city: null }, 60)
    await marshal.sync()
    expect(await here(marshal)).toMatchObject({ city: null })
    await expectQuiet(marshal)
  })
})

describe('a field this side owns', () => {
  it.each(rules)('is put back there, also where only the target changed it (%s)', async (rule) => {
    const marshal = await start(owned('ours', rule))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await editThere(marshal, id, { city: 'Lisboa' }, 60)
    expect(await marshal.sync()).toMatchObject({ inbound: { conflicts: 0, updated: 0 } })
    expect(await here(marshal)).toMatchObject({ city: 'Braga' })
    expect(await there(marshal)).toMatchObject({ city: 'Braga' })
    await expectQuiet(marshal)
  })

  it('is sent as ever, and what the target changed in other fields is taken over', async () => {
    const marshal = await start(owned('ours'))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    await marshal.set('person', { city: 'Porto' }, id)
    await editThere(marshal, id, { city: 'Lisboa', phone: '+351912345678' }, 60)
    await marshal.sync()
    for (const side of [here, there]) {
      expect(await side(marshal)).toMatchObject({ city: 'Porto', phone: '+351912345678' })
    }
    await expectQuiet(marshal)
  })

  it('stays as it is there where nothing is ever sent', async () => {
    const marshal = await start(owned('ours'))
    const id = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva', city: 'Braga' })
    const changes = { direction: 'inbound' as const }
    await marshal.client.targets.update({ name: 'timing', changes })
    await editThere(marshal, id, { city: 'Lisboa' }, 60)
    await marshal.sync()
    expect(await here(marshal)).toMatchObject({ city: 'Braga' })
    expect(await there(marshal)).toMatchObject({ city: 'Lisboa' })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    await expectQuiet(marshal)
  })
})
