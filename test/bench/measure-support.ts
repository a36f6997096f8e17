/**
 * `node measure-support.ts DATA CSV [COUNT]`: a start list becomes the contacts of a support system, one in eight with the
 * address of the one before, which only one of the two may have there. First push, a run that reads everything back, and one
 * with nothing to do; then 200 ask something, and their conversations arrive. Throws where anything is otherwise than it
 * must be. The adapter keeps to 40 requests a second: the first push takes as long as that takes.
 */
import { readFile } from 'node:fs/promises'
import { startChatwoot } from '../targets/chatwoot/stand-in.ts'
import { benchKey, measure, openBenchEngine, report, targetName } from './measuring.ts'

const [dataDir = '', csv = '', wanted = '32000'] = process.argv.slice(2)
const count = Number(wanted)
const asking = Math.min(200, Math.floor(count / 10))

const support = await startChatwoot({ key: benchKey })
try {
  const engine = await openBenchEngine(dataDir)
  const { client } = engine
  const rows = (await readFile(csv, 'utf8'))
    .trim()
    .split('\n')
    .slice(0, count + 1)
  const withAddress = rows.map((row, n) => {
    const of = n % 8 === 0 ? n - 1 : n
    return n === 0 ? `${row},email` : `${row},runner${of}@example.org`
  })
  await engine.importFile(
    { name: 'entrants.csv', open: () => text(withAddress.join('\n')) },
    { entity: 'entrant', event: 'Spring Classic', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  await client.targets.add({
    config: {
      ...{ name: targetName, adapter: 'chatwoot', url: support.url, auth: 'api-key' },
      ...{ settings: { account: '1' }, secrets: { apiKey: benchKey } },
      schedule: { delta: null, reconcile: null },
    },
  })
  const run = async (kind?: 'reconcile') => {
    const { runs } = await client.sync.run({ targets: [targetName], ...(kind ? { kind } : {}) })
    const [one] = runs
    if (one?.result !== 'success') throw new Error(JSON.stringify(one))
    return one
  }
  const sendsNothing = async (kind?: 'reconcile') => {
    const { created, updated, deleted, failed, held } = (await run(kind)).outbound
    if (created + updated + deleted + failed + held > 0) throw new Error('Something was sent.')
  }
  const requests = async () => (await support.stats()).requests

  const first = await measure(() => run())
  const pushed = await requests()
  const contacts = await support.contacts()
  const addresses = contacts.filter(({ email }) => email !== null)
  const people = rows.length - 1
  if (contacts.length !== people) throw new Error(`${contacts.length} of ${people} are contacts.`)
  if (addresses.length !== people - Math.floor(people / 8))
    throw new Error(`${addresses.length} have an address.`)
  const again = await measure(() => sendsNothing())
  const nothing = await measure(() => sendsNothing())
  const idle = (await requests()) - pushed
  const readBack = await measure(() => sendsNothing('reconcile'))
  const listed = (await requests()) - pushed - idle

  for (const { id } of contacts.slice(0, asking))
    await support.begin({ contactId: id, messages: [{ content: 'Where is my bib?' }] })
  const asked = await measure(() => run())
  const { records } = await client.records.list({ entity: 'message', limit: 1_000 })
  if (records.length !== asking) throw new Error(`${records.length} of ${asking} arrived.`)
  await sendsNothing()
  await engine.stop()
  report({
    ...{ contacts: contacts.length, addresses: addresses.length, pushed, idle, listed, asking },
    ...{ first, again, nothing, readBack, asked },
  })
} finally {
  await support.stop()
}

async function* text(whole: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(whole)
}
