/** The same content has the same hash wherever it has been: through EMS and back, and however EMS writes it. */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import { entities } from '../../../main/engine/model/entities.ts'
import { normaliseFields, type Fields } from '../../../main/engine/model/record.ts'
import { ems } from '../../../main/engine/targets/ems/adapter.ts'
import type {
  EntityBinding,
  PartsContent,
  Refs,
  RemoteBody,
  SendOutcome,
} from '../../../main/engine/targets/kit/adapter.ts'
import { startEms, type EmsStandIn } from './stand-in.ts'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'
import { untidyParts, untidyRecord } from '../../support/untidy-records.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { keptOf } from '../conformance/subject.ts'
import { emsKey, emsServer, furniture } from './subject.ts'
import { changeOf, contentSent, contentThere } from '../conformance/sample-records.ts'

let server: EmsStandIn
let bench: AdapterBench
beforeAll(async () => {
  server = await startEms({ apiKey: emsKey, furniture })
})
beforeEach(async () => {
  await server.reset()
  bench = await openBench(ems, emsServer(server))
})
afterEach(() => bench.close())
afterAll(() => server.stop())

const everyEntity = ems.manifest.bindings.map((binding) => [binding.entity, binding] as const)
const fills = (entity: EntityName) => emsServer(server).fills?.[entity] ?? []

/** What only has a place in EMS if it was set up there; and what it needs to take a record at all. */
const words: Readonly<Partial<Record<EntityName, fc.Arbitrary<Fields>>>> = {
  tag: fc.record({ type: fc.constantFrom(null, ...furniture.tagTypes) }),
  race: fc.record({ name: fc.constantFrom('Elite', ' Elite\t') }),
  event: fc.record({ startDateTime: fc.constantFrom('2026-05-03T07:00:00+02:00') }),
  eventParticipant: fc.record({
    number: fc.constantFrom(null, '', ' 0042 ', '42'),
    category: fc.constantFrom('Elite', 'elite ', ...furniture.categories),
  }),
}

/** A record in normal form with everything we require of it. */
function normal(binding: EntityBinding): fc.Arbitrary<Fields> {
  const { entity } = binding
  return fc.tuple(untidyRecord(binding), words[entity] ?? fc.constant({})).map(([some, fixed]) => {
    const { fields } = normaliseFields(entity, { ...some, ...fixed })
    const required = entities[entity].fields.filter((field) => field.required)
    const filled = required.map(({ name }) => [name, fields[name] ?? 'Ana'] as const)
    const references = [...binding.hard, ...binding.soft]
    return Object.fromEntries(
      Object.entries({ ...fields, ...Object.fromEntries(filled) }).filter(
        ([name]) => !references.includes(name),
      ),
    )
  })
}

/** Whole people: an entrant repeats them, and EMS wants a last name. */
const repeated = (binding: EntityBinding): fc.Arbitrary<PartsContent> =>
  untidyParts(binding).map(({ one, many }) => ({
    many,
    one: Object.fromEntries(
      Object.entries(one).map(([name, { fields, ...below }]) => [
        name,
        { ...below, fields: { ...fields, lastName: fields['lastName'] ?? 'Ana' } },
      ]),
    ),
  }))

/** Too long for EMS: it says so, and that is another test's business. */
const tooLong = (outcome: SendOutcome | undefined) =>
  outcome?.status === 'failed' && /size must be/.test(outcome.error.message)

describe('through EMS and back', () => {
  it.each(everyEntity)('%s', async (entity, binding) => {
    const refs: Refs = { ...(await bench.refsFor(entity)) }
    if (entity === 'race') {
      const event = { id: Number(refs['event']) }
      await server.load('courses', [{ name: 'Elite', event }])
    }
    let compared = 0
    const says = async (remoteId: string, fields: Fields, outcome: SendOutcome | undefined) => {
      const found = await bench.connection.fetch?.(entity, remoteId, bench.signal)
      if (!found || found === 'silent') throw new Error(`${entity} ${remoteId} is not there`)
      expect(contentThere(binding, found.body, fills(entity))).toBe(
        contentSent(binding, { ...fields, ...keptOf(outcome) }, refs),
      )
      compared++
    }
    await fc.assert(
      fc.asyncProperty(
        normal(binding),
        normal(binding),
        repeated(binding),
        async (first, second, parts) => {
          const create = changeOf(binding, 'create', first, refs, null, parts)
          const [made] = await bench.send(entity, [create])
          if (tooLong(made)) return
          if (made?.status !== 'done') throw made?.error ?? new Error('no outcome')
          const { remoteId } = made
          await says(remoteId, first, made)
          const update = changeOf(binding, 'update', second, refs, remoteId, parts)
          const [changed] = await bench.send(entity, [update])
          if (!tooLong(changed)) {
            expect(changed).toMatchObject({ status: 'done' })
            await says(remoteId, second, changed)
          }
          await bench.send(entity, [changeOf(binding, 'delete', {}, {}, remoteId)])
        },
      ),
      { numRuns: 40 },
    )
    // A good part of the eighty that are made up here fits.
    expect(compared).toBeGreaterThan(15)
  })
})

/** The same written otherwise: white space, Unicode in parts, empty text for nothing, other zones, capital e-mails. */
function rewritten(raw: RemoteBody, way: number): RemoteBody {
  const one = (name: string, value: unknown): unknown => {
    if (value === null) return way % 3 === 0 ? '' : way % 3 === 1 ? undefined : null
    if (typeof value === 'object') return rewritten(value as RemoteBody, way)
    if (typeof value !== 'string' || /^[A-Z]+$/.test(value)) return value
    if (/^\d{4}-\d\d-\d\dT.*Z$/.test(value)) return inZone(value, way % 3)
    if (name === 'email') return value.toUpperCase()
    return ` ${value.normalize(way % 2 === 0 ? 'NFD' : 'NFC')}\t`
  }
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, one(name, value)]))
}

function inZone(instant: string, hours: number): string {
  const there = new Date(Date.parse(instant) + hours * 3_600_000).toISOString()
  return there.replace('Z', `+0${hours}:00`)
}

describe('however EMS writes it', () => {
  it.each(everyEntity)('%s', (_entity, binding) => {
    const refs: Refs = Object.fromEntries(binding.hard.map((name, at) => [name, String(at + 7)]))
    fc.assert(
      fc.property(normal(binding), fc.nat({ max: 5 }), (fields, way) => {
        const raw = JSON.parse(
          JSON.stringify(binding.toRemote(fields, refs, noParts)),
        ) as RemoteBody
        const there = JSON.parse(JSON.stringify(rewritten(raw, way))) as RemoteBody
        expect(contentThere(binding, there)).toBe(contentSent(binding, fields, refs))
      }),
    )
  })
})
