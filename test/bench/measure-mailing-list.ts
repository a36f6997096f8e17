/**
 * `node measure-mailing-list.ts DATA CSV [COUNT]`: a start list becomes the audience of a mailing list, one in eight with the
 * address of the one before, half of them with consent. First push, two runs with nothing to send, and 200 who unsubscribe:
 * here and at a second system within one run each. Then the same audience anew, in bad weather. Throws where anything is
 * otherwise than it must be.
 */
import { readFile } from 'node:fs/promises'
import type { EntityName } from '../../main/contract/words.ts'
import { audienceId, startMailchimp, type MailchimpStandIn } from '../targets/mailchimp/stand-in.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { importJson, measure, openBenchEngine, report, targetName } from './measuring.ts'
import { listWeather } from './mailing-list-weather.ts'

const [dataDir = '', csv = '', wanted = '32000'] = process.argv.slice(2)
const count = Number(wanted)
const unsubscribed = Math.min(200, Math.floor(count / 10))
/** Runs until a push in bad weather is through, at most. */
const mostRuns = 500

const list = await startMailchimp({ key: 'bench-key' })
const second = await startMailchimp({ key: 'bench-key' })
const records = await startMockSync()
try {
  const engine = await openBenchEngine(dataDir)
  const { client } = engine
  const rows = (await readFile(csv, 'utf8'))
    .trim()
    .split('\n')
    .slice(0, count + 1)
  const withAddress = rows.map((row, n) => {
    // One in eight has the address of the one before.
    const of = n % 8 === 0 ? n - 1 : n
    return n === 0 ? `${row},email` : `${row},runner${of}@example.org`
  })
  await engine.importFile(
    { name: 'entrants.csv', open: () => text(withAddress.join('\n')) },
    { entity: 'entrant', event: 'Spring Classic', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  const all = async (entity: EntityName) => {
    const found = []
    for (let after: string | null = null; ;) {
      const page: Awaited<ReturnType<typeof client.records.list>> = await client.records.list({
        entity,
        after,
        limit: 1_000,
      })
      found.push(...page.records)
      after = page.next
      if (after === null) return found
    }
  }
  const persons = await all('person')
  const addresses = new Set(persons.map(({ email }) => String(email)))
  // Whole families, so that nobody's consent depends on who speaks for whom.
  const agrees = (email: unknown) => Number(/\d+/.exec(String(email))?.[0]) % 2 === 1
  await importJson(
    engine,
    'contactPreference',
    persons
      .filter(({ email }) => agrees(email))
      .map(({ id }) => ({ person: id, channel: 'email', topic: 'newsletter', status: 'optedIn' })),
  )
  const schedule = { delta: null, reconcile: null }
  const listConfig = (name: string, { url }: MailchimpStandIn) => ({
    ...{ name, adapter: 'mailchimp', url, schedule, settings: { audience: audienceId } },
    secrets: { apiKey: 'bench-key' },
  })
  await client.targets.add({ config: listConfig(targetName, list) })
  const run = async (target = targetName) => {
    const { runs } = await client.sync.run({ targets: [target] })
    const [one] = runs
    if (!one) throw new Error('no run')
    return one
  }
  const well = async (target?: string) => {
    const one = await run(target)
    if (one.result !== 'success') throw new Error(JSON.stringify(one))
    return one
  }
  const writes = async ({ stats }: { stats: MailchimpStandIn['stats'] }) => (await stats()).requests
  const first = await measure(() => well())
  const members = await list.members()
  if (members.length !== addresses.size) throw new Error(`${members.length} of ${addresses.size}`)
  const requests = await writes({ stats: () => list.stats() })

  const sends = async () => {
    const { outbound } = await well()
    const { created, updated, deleted, failed, held } = outbound
    if (created + updated + deleted + failed + held > 0) throw new Error(JSON.stringify(outbound))
  }
  const readBack = await measure(sends)
  const nothing = await measure(sends)

  await client.targets.add({
    config: { name: 'records', adapter: 'mock-sync-server', url: records.url, schedule },
  })
  await well('records')
  const leaving = members.filter(({ status }) => status === 'subscribed').slice(0, unsubscribed)
  const left = new Set(leaving.map(({ email_address: email }) => email))
  const concerned = persons.filter(({ email }) => left.has(String(email))).length
  for (const email of left) await list.herself(email, 'unsubscribe')
  const withdrawn = await measure(() => well())
  const here = (await all('contactPreference')).filter(({ status }) => status === 'optedOut').length
  if (here !== concerned) throw new Error(`${here} of ${concerned} are withdrawn here.`)
  await well('records')
  const there = (await records.records()).filter(({ status }) => status === 'optedOut').length
  if (there !== concerned) throw new Error(`${there} of ${concerned} are withdrawn elsewhere.`)
  await sends()
  const still = (await list.members()).filter(({ status }) => status === 'unsubscribed').length
  if (still !== left.size) throw new Error(`${still} of ${left.size} stay unsubscribed.`)

  await client.targets.add({ config: listConfig('second', second) })
  for (const rule of listWeather) await second.fault(rule)
  let runs = 0
  const weather = await measure(async () => {
    for (; runs < mostRuns; runs++) {
      const { targets } = await client.status.get()
      if (runs > 0 && targets.find(({ name }) => name === 'second')?.pending === 0) return
      await run('second')
    }
    throw new Error(`Not through after ${mostRuns} runs.`)
  })
  await second.clearFaults()
  const content = async (from: MailchimpStandIn) =>
    JSON.stringify(
      (await from.everybody())
        .map(({ email_address, status, merge_fields, tags }) => [
          ...[email_address, status, merge_fields, tags.toSorted()],
        ])
        .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    )
  const isEqual = (await content(second)) === (await content(list))
  if (!isEqual) throw new Error('The two audiences are not equal.')
  await engine.stop()
  report({
    ...{ entrants: persons.length, members: members.length, requests, first, readBack, nothing },
    ...{ withdrawn, concerned, weather, weatherRuns: runs },
  })
} finally {
  for (const one of [list, second, records]) await one.stop()
}

async function* text(whole: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(whole)
}
