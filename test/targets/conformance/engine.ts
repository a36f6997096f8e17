/**
 * The adapter in the hands of the engine: what happens to an entry in a day, and after each step the server's own content
 * beside what is here, repeated records included. Each adapter runs what it has.
 */
import { describe, expect, it } from 'vitest'
import type { FieldValue, RecordView } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { entities } from '../../../main/engine/model/entities.ts'
import type { Fields } from '../../../main/engine/model/record.ts'
import type {
  Adapter,
  EntityBinding,
  Refs,
  RemoteBody,
} from '../../../main/engine/targets/kit/adapter.ts'
import { partEntities, type KnownParts } from '../../../main/engine/targets/kit/bindings.ts'
import { mergePatch } from '../../../main/engine/targets/kit/merge-patch.ts'
import { hasContent } from '../../../main/engine/targets/kit/same-content.ts'
import { noParts, type PartsContent } from '../../../main/engine/targets/kit/resource.ts'
import { sensitiveChoices } from '../../../main/engine/targets/kit/sensitive.ts'
import { startTestEngine, type TestEngine } from '../../support/test-engine.ts'
import { targetConfig, type TestTarget } from '../../support/test-target.ts'
import { entitiesOf } from './adapter-bench.ts'
import type { ConformanceServer } from './server.ts'
import type { Subject } from './subject.ts'
import { contentSent, contentThere, sampleFields } from './sample-records.ts'

type Marshal = Pick<TestEngine, 'client' | 'set' | 'sync' | 'status' | 'departures'>

/** Whole days through the engine are a dozen runs, each with its requests. */
const patience = 120_000

export function testThroughEngine({ adapter, server, sends }: Subject): void {
  describe('through the engine', () => {
    const has = (entity: EntityName) => sends.includes(entity)
    const entries = adapter.manifest.bindings.find(({ entity }) => entity === 'eventParticipant')
    const isCarried = entries?.parts['person']?.as === 'made'

    it.runIf(entries !== undefined && has('eventParticipant'))(
      'an entry is renamed, handed over, moved, changed, deleted and made again, and the server follows',
      async () => {
        const day = await beginDay(adapter, server(), sends)
        const { marshal, same } = day
        await same('what was made')

        await marshal.set('person', { lastName: 'Renamed' }, day.ida)
        await same('a renamed person')

        const before = await server().stored('eventParticipant')
        await marshal.set('eventParticipant', { person: day.ben }, day.entry)
        if (isCarried) {
          await day.run()
          expect(await marshal.status(), 'a hand-over that is not possible').toMatchObject({
            state: 'attention',
            failed: 1,
          })
        } else await same('an entry handed over')

        await marshal.set('person', { lastName: 'Renamed Again' }, day.ida)
        if (isCarried) {
          await day.run()
          // Nobody writes through what is somebody else's here.
          expect(await server().stored('eventParticipant')).toEqual(before)
          await marshal.set('eventParticipant', { person: day.ida }, day.entry)
          await same('an entry given back')
        } else await same('the former runner renamed')

        if (day.place) {
          await marshal.set('startGroupParticipant', { startGroup: day.otherGroup }, day.place)
          await same('a move to another start group')
        }
        await marshal.set('eventParticipant', { number: '002' }, day.entry)
        await same('one field changed')

        await marshal.client.records.remove({
          entity: 'eventParticipant',
          id: day.entry,
          withChildren: true,
        })
        await same('an entry deleted')

        await day.enter(day.ben)
        await same('an entry made again')

        await server().process.fault({
          match: { method: isCarried ? 'POST' : '*' },
          action: { kind: 'cut-after-write' },
          times: 1,
        })
        await marshal.set('person', { lastName: 'Last' }, day.ben)
        await same('an answer that was lost')

        const writes = () => marshal.departures.filter(({ method }) => method !== 'GET').length
        const written = writes()
        for (let run = 0; run < 3; run++) {
          const { outbound } = await marshal.sync()
          expect(outbound).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0 })
        }
        expect(writes(), 'requests that write, when there is nothing to do').toBe(written)
      },
      patience,
    )
  })
}

interface Day {
  readonly marshal: Marshal
  readonly ida: string
  readonly ben: string
  readonly entry: string
  /** Null where the target knows no start groups. */
  readonly place: string | null
  readonly otherGroup: string | null
  /** Makes another entry of a person. */
  enter(person: string): Promise<string>
  /** Runs until nothing more is sent. */
  run(): Promise<void>
  /** Runs, and fails unless the server has what is here. */
  same(what: string): Promise<void>
}

async function beginDay(
  adapter: Adapter,
  server: ConformanceServer,
  sends: readonly EntityName[],
): Promise<Day> {
  const marshal = await startAt(adapter, server)
  const { bindings } = adapter.manifest
  const bound = (entity: EntityName) => bindings.find((one) => one.entity === entity)
  /** What the system knows of by itself is made only where it can be; of the rest, anything. */
  const makes = (entity: EntityName) => sends.includes(entity) || !bound(entity)
  const sample = (entity: EntityName, n: number, fields: Fields) =>
    marshal.set(entity, { ...sampleFields(bound(entity) ?? wholeOf(entity), n), ...fields })
  // What is there already comes first: a parent that cannot be made from here.
  await marshal.sync()
  const event = makes('event')
    ? await sample('event', 1, {})
    : (await recordsOf(marshal, 'event'))[0]!
  const ida = await sample('person', 1, {})
  const ben = await sample('person', 2, {})
  const enter = async (person: string, number = '001') =>
    (await sample('eventParticipant', 1, { event: event.id, person, number })).id
  const entry = await enter(ida.id)
  const groups: string[] = []
  const told = new Set([...sends, ...partEntities(bound('eventParticipant')!.parts)])
  const places = ['startGroupParticipant', 'startGroup', 'race'] as const
  if (told.has('startGroupParticipant') && places.every(makes)) {
    const race = await sample('race', 1, { event: event.id })
    for (const n of [1, 2]) groups.push((await sample('startGroup', n, { race: race.id })).id)
  }
  const [group = null, otherGroup = null] = groups
  const place =
    group === null
      ? null
      : (await sample('startGroupParticipant', 1, { startGroup: group, eventParticipant: entry }))
          .id
  const run = async () => {
    for (let times = 0; times < 5; times++) {
      const { outbound } = await marshal.sync()
      const { pending, held } = await marshal.status()
      if (outbound.created + outbound.updated + outbound.deleted + pending + held === 0) return
    }
  }
  return {
    ...{ marshal, ida: ida.id, ben: ben.id, entry, place, otherGroup },
    enter: (person) => enter(person),
    run,
    async same(what) {
      await run()
      expect(await marshal.status(), what).toMatchObject({ pending: 0, held: 0, failed: 0 })
      await expectSame(marshal, adapter, server, sends, what)
    },
  }
}

/** The engine with one target: the server, everything ticked that travels, both sides alike. */
async function startAt(adapter: Adapter, server: ConformanceServer): Promise<Marshal> {
  const { manifest } = adapter
  const target: TestTarget = {
    ...{ adapter: manifest.name, auth: server.auth, secrets: server.secrets },
    settings: { ...server.settings },
    standIn: async () => server.process,
  }
  const marshal = await startTestEngine({ target, standIn: server.process, config: false })
  await marshal.client.targets.add({
    config: {
      ...targetConfig(target, server.process.url),
      mode: 'mirror',
      sensitive: [...sensitiveChoices(adapter, [])],
    },
  })
  return marshal
}

async function recordsOf(
  { client }: Pick<Marshal, 'client'>,
  entity: EntityName,
): Promise<readonly RecordView[]> {
  return (await client.records.list({ entity, limit: 1000 })).records
}

const fieldsOf = (binding: { readonly fields: readonly string[] }, record: RecordView): Fields =>
  Object.fromEntries(binding.fields.map((name) => [name, (record[name] ?? null) as FieldValue]))

/** One of everything, with the same content, and repeated as it is here. */
async function expectSame(
  marshal: Marshal,
  adapter: Adapter,
  server: ConformanceServer,
  sends: readonly EntityName[],
  what: string,
): Promise<void> {
  const here = new Map<string, RecordView>()
  const kinds = new Map<EntityName, readonly RecordView[]>()
  const told = adapter.manifest.bindings.flatMap(({ parts }) => partEntities(parts))
  for (const entity of new Set([...entitiesOf(adapter), ...told])) {
    const records = await recordsOf(marshal, entity)
    kinds.set(entity, records)
    for (const record of records) here.set(record.id, record)
  }
  const remoteId = (id: unknown) => here.get(String(id))?.targets['timing']?.remoteId ?? null
  for (const entity of sends) {
    const binding = adapter.manifest.bindings.find((one) => one.entity === entity)!
    const stored = new Map(
      (await server.stored(entity)).map((one) => [one.remoteId, one.body] as const),
    )
    const records = kinds.get(entity)!
    const name = `${what}: ${entity}`
    expect(records.map(({ id }) => remoteId(id)).toSorted(), name).toEqual(
      [...stored.keys()].toSorted(),
    )
    const filled = server.fills?.[entity] ?? []
    for (const record of records) {
      const body = stored.get(remoteId(record.id)!)!
      const fields = fieldsOf(binding, record)
      const refs: Record<string, string> = {}
      for (const field of [...binding.hard, ...binding.soft]) {
        const there = remoteId(record[field])
        if (there !== null && !filled.includes(field)) refs[field] = there
      }
      const ours = { ...fields, ...Object.fromEntries(filled.map((field) => [field, null])) }
      expect(contentThere(binding, body, filled), name).toBe(contentSent(binding, ours, refs))
      const repeats = repeatedBy(binding, { fields, refs, kinds, record })
      expect(hasContent(body, repeats), `${name} repeats ${JSON.stringify(repeats)}`).toBe(true)
    }
  }
}

interface Whole {
  readonly fields: Fields
  readonly refs: Refs
  readonly kinds: ReadonlyMap<EntityName, readonly RecordView[]>
  readonly record: RecordView
}

/** What the body says of other records. */
function repeatedBy(binding: EntityBinding, { fields, refs, kinds, record }: Whole): RemoteBody {
  const parts = partsOf(record, binding.parts, kinds)
  return mergePatch(binding.toRemote(fields, refs, noParts), binding.toRemote(fields, refs, parts))
}

/** The parts of a record as they are here. */
function partsOf(owner: RecordView, parts: KnownParts, kinds: Whole['kinds']): PartsContent {
  const found = Object.entries(parts).map(([name, { kind, entity, field, parts: below }]) => {
    const records = (kinds.get(entity) ?? []).filter((other) =>
      kind === 'one' ? other.id === owner[field] : other[field] === owner.id,
    )
    const contents = records.map((other) => ({
      fields: fieldsOf(wholeOf(entity), other),
      ...partsOf(other, below, kinds),
    }))
    return { name, kind, contents }
  })
  const of = (kind: 'one' | 'many') =>
    found.filter((part) => part.kind === kind && part.contents.length > 0)
  return {
    one: Object.fromEntries(of('one').map(({ name, contents }) => [name, contents[0]!])),
    many: Object.fromEntries(of('many').map(({ name, contents }) => [name, contents])),
  }
}

/** A kind of record with all its fields. */
const wholeOf = (entity: EntityName) => ({
  entity,
  fields: entities[entity].fields.map(({ name }) => name),
})
