/** What there is to sync follows from the settings, and comes back as it was sent. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicaliser,
  normaliseFields,
  type Fields,
} from '../../../../main/engine/model/record.ts'
import { httpResources } from '../../../../main/engine/targets/http/resources.ts'
import { bindingsOf } from '../../../../main/engine/targets/kit/bindings.ts'
import { noParts } from '../../../../main/engine/targets/kit/resource.ts'

const bindings = (settings: Readonly<Record<string, unknown>>) =>
  bindingsOf(httpResources(settings))
const bindingFor = (entity: string, settings: Readonly<Record<string, unknown>> = {}) =>
  bindings(settings).find((one) => one.entity === entity)!

describe('the resources', () => {
  it('are the kinds of records that are set, each once, with references among them only', () => {
    const also = [
      { entity: 'organisation', path: '/clubs' },
      { entity: 'person', path: '/others' },
    ]
    expect(
      bindings({ path: '/people', also }).map(
        ({ entity, remoteName }) => `${entity} ${remoteName}`,
      ),
    ).toEqual(['person /people', 'organisation /clubs'])
    expect(bindingFor('person', { also }).soft).toEqual(['organisation'])
    expect(bindingFor('person').fields).not.toContain('organisation')
  })

  it('have the fields that were chosen, and those a record cannot be without', () => {
    expect(bindingFor('person', { fields: ['email'] }).fields).toEqual(['lastName', 'email'])
  })

  it('are persons while what is typed does not fit', () => {
    expect(bindings({ entity: 'nobody', path: 7 }).map(({ entity }) => entity)).toEqual(['person'])
  })
})

describe('a record', () => {
  it('comes back as it was sent', () => {
    const { toRemote, fromRemote, fields } = bindingFor('person')
    const hash = canonicaliser('person', fields)
    const text = fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
    const given = fc.record({
      ...{ firstName: text, lastName: text, city: text, postalCode: text },
      gender: fc.option(fc.constantFrom('male', 'female', 'other')),
      dateOfBirth: fc.option(fc.constantFrom('1984-02-29', '1999-12-31')),
      email: fc.option(fc.emailAddress()),
      country: fc.option(fc.constantFrom('DE', 'TR', 'CI')),
    })
    fc.assert(
      fc.property(given, (record) => {
        const normal = normaliseFields('person', record as Fields).fields
        const read = fromRemote!(toRemote(normal, {}, noParts))
        expect(hash(normaliseFields('person', read.fields).fields)).toBe(hash(normal))
      }),
    )
  })

  it('says nothing of what it does not have, and of a field that does not travel', () => {
    const { toRemote, fromRemote } = bindingFor('person', {
      also: [{ entity: 'organisation', path: '/c' }],
    })
    expect(fromRemote!({ lastName: 'A', tags: ['x'], city: { a: 1 } })).toEqual({
      fields: { lastName: 'A' },
      refs: {},
    })
    expect(toRemote({ lastName: 'A' }, {}, noParts)).toEqual({ lastName: 'A', organisation: null })
  })

  it('refers by an id, by an object with one, and by an element of XML', () => {
    const { fromRemote } = bindingFor('person', { also: [{ entity: 'organisation', path: '/c' }] })
    const refers = (organisation: unknown) => fromRemote!({ organisation }).refs['organisation']
    expect([7, '7', { id: 7, name: 'x' }, { '#text': '7' }, null, {}].map(refers)).toEqual([
      '7',
      '7',
      '7',
      '7',
      null,
      null,
    ])
  })
})

describe('a record inside another one', () => {
  const settings = {
    entity: 'eventParticipant',
    subObjects: [
      { field: 'person', position: 'runner.data', sourceIdField: 'key', fields: ['email'] },
    ],
    also: [{ entity: 'event', path: '/events' }],
  }

  it('is a kind of its own, made with the one it stands in', () => {
    const made = bindings(settings).map(
      ({ entity, partOf }) => `${entity} ${partOf?.isMade ?? 'root'}`,
    )
    expect(made).toEqual(['person true', 'eventParticipant root', 'event root'])
    expect(bindingFor('person', settings).fields).toEqual(['lastName', 'email'])
  })

  it('is none where its kind has a collection, or the field refers to nothing', () => {
    const also = [...settings.also, { entity: 'person', path: '/people' }]
    expect(bindingFor('person', { ...settings, also }).partOf).toBeNull()
    const subObjects = [{ field: 'number' }, { field: 'nothing' }]
    expect(bindings({ ...settings, subObjects }).map(({ entity }) => entity)).toEqual([
      'eventParticipant',
      'event',
    ])
  })

  it('stands where it was set, with its id once it has one', () => {
    const { toRemote, fromRemote } = bindingFor('eventParticipant', settings)
    const person = { fields: { lastName: 'Silva', email: 'a@b.cd', city: 'x' }, ...noParts }
    const parts = { one: { person }, many: {} }
    expect(toRemote({ number: '7' }, { event: '1' }, parts)).toEqual({
      ...{ number: '7', event: '1' },
      runner: { data: { lastName: 'Silva', email: 'a@b.cd' } },
    })
    const body = toRemote({ number: '7' }, { event: '1', person: '17' }, parts)
    expect(body).toMatchObject({ runner: { data: { key: '17', lastName: 'Silva' } } })
    expect(fromRemote!(body).refs).toEqual({ event: '1', person: '17' })
    expect(fromRemote!({ runner: { data: 17 } }).refs).toEqual({ person: '17' })
    expect(fromRemote!({}).refs).toEqual({})
  })
})
