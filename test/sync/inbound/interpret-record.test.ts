/** One remote record in our terms: what it says, what it cannot say, and what it has to wait for. */
import { describe, expect, it } from 'vitest'
import type { OwnField } from '../../../main/contract/own-fields.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import {
  interpretRecord,
  type RawRecord,
  type Reading,
} from '../../../main/engine/sync/inbound/decide/interpret-record.ts'
import type { InboxItem } from '../../../main/engine/store/traffic/inbox.ts'
import { findAdapter } from '../../../main/engine/targets/registry.ts'

const item: InboxItem = {
  ...{ id: 1, remoteId: 'r1', version: '1', modifiedOn: null, deleted: false, body: {} },
}
const here: Readonly<Record<string, string>> = { e1: 'our-event', p1: 'our-person' }

function reading(
  entity: EntityName,
  over: Partial<Reading> & { readonly adapter?: string } = {},
): Reading {
  const { bindings } = findAdapter(over.adapter ?? 'ems')!.manifest
  return {
    binding: bindings.find((one) => one.entity === entity)!,
    ourId: (_item, refs, field) => here[refs[field] ?? ''],
    received: ['event', 'person', 'eventParticipant', 'tag'],
    today: '2026-06-01',
    own: [],
    here: () => undefined,
    toRecognise: false,
    ...over,
  }
}
const person = (fields: Record<string, string>): RawRecord => ({ fields, refs: {} })

describe('a remote record', () => {
  it('is read in normal form, without the field that does not fit, which is named', () => {
    const raw = person({ firstName: ' Ana ', lastName: 'Silva', email: 'nowhere' })
    const read = interpretRecord(reading('person'), item, raw)
    expect(read).toMatchObject({
      kind: 'content',
      theirs: { firstName: 'Ana', lastName: 'Silva' },
      leftOut: expect.stringContaining('mail') as string,
    })
    expect(read).not.toHaveProperty('theirs.email')
  })

  it('has own values as their event wants them, without those that do not fit', () => {
    const plain = reading('eventParticipant')
    const names = ['own_hotel', 'own_weight', 'own_vegan', 'own_bus', 'own_old']
    const field = (name: string, more: Partial<OwnField>): OwnField => ({
      ...{ eventId: 'our-event', name, label: name.slice(4), kind: 'text', choices: [] },
      ...{ onDesk: true, sensitive: false, ...more },
    })
    const own = [
      field('own_hotel', { kind: 'choice', choices: ['Ritz'], label: 'Hotel' }),
      field('own_weight', { kind: 'number' }),
      field('own_vegan', { kind: 'yesNo' }),
      field('own_bus', { eventId: 'another' }),
      field('own_old', { kind: 'number' }),
    ]
    const binding = { ...plain.binding, fields: [...plain.binding.fields, ...names] }
    const given = { ...plain, binding, own, here: () => ({ own_old: 'nine' }) }
    const fields = {
      ...{ own_hotel: 'Savoy', own_weight: '61,5', own_vegan: 'ja', own_bus: 'North' },
      ...{ own_old: 'nine' },
    }
    const raw = { fields, refs: { event: 'e1', person: 'p1' } }
    const read = interpretRecord(given, item, raw)
    expect(read).toMatchObject({
      kind: 'content',
      theirs: { own_weight: '61.5', own_vegan: 'yes', own_old: 'nine' },
      leftOut: 'Hotel is not one of Ritz; bus is not a field of Event participant',
    })
    expect(read).not.toHaveProperty('theirs.own_hotel')
    expect(read).not.toHaveProperty('theirs.own_bus')
  })

  it('is refused by the field it cannot be without', () => {
    const raw = { fields: { name: 'x'.repeat(5000) }, refs: {} }
    const read = interpretRecord(reading('event'), item, raw)
    expect(read).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('Name') as string,
    })
  })

  it('is refused with half of a character, naming the field', () => {
    const read = interpretRecord(reading('person'), item, person({ firstName: 'A\ud83d' }))
    expect(read).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringMatching(/^First name has half/) as string,
    })
  })

  it('says why the adapter could not read it', () => {
    const read = interpretRecord(reading('person'), item, { unreadable: 'no name at all' })
    expect(read).toMatchObject({ kind: 'unreadable', reason: 'no name at all' })
  })

  it('waits for a parent it cannot be without, unless it is only to be recognised', () => {
    const entry = {
      fields: { number: '12' },
      refs: { event: 'e1', person: 'unknown' },
    }
    expect(interpretRecord(reading('eventParticipant'), item, entry)).toMatchObject({
      kind: 'early',
    })
    const recognised = interpretRecord(
      reading('eventParticipant', { toRecognise: true }),
      item,
      entry,
    )
    expect(recognised).toMatchObject({ kind: 'content', theirs: { event: 'our-event' } })
  })

  it('says nothing of a tag that is not here yet, and is read again where tags are received', () => {
    const entry = { fields: { number: '12' }, refs: { event: 'e1', person: 'p1', tag: 't1' } }
    const read = interpretRecord(reading('eventParticipant'), item, entry)
    expect(read).toMatchObject({ kind: 'content', partial: true })
    expect(read).not.toHaveProperty('theirs.tag')
    const without = reading('eventParticipant', { received: ['eventParticipant'] })
    expect(interpretRecord(without, item, entry)).toMatchObject({ partial: false })
  })

  it('that refers to nothing clears the reference', () => {
    const entry = { fields: {}, refs: { event: 'e1', person: 'p1', tag: null } }
    const read = interpretRecord(reading('eventParticipant'), item, entry)
    expect(read).toMatchObject({ kind: 'content', theirs: { tag: null } })
  })

  it('that is gone is a deletion, whatever is left of it', () => {
    const gone = { ...item, deleted: true }
    expect(interpretRecord(reading('person'), gone, person({}))).toEqual({
      item: gone,
      kind: 'deleted',
    })
  })
})
