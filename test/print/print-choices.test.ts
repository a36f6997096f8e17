import { describe, expect, it } from 'vitest'
import { addressOfFilter, filterOfAddress } from '../../renderer/pages/print/print-address.ts'
import {
  firstChoices,
  offeredFields,
  printKinds,
} from '../../renderer/pages/print/print-choices.ts'
import { isSensitiveRosterField } from '../../main/contract/roster-fields.ts'

const own = ['own_bus', 'ownSensitive_allergies']

describe('what may be printed of people', () => {
  it.each(printKinds)('is nothing sensitive until somebody asks: %s', (kind) => {
    const offered = offeredFields(kind, { own, sensitive: false })
    expect(offered.filter(isSensitiveRosterField)).toEqual([])
    expect(offered).toContain('own_bus')
    const all = offeredFields(kind, { own, sensitive: true })
    expect(all).toEqual(expect.arrayContaining(['medicalConditions', 'ownSensitive_allergies']))
    expect(firstChoices('DE').fields[kind].filter(isSensitiveRosterField)).toEqual([])
  })

  it('is on the paper of the country at first', () => {
    expect([firstChoices('US').paper, firstChoices('US').label]).toEqual(['letter', 'avery5160'])
    expect([firstChoices('DE').paper, firstChoices(undefined).label]).toEqual(['a4', 'l7160'])
  })
})

describe('the address of the page', () => {
  it.each([
    { missing: [], startGroupId: null, race: null },
    { missing: ['checkIn', 'tag'], startGroupId: 'g', race: null },
    { missing: ['waiver'], startGroupId: null, race: 'r' },
  ] as const)('brings the list of the desk along: %j', (filter) => {
    const query = addressOfFilter({ ...filter, missing: [...filter.missing] })
    expect(filterOfAddress(query as Record<string, string>)).toEqual(filter)
  })

  it('asks for nothing it does not know', () => {
    const nobody = { missing: [], startGroupId: null, race: null }
    expect(filterOfAddress({ missing: 'everything', group: '', race: ['a', 'b'] })).toEqual(nobody)
  })
})
