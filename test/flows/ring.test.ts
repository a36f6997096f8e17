/**
 * A ring of systems: the master system fills the laptop; from there everything goes to timing, registration, mailing list,
 * marketing and support, and what they answer comes back. It has to come to rest.
 */
import { expect, it, onTestFinished } from 'vitest'
import type { RunView } from '../../main/contract/sync.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'
import { allRecords } from '../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { targetConfig, type TestTarget } from '../support/test-target.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'
import { emsTarget } from '../targets/ems/target.ts'
import { mailchimpTarget } from '../targets/mailchimp/target.ts'
import { mauticTarget } from '../targets/mautic/target.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'

const entrants = 24
const start = '2026-05-03T13:00:00Z'
/** One in eight has the address of the one before. */
const addressOf = (n: number) => `runner${n % 8 === 7 ? n - 1 : n}@example.org`
const addresses = new Set(Array.from({ length: entrants }, (_, n) => addressOf(n)))

const startList = [
  'bib,first_name,last_name,date_of_birth,gender,email,race',
  ...Array.from({ length: entrants }, (_, n) => {
    const born = `19${70 + n}-0${1 + (n % 9)}-1${n % 10}`
    const gender = n % 2 ? 'male' : 'female'
    return `${n + 1},Runner${n},Family${'abcdefgh'[n % 8]}${n},${born},${gender},${addressOf(n)},10K`
  }),
].join('\n')

/** What EMS has in its stock. */
const bibs = (type: number) =>
  Array.from({ length: entrants }, (_, n) => ({ number: String(n + 1), type: { id: type } }))

async function standInOf<Server extends StandInProcess>(target: TestTarget<Server>) {
  const server = await target.standIn()
  onTestFinished(() => server.stop())
  return server
}

/** A run of each target, in order. */
async function round(marshal: TestEngine, names: readonly string[]): Promise<readonly RunView[]> {
  const runs: RunView[] = []
  for (const name of names) runs.push(await marshal.sync({}, name))
  return runs
}

/** What a run moved, either way. */
const movedBy = ({ target, outbound, inbound, errors }: RunView) => ({
  target,
  sent: outbound.created + outbound.updated + outbound.deleted,
  received: inbound.created + inbound.updated + inbound.deleted,
  left: outbound.failed + outbound.waiting + inbound.failed + inbound.conflicts,
  errors: errors.map(({ message }) => message),
})
const isRest = (run: RunView) => {
  const { sent, received } = movedBy(run)
  return sent + received === 0
}

it('six systems come to rest, and ten more runs of each send nothing', async () => {
  const ems = await standInOf(emsTarget)
  const filling = await startTestEngine({
    ...{ target: emsTarget, standIn: ems, config: { mode: 'mirror' } },
  })
  const [plates] = await ems.dump('number-types')
  await ems.load('race-numbers', bibs(plates!.id))
  await filling.importEntrants(startList)
  const [event] = await allRecords(filling.client, 'event')
  const [race] = await allRecords(filling.client, 'race')
  await filling.set('event', { startDateTime: start }, event!.id)
  await filling.set('race', { startTime: start }, race!.id)
  expect(movedBy(await filling.sync())).toMatchObject({ left: 0, errors: [] })
  await filling.close()

  const marshal = await startTestEngine({ target: emsTarget, standIn: ems, config: false })
  const others = {
    registration: runSignupTarget,
    timing: tagserverTarget,
    newsletter: mailchimpTarget,
    marketing: mauticTarget,
    support: chatwootTarget,
  }
  const servers: Record<string, StandInProcess> = { master: ems }
  for (const [name, target] of Object.entries({ master: emsTarget, ...others })) {
    servers[name] ??= await standInOf<StandInProcess>(target)
    for (const [key, value] of Object.entries(target.secrets)) {
      await marshal.secrets.set(name, key, value)
    }
    const config = { ...targetConfig(target, servers[name].url), name }
    await marshal.client.targets.add({ config })
  }
  const names = Object.keys(servers)

  let rounds = 0
  for (let runs = await round(marshal, names); !runs.every(isRest); rounds++) {
    expect(rounds, JSON.stringify(runs.map(movedBy))).toBeLessThan(6)
    runs = await round(marshal, names)
  }
  expect((await allRecords(marshal.client, 'person')).length).toBe(entrants)
  const written = async () =>
    Promise.all(
      names.map(async (name) => {
        const log = await servers[name]!.log()
        return log.filter(({ method }) => ['PUT', 'PATCH', 'DELETE'].includes(method)).length
      }),
    )
  const before = await written()
  for (let n = 0; n < 10; n++) {
    for (const run of await round(marshal, names)) {
      expect(movedBy(run)).toEqual({
        ...{ target: run.target, sent: 0, received: 0, left: 0, errors: [] },
      })
      expect(run.result).toBe('success')
    }
  }
  expect(await written()).toEqual(before)
  const status = await marshal.client.status.get()
  expect(status.targets.map(({ name, state }) => [name, state])).toEqual(
    names.map((name) => [name, 'up-to-date']),
  )
  // Nobody is anywhere twice.
  const list = servers['newsletter'] as Awaited<ReturnType<typeof mailchimpTarget.standIn>>
  expect((await list.members()).length).toBe(addresses.size)
  const marketing = servers['marketing'] as Awaited<ReturnType<typeof mauticTarget.standIn>>
  expect((await marketing.contacts()).length).toBe(addresses.size)
  const site = servers['registration'] as Awaited<ReturnType<typeof runSignupTarget.standIn>>
  expect((await site.present()).length).toBe(entrants)
  expect((await ems.dump('people')).length).toBe(entrants)
})
