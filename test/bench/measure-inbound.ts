/**
 * `node measure-inbound.ts DATA [COUNT]`: receives persons from the testing target: all of them, 1 % changed there, a
 * reconcile of all, and a thousand of them changed on both sides, opened and settled as conflicts.
 */
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { importJson, measure, openBenchEngine, report } from './measuring.ts'

const [dataDir = '', wanted = '18000'] = process.argv.slice(2)
const count = Number(wanted)
const conflicts = Math.min(1_000, count)

const id = (at: number) => `0199a000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`
const person = (at: number, changes: Readonly<Record<string, unknown>> = {}): MockSyncRecord => ({
  id: id(at),
  entity: 'person',
  timestamp: new Date().toISOString(),
  firstName: `Ana ${at % 97}`,
  lastName: `Müller ${at}`,
  gender: at % 2 === 0 ? 'female' : 'male',
  dateOfBirth: `19${40 + (at % 60)}-0${1 + (at % 9)}-1${at % 10}`,
  email: `ana.${at}@example.org`,
  city: `City ${at % 50}`,
  country: 'DE',
  ...changes,
})
const persons = (from: number, to: number, changes?: Readonly<Record<string, unknown>>) =>
  Array.from({ length: to - from }, (_, at) => person(from + at, changes))

const server = await startMockSync()
try {
  for (let at = 0; at < count; at += 1_000) {
    await server.put(persons(at, Math.min(count, at + 1_000)))
  }
  const engine = await openBenchEngine(dataDir)
  const { client } = engine
  const config = {
    name: 'registration',
    adapter: 'mock-sync-server',
    url: server.url,
    auth: 'none',
    mode: 'mirror',
    conflicts: 'merge-fields',
    schedule: { delta: null, reconcile: null },
  }
  await client.targets.add({ config })
  const run = async (kind?: 'reconcile') => {
    const { runs } = await client.sync.run({
      targets: [config.name],
      ...(kind === undefined ? {} : { kind }),
    })
    const [one] = runs
    if (!one || one.result === 'error') throw new Error(JSON.stringify(one))
    return one.inbound
  }
  const expect = (what: string, got: number, right: number) => {
    if (got !== right) throw new Error(`${what}: ${got} in place of ${right}`)
  }

  const first = await measure(async () => expect('received', (await run()).created, count))
  const share = Math.ceil(count / 100)
  await server.put(persons(0, share, { city: 'Elsewhere' }))
  const changed = await measure(async () => expect('changed', (await run()).updated, share))
  const nothing = await measure(run)
  const reconcile = await measure(() => run('reconcile'))

  const here = persons(0, conflicts).map((one) => ({
    id: one.id,
    city: `Here ${one.id.slice(-4)}`,
  }))
  // Remote ids are not our ids: the people are found by what they are.
  const named = persons(0, conflicts).map(({ firstName, lastName, email }, at) => ({
    firstName,
    lastName,
    email,
    city: here[at]!.city,
  }))
  await importJson(engine, 'person', named)
  await server.put(persons(0, conflicts, { city: 'There' }))
  const opened = await measure(async () => expect('conflicts', (await run()).conflicts, conflicts))
  const settled = await measure(async () =>
    expect('settled', (await client.conflicts.resolve({ keep: 'ours' })).count, conflicts),
  )
  await engine.stop()
  report({ first, changed, share, nothing, reconcile, opened, settled, conflicts })
} finally {
  await server.stop()
}
