/**
 * `node measure-ring.ts DATA CSV [COUNT]`: a ring of systems on a marathon. A master system has the start list, one in eight
 * with the address of the one before; from there it goes to timing, registration, mailing list, marketing and support, and
 * what they answer comes back. Rounds until all are at rest, then ten more in which nothing may be sent. Throws where
 * anything is otherwise than it must be. Marshal's clock goes twenty times as fast, so that the pace some adapters keep
 * is not what is measured.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parse } from 'csv-parse/sync'
import type { RunView } from '../../main/contract/sync.ts'
import type { EntityName } from '../../main/contract/words.ts'
import type { Engine } from '../../main/engine/engine.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'
import { targetConfig, type TestTarget } from '../support/test-target.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'
import { emsTarget } from '../targets/ems/target.ts'
import { mailchimpTarget } from '../targets/mailchimp/target.ts'
import { mauticTarget } from '../targets/mautic/target.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'
import { measure, openBenchEngine, report, type Measured } from './measuring.ts'

const [dataDir = '', csv = '', wanted = '32000'] = process.argv.slice(2)
const clockSpeed = 20
const mostRounds = 6
const silentRounds = 10
/** As the registration system calls its race. */
const raceThere = '10K'
const start = '2026-05-03T13:00:00Z'

type Row = Readonly<Record<string, string>>
const all: readonly Row[] = parse(await readFile(csv), { columns: true, bom: true })
const rows = all.slice(0, Number(wanted))
const addressOf = (n: number) => `runner${n % 8 === 7 ? n - 1 : n}@example.org`
const addresses = rows.length - Math.floor(rows.length / 8)
const startList = [
  'bib,first_name,last_name,date_of_birth,gender,email,city,country,race,start_group',
  ...rows.map((row, n) => {
    const { date_of_birth: date, age } = row
    const born = date ?? `${2026 - Number(age ?? 40)}-0${1 + (n % 9)}-1${n % 10}`
    const {
      bib,
      first_name: first,
      last_name: last,
      gender,
      city,
      country,
      start_group: wave,
    } = row
    const cells = [bib, first, last, born, gender, addressOf(n), city, country, raceThere, wave]
    return cells.map((cell) => `"${(cell ?? '').replaceAll('"', '""')}"`).join(',')
  }),
].join('\n')

const targets: Readonly<Record<string, TestTarget>> = {
  master: emsTarget,
  registration: runSignupTarget,
  timing: tagserverTarget,
  newsletter: mailchimpTarget,
  marketing: mauticTarget,
  support: chatwootTarget,
}
const names = Object.keys(targets)
const servers: Record<string, StandInProcess> = {}

/** What a run moved, either way, and what it left undone. */
function movedBy({ outbound, inbound }: RunView) {
  return {
    sent: outbound.created + outbound.updated + outbound.deleted,
    received: inbound.created + inbound.updated + inbound.deleted,
    left: outbound.failed + outbound.waiting + outbound.held + inbound.failed + inbound.conflicts,
  }
}

async function add({ client }: Engine, name: string, more: object = {}): Promise<void> {
  const target = targets[name]!
  const config = { ...targetConfig(target, servers[name]!.url), name, secrets: target.secrets }
  await client.targets.add({ config: { ...config, ...more } })
}

async function run({ client }: Engine, name: string): Promise<RunView> {
  const from = performance.now()
  const { runs } = await client.sync.run({ targets: [name] })
  const [one] = runs
  if (!one) throw new Error('no run')
  const took = `${Math.round((performance.now() - from) / 1000)} s`
  process.stderr.write(`${name} ${one.result} ${took} ${JSON.stringify(movedBy(one))}\n`)
  if (one.result !== 'success') process.stderr.write(`${JSON.stringify(one.errors.slice(0, 5))}\n`)
  return one
}

async function onlyOne({ client }: Engine, entity: EntityName): Promise<string> {
  const { records } = await client.records.list({ entity, limit: 1 })
  return records[0]!.id
}

/** The master system as it is after a start list was entered there. */
async function fillMaster(): Promise<void> {
  const ems = servers['master'] as Awaited<ReturnType<typeof emsTarget.standIn>>
  const [plates] = await ems.dump('number-types')
  for (let at = 0; at < rows.length; at += 1_000) {
    const some = rows.slice(at, at + 1_000)
    const stock = some.map(({ bib }) => ({ number: bib ?? '', type: { id: plates!.id } }))
    await ems.load('race-numbers', stock)
  }
  const engine = await openBenchEngine(join(dataDir, 'filling'), { clockSpeed })
  const imported = await engine.importFile(
    { name: 'entrants.csv', open: () => text(startList) },
    { entity: 'entrant', event: 'Spring Classic', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  if (imported.bad.length > 0) throw new Error(JSON.stringify(imported.bad[0]))
  for (const [entity, fields] of [
    ['event', { startDateTime: start }],
    ['race', { startTime: start }],
  ] as const) {
    const id = await onlyOne(engine, entity)
    await engine.client.records.set({ entity, id, fields })
  }
  await add(engine, 'master', { mode: 'mirror' })
  if ((await run(engine, 'master')).result !== 'success') throw new Error('not filled')
  await engine.stop()
}

try {
  for (const [name, target] of Object.entries(targets)) servers[name] = await target.standIn()
  const filled = await measure(fillMaster)
  const engine = await openBenchEngine(join(dataDir, 'ring'), { clockSpeed })
  for (const name of names) await add(engine, name)

  let rounds = 0
  const untilRest: Measured = await measure(async () => {
    for (let moved = 1; moved > 0; rounds++) {
      if (rounds > mostRounds) throw new Error(`Not at rest after ${rounds} rounds.`)
      moved = 0
      for (const name of names) {
        const { sent, received } = movedBy(await run(engine, name))
        moved += sent + received
      }
    }
  })
  const silent = await measure(async () => {
    for (let n = 0; n < silentRounds; n++) {
      for (const name of names) {
        const one = await run(engine, name)
        const { sent, received, left } = movedBy(one)
        if (sent + received + left > 0 || one.result !== 'success')
          throw new Error(`${name} in round ${n + 1}: ${JSON.stringify(one)}`)
      }
    }
  })
  const ems = servers['master'] as Awaited<ReturnType<typeof emsTarget.standIn>>
  const site = servers['registration'] as Awaited<ReturnType<typeof runSignupTarget.standIn>>
  const list = servers['newsletter'] as Awaited<ReturnType<typeof mailchimpTarget.standIn>>
  const marketing = servers['marketing'] as Awaited<ReturnType<typeof mauticTarget.standIn>>
  const support = servers['support'] as Awaited<ReturnType<typeof chatwootTarget.standIn>>
  const found = {
    master: (await ems.dump('people')).length,
    registration: (await site.present()).length,
    newsletter: (await list.members()).length,
    marketing: (await marketing.contacts()).length,
    support: (await support.contacts()).length,
  }
  const expected = {
    ...{ master: rows.length, registration: rows.length, newsletter: addresses },
    ...{ marketing: addresses, support: rows.length },
  }
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`Somebody is twice or missing: ${JSON.stringify({ found, expected })}`)
  await engine.stop()
  report({ entrants: rows.length, addresses, rounds, filled, untilRest, silent, silentRounds })
} finally {
  for (const one of Object.values(servers)) await one.stop()
}

async function* text(whole: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(whole)
}
