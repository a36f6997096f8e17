/**
 * Plays seed after seed for hours, on both cores: `npm run soak -- --hours 8`.
 * - `--from SEED` where to begin (default: a new place each time) · `--seeds N` how many at most
 * - `--edition N` the weather (default: all there is)
 * - `--collect` goes on after a failure · `--trace` tells the story of each seed · `--workers N` (default 2)
 * Failing seeds are kept in failing-seeds.json, with the command to see each again.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { keepFailing, replayCommand } from './failing-seeds.ts'
import { runSeed, type SeedReport } from './run-seed.ts'
import { newestEdition, type Edition } from './scenario.ts'

const minuteMs = 60_000

if (process.send === undefined) await soak()
else {
  process.on('message', ([seed, edition]: readonly [number, Edition]) => {
    void runSeed(seed, edition).then((report) => process.send!(report))
  })
}

async function soak(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hours: { type: 'string', default: '1' },
      from: { type: 'string' },
      seeds: { type: 'string' },
      workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
      edition: { type: 'string', default: String(newestEdition) },
      collect: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  })
  const first =
    values.from === undefined ? Math.floor(Date.now() / 1000) % 1e9 : Number(values.from)
  const most = values.seeds === undefined ? Number.POSITIVE_INFINITY : Number(values.seeds)
  const edition: Edition = values.edition === '1' ? 1 : newestEdition
  const begun = Date.now()
  const until = begun + Number(values.hours) * 60 * minuteMs
  const tally = new Map<string, number>()
  let next = first
  let played = 0
  let failed = 0
  let toldAt = begun
  const mayGoOn = () =>
    next < first + most && Date.now() < until && (failed === 0 || values.collect)

  const take = (report: SeedReport) => {
    played += 1
    for (const [what, count] of Object.entries(report.tally)) {
      tally.set(what, (tally.get(what) ?? 0) + count)
    }
    if (values.trace) console.log(report.trace.join('\n'))
    if (report.faults.length > 0) {
      failed += 1
      if (edition === newestEdition) keepFailing(report.seed, report.faults[0]!)
      console.log(`Seed ${report.seed} fails:\n  ${report.faults.join('\n  ')}`)
      console.log(`  ${replayCommand(report.seed, edition)}`)
    }
    if (Date.now() - toldAt >= minuteMs) {
      toldAt = Date.now()
      console.log(`${played} seeds, ${failed} failed, ${perMinute(played, begun)} a minute`)
    }
  }

  const work = async () => {
    let worker = fork(fileURLToPath(import.meta.url))
    while (mayGoOn()) {
      const report = await play(worker, [next++, edition])
      if (!worker.connected) worker = fork(fileURLToPath(import.meta.url))
      take(report)
    }
    worker.disconnect()
  }
  await Promise.all(Array.from({ length: Math.min(Number(values.workers), most) }, work))
  console.log(
    `${played} seeds from ${first}, ${failed} failed, ${perMinute(played, begun)} a minute`,
  )
  console.log(
    [...tally]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, count]) => `${what} ${count}`)
      .join(', '),
  )
  process.exitCode = failed > 0 ? 1 : 0
}

/** What a seed came to. A process that ends while it plays is a fault of that seed. */
function play(worker: ChildProcess, order: readonly [number, Edition]): Promise<SeedReport> {
  return new Promise((resolve) => {
    const ended = (code: number | null, signal: string | null) => {
      const fault = `The process ended with ${code ?? signal ?? 'nothing said'}.`
      resolve({ seed: order[0], faults: [fault], digest: '', trace: [], tally: {} })
    }
    worker.once('exit', ended)
    worker.once('message', (message) => {
      worker.off('exit', ended)
      resolve(message as SeedReport)
    })
    worker.send(order)
  })
}

function perMinute(count: number, since: number): number {
  return Math.round((count * minuteMs) / Math.max(1, Date.now() - since))
}
