import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyMapping, mappingFaults, undoMapping } from '../../main/engine/targets/kit/mapping.ts'

describe('a field mapping', () => {
  const mapping = [
    { ours: 'person.email', theirs: 'email_address' },
    { ours: 'person.firstName', theirs: 'merge_fields.FNAME' },
    { ours: 'person.language', theirs: 'language' },
    { ours: 'tag.number', theirs: 'code' },
  ]
  const body = { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org' }

  it('moves our fields to their places, and takes along fields the adapter does not send', () => {
    expect(applyMapping(mapping, 'person', { language: 'pt', phone: '1' }, body)).toEqual({
      lastName: 'Silva',
      email_address: 'ana@example.org',
      merge_fields: { FNAME: 'Ana' },
      language: 'pt',
    })
    expect(body).toEqual({ firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org' })
  })

  it('leaves other entities alone', () => {
    const event = { name: 'Spring Classic' }
    expect(applyMapping(mapping, 'event', {}, event)).toBe(event)
    expect(applyMapping([], 'person', {}, body)).toBe(body)
  })

  it('moves what the adapter made of a value, not the value', () => {
    const rows = [{ ours: 'person.gender', theirs: 'sex' }]
    expect(applyMapping(rows, 'person', { gender: 'female' }, { gender: 'FEMALE' })).toEqual({
      sex: 'FEMALE',
    })
  })

  it('lets two fields swap their places', () => {
    const swap = [
      { ours: 'person.firstName', theirs: 'lastName' },
      { ours: 'person.lastName', theirs: 'firstName' },
    ]
    expect(applyMapping(swap, 'person', {}, body)).toMatchObject({
      firstName: 'Silva',
      lastName: 'Ana',
    })
    expect(undoMapping(swap, 'person', applyMapping(swap, 'person', {}, body))).toEqual(body)
  })

  it('puts a cleared field there as empty', () => {
    expect(applyMapping(mapping, 'person', {}, { email: null })).toMatchObject({
      email_address: null,
    })
  })

  it('says nothing of a field neither the record nor the body has', () => {
    const rows = [{ ours: 'person.language', theirs: 'merge_fields.LANG' }]
    expect(applyMapping(rows, 'person', {}, { firstName: 'Ana' })).toEqual({ firstName: 'Ana' })
  })

  it('hears nothing of a field from where it was before', () => {
    const rows = [{ ours: 'person.email', theirs: 'contact.mail' }]
    expect(undoMapping(rows, 'person', { email: 'old@example.org', contact: {} })).toEqual({
      contact: {},
    })
  })

  it('refuses to write into a value', () => {
    const rows = [{ ours: 'person.email', theirs: 'lastName.email' }]
    expect(() => applyMapping(rows, 'person', {}, body)).toThrow(
      expect.objectContaining({ code: 'config' }),
    )
  })

  it.each([
    ['person.email', '__proto__.polluted'],
    ['person.email', 'a.constructor.b'],
    ['person.email', 'prototype'],
    ['person.email', ''],
    ['person.email', 'a..b'],
    ['person.shoeSize', 'size'],
    ['runner.email', 'email'],
    ['email', 'email'],
    ['person.email.domain', 'domain'],
  ])('has a fault: %s -> %s', (ours, theirs) => {
    expect(mappingFaults([{ ours, theirs }])).toHaveLength(1)
    expect(() => applyMapping([{ ours, theirs }], 'person', {}, body)).toThrow('mapping is wrong')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('has a fault when two fields go to one place', () => {
    const rows = [
      { ours: 'person.email', theirs: 'contact' },
      { ours: 'person.phone', theirs: 'contact' },
      { ours: 'organisation.email', theirs: 'contact' },
    ]
    expect(mappingFaults(rows)).toEqual(['person.email and person.phone both go to "contact"'])
  })

  it('is undone exactly by its opposite', () => {
    const word = fc.stringMatching(/^[a-z]{1,5}$/)
    const place = fc.array(word, { minLength: 1, maxLength: 3 }).map((path) => `x${path.join('.')}`)
    const rows = fc
      .uniqueArray(fc.constantFrom('email', 'firstName', 'lastName', 'phone'))
      .chain((fields) =>
        fc
          .uniqueArray(place, {
            minLength: fields.length,
            maxLength: fields.length,
            comparator: (a, b) => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`),
          })
          .map((places) =>
            fields.map((field, at) => ({ ours: `person.${field}`, theirs: places[at] ?? '' })),
          ),
      )
    const person = fc.record({
      email: fc.option(fc.string()),
      firstName: fc.string(),
      lastName: fc.string(),
      phone: fc.option(fc.string()),
    })
    fc.assert(
      fc.property(rows, person, (mapped, content) => {
        const there = applyMapping(mapped, 'person', {}, content)
        expect(undoMapping(mapped, 'person', there)).toMatchObject(content)
      }),
    )
  })
})
