/** Records as they may come from a person, a file or another system, for property tests. */
import fc from 'fast-check'
import type { FieldValue } from '../../main/contract/records.ts'
import { entities } from '../../main/engine/model/entities.ts'
import type { FieldDefinition } from '../../main/engine/model/field.ts'
import { normaliseFields, type Fields } from '../../main/engine/model/record.ts'
import type { EntityBinding, PartsContent } from '../../main/engine/targets/kit/adapter.ts'
import type { KnownPart } from '../../main/engine/targets/kit/bindings.ts'
import type { PartContent } from '../../main/engine/targets/kit/resource.ts'

/** A value that is not normal yet. */
function untidy(field: FieldDefinition): fc.Arbitrary<FieldValue> {
  const empty = fc.constantFrom<FieldValue>(null, '', '  ')
  const padded = (text: fc.Arbitrary<string>) =>
    fc.tuple(fc.constantFrom('', ' ', '\t'), text).map(([pad, word]) => pad + word + pad)
  switch (field.kind) {
    case 'text':
    case 'name':
    case 'note':
      return fc.oneof(
        empty,
        padded(fc.string({ unit: 'grapheme', maxLength: 40 })),
        fc.constant('e\u0301'),
      )
    case 'code':
      return fc.oneof(empty, padded(fc.stringMatching(/^[0-9A-Z-]{1,10}$/)))
    case 'email':
      return fc.oneof(empty, padded(fc.emailAddress()))
    case 'phone':
      return fc.oneof(empty, fc.constantFrom('+49 151 123 456 78', '+351912345678', '0151-12345'))
    case 'url':
      return fc.oneof(empty, fc.constantFrom('https://example.org/run?a=1', 'www.example.org'))
    case 'country':
      return fc.oneof(empty, fc.constantFrom('de', 'PT', ' za '))
    case 'date':
      return fc.oneof(empty, fc.constantFrom('1984-2-9', '1984-02-29', '2001-12-31T00:00:00Z'))
    case 'instant':
      return fc.oneof(
        empty,
        fc.constantFrom(
          '2026-05-03T07:00:00+02:00',
          '2026-05-03T05:00:00.500Z',
          '2026-05-03 05:00:00Z',
        ),
      )
    case 'integer':
      return fc.oneof(
        empty,
        inRange(field),
        fc.constant('12'),
        fc.constant((field.min ?? 0) > 0 ? 1 : -0),
      )
    case 'number':
      return fc.oneof(empty, inRange(field), fc.constantFrom(42195, 21097.5, '10.50', 0))
    case 'boolean':
      return fc.oneof(empty, fc.constantFrom<FieldValue>(true, false, 'yes', 'No', '1'))
    case 'choice':
      return fc.oneof(
        empty,
        fc.constantFrom(...(field.choices ?? [])).map((word) => word.toUpperCase()),
      )
    case 'ref':
      return fc.oneof(fc.constant(null), fc.integer({ min: 1 }).map(String))
  }
}

const inRange = ({ min, max }: FieldDefinition) =>
  fc.integer({ ...(min !== undefined && { min }), ...(max !== undefined && { max }) })

/** Some fields of a binding; any may be missing. */
export function untidyRecord(binding: EntityBinding): fc.Arbitrary<Fields> {
  const fields = entities[binding.entity].fields.filter(({ name }) => binding.fields.includes(name))
  return fc
    .record(Object.fromEntries(fields.map((field) => [field.name, untidy(field)])), {
      requiredKeys: [],
    })
    .map((record) => record as Fields)
}

/** What the bodies of a binding say of other records, in normal form. */
export function untidyParts({ parts }: Pick<EntityBinding, 'parts'>): fc.Arbitrary<PartsContent> {
  const of = (kind: KnownPart['kind']) =>
    Object.entries(parts).filter(([, part]) => part.kind === kind)
  return fc.record({
    one: fc.record(Object.fromEntries(of('one').map(([name, part]) => [name, untidyPart(part)]))),
    many: fc.record(
      Object.fromEntries(
        of('many').map(([name, part]) => [name, fc.array(untidyPart(part), { maxLength: 2 })]),
      ),
    ),
  })
}

function untidyPart({ entity, parts }: KnownPart): fc.Arbitrary<PartContent> {
  const fields = entities[entity].fields.filter(({ kind }) => kind !== 'ref')
  const content = fc
    .record(Object.fromEntries(fields.map((field) => [field.name, untidy(field)])))
    .map((record) => normaliseFields(entity, record as Fields).fields)
  return fc
    .tuple(content, untidyParts({ parts }))
    .map(([own, below]) => ({ fields: own, ...below }))
}
