/** Records in our own terms: what a body says is read back as it was. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { entities } from '../../main/engine/model/entities.ts'
import type { FieldDefinition } from '../../main/engine/model/field.ts'
import { bindingsOf } from '../../main/engine/targets/kit/bindings.ts'
import { everythingInOwnTerms } from '../../main/engine/targets/kit/own-terms.ts'
import { noParts, type Refs } from '../../main/engine/targets/kit/resource.ts'
import { readPulled } from '../../main/engine/targets/kit/told-record.ts'

const bindings = bindingsOf(everythingInOwnTerms({ direction: 'both', changes: 'since' }))

const valueOf = ({ kind }: FieldDefinition): fc.Arbitrary<FieldValue> => {
  if (kind === 'integer') return fc.option(fc.integer())
  if (kind === 'number') return fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))
  if (kind === 'boolean') return fc.option(fc.boolean())
  return fc.option(fc.string({ unit: 'grapheme' }))
}

describe.each(bindings.map((binding) => [binding.entity, binding] as const))(
  '%s',
  (entity, binding) => {
    const definitions = entities[entity].fields
    const fieldsOf = (isReference: boolean) =>
      definitions.filter(({ kind }) => (kind === 'ref') === isReference)
    const plain = fc.record(
      Object.fromEntries(fieldsOf(false).map((field) => [field.name, valueOf(field)])),
      // What does not travel is left out.
      { requiredKeys: [] },
    )
    const references = fc.record(
      Object.fromEntries(fieldsOf(true).map(({ name }) => [name, fc.string({ minLength: 1 })])),
      { requiredKeys: [] },
    )

    it('comes back from what was sent, as a record and inside an event, through JSON', () => {
      fc.assert(
        fc.property(plain, references, fc.uuid(), (given, named, id) => {
          const [fields, refs] = [given as Fields, named as Refs]
          const data = binding.toRemote(fields, refs, noParts)
          const told = { id, timestamp: '2026-05-03T05:00:00Z', entity }
          for (const raw of [
            { ...data, ...told },
            { ...told, type: `update-${entity}`, data },
          ]) {
            const read = readPulled(JSON.parse(JSON.stringify(raw)), 'organisation')
            if (read.kind !== 'record') throw new Error(read.kind)
            expect(read.record).toMatchObject({ entity, remoteId: id, deleted: false })
            const back = binding.fromRemote!(read.record.body)
            // JSON knows no negative zero.
            expect(JSON.stringify(back.fields)).toBe(JSON.stringify(inOrder(fields)))
            expect(back.refs).toEqual({ ...nothing, ...refs })
          }
        }),
      )
    })

    const nothing = Object.fromEntries(fieldsOf(true).map(({ name }) => [name, null]))
    const inOrder = (fields: Fields) =>
      Object.fromEntries(
        fieldsOf(false).flatMap(({ name }) =>
          Object.hasOwn(fields, name) ? [[name, fields[name]!]] : [],
        ),
      )
  },
)
