import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entities, fieldOf } from '../../main/engine/model/entities.ts'
import {
  canonicaliser,
  contentHash,
  normaliseFields,
  type Fields,
} from '../../main/engine/model/record.ts'
import type { Refs, RemoteBody } from '../../main/engine/targets/kit/adapter.ts'
import { adapters } from '../../main/engine/targets/registry.ts'
import { noParts } from '../../main/engine/targets/kit/resource.ts'
import { sampleFields, sampleParts } from './conformance/sample-records.ts'
import { untidyParts, untidyRecord } from '../support/untidy-records.ts'

const aUuid = '0f8fad5b-d9cb-469f-a165-70867728950e'

describe.each(adapters.map((adapter) => [adapter.manifest.name, adapter] as const))(
  '%s',
  (_name, adapter) => {
    // What is only received has nothing to say there.
    const sent = adapter.manifest.bindings.filter(({ direction }) => direction !== 'inbound')

    it.each(sent.map((binding) => [binding.entity, binding] as const))(
      'says the same there and back: %s',
      (entity, binding) => {
        const canonical = canonicaliser(entity, binding.fields)
        const hash = (fields: Fields) =>
          contentHash(canonical(normaliseFields(entity, fields).fields))
        fc.assert(
          fc.property(untidyRecord(binding), untidyParts(binding), (untidyFields, repeated) => {
            const { fields: normal, invalid } = normaliseFields(entity, untidyFields)
            expect(invalid).toEqual({})
            const references = [...binding.hard, ...binding.soft]
            const refs = Object.fromEntries(
              references.flatMap((name) =>
                typeof normal[name] === 'string' ? [[name, normal[name]]] : [],
              ),
            )
            // Over the wire and back: what JSON cannot carry would be lost here.
            const raw = JSON.parse(
              JSON.stringify(binding.toRemote(normal, refs, repeated)),
            ) as RemoteBody
            const back = binding.fromRemote?.(raw) ?? { fields: {}, refs: {} }
            const kept = binding.project ? binding.project(normal) : normal
            expect(hash({ ...back.fields, ...back.refs })).toBe(hash(kept))
          }),
        )
      },
    )

    it.each(sent.map((binding) => [binding.entity, binding] as const))(
      'sends every field it declares, and no reference of ours: %s',
      (entity, binding) => {
        const known = entities[entity].fields.map(({ name }) => name)
        for (const name of binding.fields) expect(known).toContain(name)
        const references = [...binding.hard, ...binding.soft]
        const ours = Object.fromEntries(binding.fields.map((name) => [name, 'our-own-id']))
        for (const name of references) {
          expect(binding.toRemote(ours, {}, noParts)[name] ?? null).toBeNull()
        }
        const sample = sampleFields(binding, 1)
        const refs = Object.fromEntries(references.map((name) => [name, '7']))
        const repeated = sampleParts(binding, 1)
        const said = (fields: Fields, ids: Refs) =>
          JSON.stringify(binding.toRemote(fields, ids, repeated))
        for (const name of binding.fields) {
          const { [name]: _, ...others } = sample
          const { [name]: __, ...otherRefs } = refs
          const isSaid = said(others, otherRefs) !== said(sample, refs)
          // Of a choice the target may know fewer words than there are, of a code only one form.
          const isSaidAtAll =
            isSaid ||
            (fieldOf(entity, name).choices ?? [aUuid]).some(
              (word) => said({ ...sample, [name]: word }, refs) !== said(sample, refs),
            )
          expect(isSaidAtAll, name).toBe(true)
        }
      },
    )
  },
)
