/**
 * One hub and several desks that are cut off, lose answers, have wrong clocks and meet a hub restored to earlier. In the end all
 * have the same, no bib is worn twice, whoever lost one is named, and every value somebody typed is in somebody's history.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import {
  changesInput,
  changesPosted,
  type ChangesPosted,
  type HubRecord,
} from '../../main/contract/hub.ts'
import type { FieldValue } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { createEngine, migrations, restoreDatabase, type Engine } from '../../main/engine/engine.ts'
import { HttpError, type Http, type HttpResponse, type Ports } from '../../main/engine/ports.ts'
import { uuidIds } from '../../main/hosts/uuid-ids.ts'
import { fakeClock, raceMorning } from '../support/fake-clock.ts'
import { secretsInMemory } from '../support/test-core.ts'
import { dice } from './dice.ts'

const version = '0.0.0-test'
const entry: EntityName = 'eventParticipant'

interface Laptop {
  readonly name: string
  readonly engine: Engine
  readonly dataDir: string
  readonly clock: ReturnType<typeof fakeClock>
}

async function openLaptop(name: string, http: Http, at?: Pick<Laptop, 'dataDir' | 'clock'>) {
  const dataDir = at?.dataDir ?? (await mkdtemp(join(tmpdir(), 'marshal-sim-')))
  const clock = at?.clock ?? fakeClock()
  const quiet = () => {}
  const ports: Ports = {
    ...{ clock, ids: uuidIds(), secrets: secretsInMemory(), http },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    files: { dataDir, freeBytes: async () => 100 * 2 ** 30 },
  }
  await ports.secrets.set('hub', 'token', 'a-key-of-this-test')
  const engine = await createEngine(ports, { host: 'edge', version, schedule: false })
  if (!at) onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  return { name, engine, dataDir, clock } satisfies Laptop
}

const nowhere: Http = {
  open: () => ({
    request: () => Promise.reject(new HttpError('offline', 'there is no network', false)),
    close: async () => {},
  }),
}

/** Whoever makes it looks first whether it is there. */
async function findOrMake(
  { engine }: Laptop,
  entity: EntityName,
  fields: Readonly<Record<string, string | null>>,
): Promise<string> {
  const { records } = await engine.client.records.list({ entity, limit: 100 })
  const found = records.find((one) =>
    Object.entries(fields).every(([name, value]) => value === null || one[name] === value),
  )
  return found?.id ?? (await engine.client.records.set({ entity, fields: { ...fields } })).id
}

interface Weather {
  readonly cut: () => boolean
  /** Whether something with this probability happens now. */
  readonly chance: (probability: number) => boolean
}

const take = (engine: Engine, name: string, { changes, merges }: ChangesPosted) =>
  engine.hub.take({ id: name, name, merges }, changes)

/** The way of one desk to the hub: cut, or losing questions and answers. */
function wire(hub: () => Engine | null, name: string, weather: Weather): Http {
  const { cut, chance } = weather
  const answer = (status: number, body: unknown): HttpResponse => ({
    ...{ status, headers: { 'content-type': 'application/json' }, cancel: () => {} },
    body: (async function* () {
      yield new TextEncoder().encode(JSON.stringify(body))
    })(),
  })
  return {
    open: () => ({
      close: async () => {},
      async request({ method, url, body }) {
        const engine = hub()
        if (engine === null || cut() || chance(0.03)) {
          throw new HttpError('offline', 'cut', false)
        }
        const { pathname, searchParams } = new URL(url)
        if (pathname.endsWith('/status')) {
          return answer(200, {
            protocol: 1,
            version,
            epoch: await engine.hub.epoch(),
            device: name,
          })
        }
        if (pathname.endsWith('/definitions')) {
          return answer(200, await engine.hub.define({ fields: [], rules: [] }))
        }
        const told =
          method === 'GET'
            ? await engine.hub.changes({
                ...changesInput.parse(Object.fromEntries(searchParams)),
                wait: 0,
              })
            : await take(engine, name, changesPosted.parse(JSON.parse(String(body))))
        if (chance(0.05)) throw new HttpError('timeout', 'the answer was lost', true)
        return answer(200, told)
      },
    }),
  }
}

async function allRecords(laptop: Laptop): Promise<readonly HubRecord[]> {
  const { records, more } = await laptop.engine.hub.changes({ limit: 1000, wait: 0 })
  expect(more).toBe(false)
  return records
}

/** All that is live: what was made and deleted before anybody else heard of it is nowhere else. */
const content = (records: readonly HubRecord[]) =>
  records
    .filter(({ deleted }) => !deleted)
    .map(({ entity, id, fields }) => JSON.stringify([entity, id, fields]))
    .toSorted()

/** What both know of, and one of them still has while it is deleted at the other. */
function deletedAtOneOnly(some: readonly HubRecord[], others: readonly HubRecord[]) {
  const deleted = new Map(others.map(({ id, deleted: isGone }) => [id, isGone]))
  return some.filter(({ id, deleted: isGone }) => (deleted.get(id) ?? isGone) !== isGone)
}

/** A value somebody typed into a field of an entry. */
interface Typed {
  readonly id: string
  readonly field: string
  readonly value: FieldValue
}

const textOf = ({ id, field, value }: Typed) => `${id} ${field} ${String(value)}`

/** Every value a field of a record ever had in the histories of some laptops. */
async function histories(laptops: readonly Laptop[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const { engine } of laptops) {
    const { entries } = await engine.client.records.history({ limit: 1000 })
    expect(entries.length).toBeLessThan(1000)
    for (const { recordId: id, changes } of entries) {
      for (const { field, before, after } of changes) {
        for (const value of [before, after]) found.add(textOf({ id, field, value }))
      }
    }
  }
  return found
}

/**
 * Whoever was given a bib and is without one is named somewhere, and nobody is named who has one. A hub that was restored knows no
 * more what it noticed since.
 */
async function checkNotices(
  laptops: readonly Laptop[],
  { records, typed, about }: { records: readonly HubRecord[]; typed: Typed[]; about: string },
): Promise<void> {
  const given = new Set(typed.flatMap(({ id, field }) => (field === 'number' ? [id] : [])))
  const named = new Set<string>()
  for (const { name, engine } of laptops) {
    const notices = await engine.hub.notices()
    expect(notices.length, about).toBe(await engine.hub.openNotices())
    for (const { recordId, words } of notices) {
      if (!words.includes('needs another')) continue
      named.add(recordId)
      const record = records.find(({ id, deleted }) => id === recordId && !deleted)
      expect(record?.fields['number'] ?? null, `${words} ${name}, ${about}`).toBeNull()
      expect(record, `${words} ${name}, ${about}`).toBeDefined()
    }
  }
  const without = records.filter(
    ({ id, deleted, fields }) => given.has(id) && !deleted && fields['number'] === null,
  )
  expect([...named].toSorted(), about).toEqual(without.map(({ id }) => id).toSorted())
}

async function play(seed: number, desks: number): Promise<void> {
  const roll = dice(seed, 'hub')
  let hub: Laptop | null = await openLaptop('Hub', nowhere)
  const { dataDir, clock } = hub
  const about = `seed ${seed}`
  const event = (
    await hub.engine.client.records.set({ entity: 'event', fields: { name: 'Spring Classic' } })
  ).id
  const race = (
    await hub.engine.client.records.set({ entity: 'race', fields: { event, name: '10 km' } })
  ).id
  const cut = new Set<string>()
  let calm = true
  const all: Laptop[] = []
  const sync = (desk: Laptop) => desk.engine.client.sync.run({ targets: ['hub'] })
  for (let n = 0; n < desks; n++) {
    const name = `Desk ${n}`
    const stream = roll.stream(name)
    const http = wire(() => hub?.engine ?? null, name, {
      cut: () => cut.has(name),
      chance: (probability) => !calm && stream.chance(probability),
    })
    const desk = await openLaptop(name, http)
    desk.clock.jumpTo(raceMorning + roll.whole(-7_200_000, 7_200_000))
    await desk.engine.client.settings.set({ deviceName: name, operatorName: 'Maria' })
    await desk.engine.client.targets.add({
      config: {
        ...{ name: 'hub', adapter: 'marshal', url: 'https://hub.test', auth: 'bearer' },
        ...{ settings: { fingerprint: '0'.repeat(64) }, secrets: { token: 'a-key-of-this-test' } },
        remoteDeletion: 'delete',
      },
    })
    await sync(desk)
    all.push(desk)
  }
  const entries: string[] = []
  const [placed, removed] = [new Set<string>(), new Set<string>()]
  const typed: Typed[] = []
  /** Typed at a hub that is restored to before it; it may have been typed over before anybody heard of it. */
  let ofHub: Typed[] = []
  const copy = join(dataDir, 'copy.db')
  const edit = async (laptop: Laptop): Promise<void> => {
    const { client } = laptop.engine
    const id = entries.length > 0 ? roll.pick(entries) : ''
    const known =
      id === '' ? null : await client.records.get({ entity: entry, id }).catch(() => null)
    if (known === null || known.deletedOn !== null || (entries.length < 8 && roll.chance(0.3))) {
      const lastName = `Walk-up ${entries.length}`
      const person = await client.records.set({ entity: 'person', fields: { lastName } })
      const fields = { event, person: person.id }
      entries.push((await client.records.set({ entity: entry, fields })).id)
      return
    }
    const word = `${laptop.name} ${typed.length}`
    const what = roll.weighted({
      ...{
        team: 3,
        notes: 2,
        status: 2,
        bib: 3,
        leg: 1,
        paid: 1,
        deleted: 0.3,
        place: 1.5,
        club: 1,
      },
    })
    if (what === 'deleted') {
      // A deletion that meets a place waits for a person.
      if (placed.has(id)) return
      removed.add(id)
      await client.records.remove({ entity: entry, id })
      return
    }
    if (what === 'place') {
      if (removed.has(id)) return
      placed.add(id)
      const fields = { race, name: roll.pick(['Wave A', 'Wave B']), startTime: null }
      const startGroup = await findOrMake(laptop, 'startGroup', fields)
      await findOrMake(laptop, 'startGroupParticipant', { startGroup, eventParticipant: id })
      return
    }
    if (what === 'club') {
      const name = roll.pick(['LG Nord', 'TSV'])
      const organisation = await findOrMake(laptop, 'organisation', { name })
      const person = String(known['person'])
      await client.records.set({ entity: 'person', id: person, fields: { organisation } })
      return
    }
    const changes: Readonly<Record<typeof what, Readonly<Record<string, FieldValue>>>> = {
      team: { team: word },
      notes: { notes: word },
      status: { status: roll.pick(['checkedIn', 'started', 'dns']) },
      bib: { number: String(roll.whole(1, 12)) },
      leg: { number: '20', team: 'Relay', leg: roll.whole(1, 3) },
      paid: { paid: true },
    }
    const fields = { ...changes[what] }
    const isTaken = await client.records.set({ entity: entry, id, fields }).then(
      () => false,
      () => true,
    )
    if (isTaken) return
    for (const [field, value] of Object.entries(fields)) {
      if (known[field] === value) continue
      const one = { id, field, value }
      if (laptop === hub) ofHub.push(one)
      else typed.push(one)
    }
  }

  calm = false
  for (let step = 0; step < 60; step++) {
    const desk = roll.pick(all)
    const what = roll.weighted({ edit: 10, atHub: 1, sync: 4, cut: 1, heal: 1, jump: 0.5 })
    desk.clock.advance(1_000)
    clock.advance(1_000)
    if (what === 'edit') await edit(desk)
    else if (what === 'atHub') await edit(hub!)
    else if (what === 'sync') await sync(desk)
    else if (what === 'cut') cut.add(desk.name)
    else if (what === 'heal') cut.delete(desk.name)
    else desk.clock.jumpTo(raceMorning + roll.whole(-7_200_000, 7_200_000))
    if (step === 25) {
      await hub!.engine.backupTo(copy)
      typed.push(...ofHub)
      ofHub = []
    }
    if (step === 45) {
      ofHub = []
      // What was typed at the hub and reached nobody is lost with its disk: one desk hears of it first.
      cut.delete(desk.name)
      calm = true
      await sync(desk)
      calm = false
      await hub!.engine.stop()
      hub = null
      const file = join(dataDir, 'marshal.db')
      await restoreDatabase({ file, from: copy, steps: migrations, clock, appVersion: version })
      hub = await openLaptop('Hub', nowhere, { dataDir, clock })
    }
  }

  cut.clear()
  calm = true
  for (let round = 0; round < 8; round++) {
    for (const desk of all) {
      desk.clock.advance(600_000)
      await desk.engine.client.failures.retry({}).catch(() => null)
      await sync(desk)
    }
  }
  typed.push(...ofHub)
  const records = await allRecords(hub!)
  for (const desk of all) {
    const own = await allRecords(desk)
    expect(content(own), `${desk.name}, ${about}`).toEqual(content(records))
    expect(deletedAtOneOnly(own, records), `${desk.name}, ${about}`).toEqual([])
  }
  const live = records.filter(({ deleted }) => !deleted)
  const once = (what: string, values: readonly string[]) =>
    expect(new Set(values).size, `each ${what} once, ${about}`).toBe(values.length)
  const bibs = live.flatMap(({ fields }) => {
    const { number = null, leg, team } = fields
    return number === null ? [] : [`${String(number)} ${team === 'Relay' ? String(leg) : ''}`]
  })
  once('bib', bibs)
  for (const kind of ['startGroup', 'organisation', 'startGroupParticipant'] as const) {
    const own = live.filter(({ entity }) => entity === kind)
    const key = ['race', 'name', 'startGroup', 'eventParticipant']
    once(
      kind,
      own.map(({ fields }) => key.map((name) => String(fields[name])).join()),
    )
  }
  const history = await histories([hub!, ...all])
  for (const one of typed) expect(history.has(textOf(one)), `${textOf(one)}, ${about}`).toBe(true)
  await checkNotices([hub!, ...all], { records, typed, about })
  for (const { engine } of [hub!, ...all]) {
    expect(await engine.client.settings.check()).toEqual({ ok: true, problems: [] })
    await engine.stop()
  }
}

it.each([1, 2, 3, 4, 5, 6])('a day of three desks, seed %i', (seed) => play(seed, 3), 120_000)
it('a day of eight desks', () => play(7, 8), 180_000)
