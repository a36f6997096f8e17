/**
 * One hub and several desks that are cut off, lose answers, have wrong clocks and meet a hub restored to earlier. In the end all
 * have the same, no bib is worn twice, whoever lost one is named, and every value somebody typed is in somebody's history.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { changesInput, changesPosted } from '../../main/contract/hub.ts'
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

interface Weather {
  readonly cut: () => boolean
  /** Whether something with this probability happens now. */
  readonly chance: (probability: number) => boolean
}

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
        const told =
          method === 'GET'
            ? await engine.hub.changes({
                ...changesInput.parse(Object.fromEntries(searchParams)),
                wait: 0,
              })
            : await engine.hub.take(
                { id: name, name },
                changesPosted.parse(JSON.parse(String(body))).changes,
              )
        if (chance(0.05)) throw new HttpError('timeout', 'the answer was lost', true)
        return answer(200, told)
      },
    }),
  }
}

/** All that is live: what was made and deleted before anybody else heard of it is nowhere else. */
async function content(laptop: Laptop): Promise<readonly string[]> {
  const { records, more } = await laptop.engine.hub.changes({ limit: 1000, wait: 0 })
  expect(more).toBe(false)
  return records
    .filter(({ deleted }) => !deleted)
    .map(({ entity, id, fields }) => JSON.stringify([entity, id, fields]))
    .toSorted()
}

/** Every value of the histories of some laptops, as text. */
async function histories(laptops: readonly Laptop[]): Promise<string> {
  const texts: string[] = []
  for (const { engine } of laptops) {
    const { entries } = await engine.client.records.history({ limit: 1000 })
    texts.push(JSON.stringify(entries))
  }
  return texts.join()
}

async function play(seed: number, desks: number): Promise<void> {
  const roll = dice(seed, 'hub')
  let hub: Laptop | null = await openLaptop('Hub', nowhere)
  const { dataDir, clock } = hub
  const event = (
    await hub.engine.client.records.set({ entity: 'event', fields: { name: 'Spring Classic' } })
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
  const typed: string[] = []
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
    const what = roll.weighted({ team: 3, notes: 2, status: 2, bib: 3, paid: 1, deleted: 0.3 })
    if (what === 'deleted') {
      await client.records.remove({ entity: entry, id })
      return
    }
    const changes: Readonly<Record<typeof what, Readonly<Record<string, FieldValue>>>> = {
      team: { team: word },
      notes: { notes: word },
      status: { status: roll.pick(['checkedIn', 'started', 'dns']) },
      bib: { number: String(roll.whole(1, 12)) },
      paid: { paid: true },
    }
    const fields = { ...changes[what] }
    const isTaken = await client.records.set({ entity: entry, id, fields }).then(
      () => false,
      () => true,
    )
    if (!isTaken && (what === 'team' || what === 'notes')) typed.push(word)
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
    if (step === 25) await hub!.engine.backupTo(copy)
    if (step === 45) {
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
  const there = await content(hub!)
  for (const desk of all) expect(await content(desk), `${desk.name}, seed ${seed}`).toEqual(there)
  const { records } = await hub!.engine.hub.changes({ limit: 1000, wait: 0 })
  const bibs = records.flatMap(({ entity, fields }) =>
    entity === entry && typeof fields['number'] === 'string' ? [fields['number']] : [],
  )
  expect(new Set(bibs).size, 'each bib once').toBe(bibs.length)
  const history = await histories([hub!, ...all])
  for (const word of typed) expect(history, `seed ${seed}`).toContain(word)
  for (const { engine } of [hub!, ...all]) {
    expect(await engine.client.settings.check()).toEqual({ ok: true, problems: [] })
    await engine.stop()
  }
}

it.each([1, 2, 3, 4, 5, 6])('a day of three desks, seed %i', (seed) => play(seed, 3), 120_000)
it('a day of eight desks', () => play(7, 8), 180_000)
