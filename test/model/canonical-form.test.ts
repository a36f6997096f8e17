import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import { entityNames } from '../../main/contract/words.ts'
import { entities } from '../../main/engine/model/entities.ts'
import type { FieldDefinition } from '../../main/engine/model/field.ts'
import { canonicaliser, contentHash, normaliseFields } from '../../main/engine/model/record.ts'

const untidy = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', ' ', '  a\u00a0b ', 'e\u0301', '\u00e9', 'A@B.example', '0042', '\r\nx\r\n'),
)

function valueOf(field: FieldDefinition): fc.Arbitrary<FieldValue> {
  switch (field.kind) {
    case 'date':
      return fc.constantFrom('1990-1-2', '1990-01-02', '2024-02-29', '1990-01-02T10:00:00Z')
    case 'instant':
      return fc.constantFrom(
        '2026-04-20T09:00:00Z',
        '2026-04-20T11:00:00+02:00',
        '2026-04-20 09:00Z',
      )
    case 'integer':
      return fc.oneof(fc.integer(), fc.constantFrom('7', ' 7 ', -0))
    case 'number':
      return fc.oneof(fc.integer(), fc.constantFrom('7.50', 7.5, '1e3', -0))
    case 'boolean':
      return fc.constantFrom(true, false, 'ja', 'no', 1, 0, '1')
    case 'choice':
      return fc.constantFrom(...field.choices!)
    case 'phone':
      return fc.oneof(
        fc.constantFrom('+49 30 901820', '0049 30 901820', '(030) 90-18-20', 'ext'),
        untidy,
      )
    case 'text':
    case 'name':
    case 'note':
    case 'code':
    case 'ref':
      return untidy
    case 'email':
      return fc.oneof(fc.constantFrom('ANA@Example.org', 'a.b+c@x.example'), untidy)
    case 'url':
      return fc.oneof(fc.constantFrom('https://Example.org', 'example.org/x'), untidy)
    case 'country':
      return fc.oneof(fc.constantFrom('de', 'GER', ' Pt '), untidy)
  }
}

/** A record of an entity as people and other systems write it, some fields left out, some empty. */
const recordOf = (entity: (typeof entityNames)[number]): fc.Arbitrary<Record<string, FieldValue>> =>
  fc.record(
    Object.fromEntries(
      entities[entity].fields.map((field) => [
        field.name,
        fc.oneof(
          { weight: 4, arbitrary: valueOf(field) },
          { weight: 1, arbitrary: fc.constant(null) },
        ),
      ]),
    ),
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, FieldValue>>

describe.each(entityNames)('the normal form of a %s', (entity) => {
  const canonical = canonicaliser(entity)
  const hashOf = (fields: Record<string, FieldValue>) =>
    contentHash(canonical(normaliseFields(entity, fields).fields))

  it('is its own normal form', () => {
    fc.assert(
      fc.property(recordOf(entity), (record) => {
        const once = normaliseFields(entity, record).fields
        expect(normaliseFields(entity, once)).toEqual({ fields: once, invalid: {} })
      }),
    )
  })

  it('has one hash, whatever the order of the fields', () => {
    fc.assert(
      fc.property(recordOf(entity), fc.infiniteStream(fc.nat()), (record, order) => {
        const shuffled = Object.entries(record)
          .map((entry) => [order.next().value as number, entry] as const)
          .sort(([a], [b]) => a - b)
          .map(([, entry]) => entry)
        expect(hashOf(Object.fromEntries(shuffled))).toBe(hashOf(record))
      }),
    )
  })

  it('has one hash, whether an empty field is left out, null or blank', () => {
    fc.assert(
      fc.property(recordOf(entity), fc.constantFrom(null, '', '  '), (record, empty) => {
        const whole = { ...record }
        for (const { name } of entities[entity].fields) whole[name] ??= empty
        expect(hashOf(whole)).toBe(hashOf(record))
      }),
    )
  })

  it('has another hash as soon as one field differs', () => {
    fc.assert(
      fc.property(recordOf(entity), fc.nat(), (record, at) => {
        const { fields } = normaliseFields(entity, record)
        const { name } = entities[entity].fields[at % entities[entity].fields.length]!
        const changed = { ...fields, [name]: fields[name] == null ? 'x' : null }
        expect(contentHash(canonical(changed))).not.toBe(contentHash(canonical(fields)))
      }),
    )
  })
})
