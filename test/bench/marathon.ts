/** What a user feels, on a marathon's start list: everything in rounds, so that no measure has the machine to itself. */
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startTagServer } from '../targets/tagserver/stand-in.ts'
import { child, timed } from './child.ts'
import { benchKey, median, type Measured } from './measuring.ts'
import { marathonGoals, measureSearch, searchLines, type SearchRound } from './search.ts'
import { mb, ms, table, times } from './table.ts'

const root = join(import.meta.dirname, '../..')

interface Sync {
  readonly first: Measured
  readonly nothingMs: number
  readonly changed: Measured & { readonly updated: number }
  readonly checkInP95Ms: number
}

interface Inbound {
  readonly first: Measured
  readonly changed: Measured
  readonly share: number
  readonly nothing: Measured
  readonly reconcile: Measured
  readonly opened: Measured
  readonly settled: Measured
  readonly conflicts: number
}

interface Edits {
  readonly beforeMb: number
  readonly afterMb: number
  readonly edits: number
}

interface Round {
  readonly importOnce: Measured
  readonly importAgain: Measured
  readonly bare: { readonly wallMs: number; readonly sent: number }
  readonly sync: Sync
  readonly search: SearchRound
  readonly inbound: Inbound
  readonly edits: Edits | null
  readonly statusMs: number
  readonly nodeMs: number
}

const received = 18_000
const edited = 50_000

/** Runs the rounds and answers their table. The edits of a week are made in the last one only. */
export async function marathonTable(folder: string, csv: string, rounds: number): Promise<string> {
  const all: Round[] = []
  for (let at = 1; at <= rounds; at++) {
    all.push(await round(join(folder, `marathon-${at}`), csv, at === rounds))
    process.stderr.write(`Marathon: round ${at} of ${rounds} done.\n`)
  }
  return table(['measure', 'figure', 'goal'], await linesOf(all))
}

async function round(folder: string, csv: string, withEdits: boolean): Promise<Round> {
  const dataDir = join(folder, 'data')
  const timing = await startTagServer({ apiKey: benchKey })
  const limit = await startTagServer({ apiKey: benchKey })
  try {
    const importOnce = await child<Measured>('measure-import.ts', dataDir, csv)
    const importAgain = await child<Measured>('measure-import.ts', dataDir, csv)
    const sync = await child<Sync>('measure-sync.ts', dataDir, timing.url)
    const bare = await child<Round['bare']>('measure-bare.ts', timing.url, limit.url)
    const search = await measureSearch(dataDir)
    const start = await statusTimes(dataDir)
    const inbound = await child<Inbound>('measure-inbound.ts', join(folder, 'in'), String(received))
    const edits = withEdits ? await child<Edits>('measure-edits.ts', dataDir, String(edited)) : null
    return { importOnce, importAgain, sync, bare, search, inbound, edits, ...start }
  } finally {
    await timing.stop()
    await limit.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** `marshal status` and an empty program, in turns. */
async function statusTimes(dataDir: string): Promise<Pick<Round, 'statusMs' | 'nodeMs'>> {
  const built = join(root, 'out/main/edge.js')
  const entry = existsSync(built) ? built : join(root, 'main/edge.ts')
  const status: number[] = []
  const node: number[] = []
  for (let at = 0; at < 5; at++) {
    status.push(await timed(process.execPath, [entry, 'status', '--json', '--data', dataDir]))
    node.push(await timed(process.execPath, ['-e', '0']))
  }
  return { statusMs: median(status), nodeMs: median(node) }
}

/** Everything the window loads, packed; NaN where it was not built. */
async function bundleMb(): Promise<number> {
  const folder = join(root, 'out/renderer')
  if (!existsSync(folder)) return Number.NaN
  const names = await readdir(folder, { recursive: true })
  let bytes = 0
  for (const name of names) {
    const path = join(folder, name)
    if ((await stat(path)).isFile()) bytes += gzipSync(await readFile(path)).length
  }
  return bytes / 2 ** 20
}

async function linesOf(rounds: readonly Round[]): Promise<readonly (readonly string[])[]> {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick))
  const worst = (pick: (round: Round) => number) => Math.max(...rounds.map(pick))
  const delay = (pick: (round: Round) => Measured) =>
    `${ms(of((it) => pick(it).delayP99Ms))}, ${ms(of((it) => pick(it).delayMaxMs))}`
  const { bare, sync, inbound } = rounds[0]!
  const edits = rounds.at(-1)!.edits!
  const bundle = await bundleMb()
  const calm = '≤ 20 ms, ≤ 50 ms'
  const status = of((it) => it.statusMs)
  const node = of((it) => it.nodeMs)
  return [
    ['import, once', ms(of((it) => it.importOnce.wallMs)), '≤ 8 s'],
    ['import, memory', mb(worst((it) => it.importOnce.rssMb)), '≤ 250 MB'],
    [
      'import again, of the first',
      times(of((it) => it.importAgain.wallMs / it.importOnce.wallMs)),
      '≤ 0.5 ×',
    ],
    [
      `first push of ${bare.sent} records, one per request, of a bare loop`,
      times(of((it) => it.sync.first.wallMs / it.bare.wallMs)),
      '≤ 1.5 ×',
    ],
    ['first push', ms(of((it) => it.sync.first.wallMs)), '–'],
    ['first push, memory', mb(worst((it) => it.sync.first.rssMb)), '–'],
    [
      `run with nothing to do, ${bare.sent} synced records`,
      ms(of((it) => it.sync.nothingMs)),
      '≤ 20 ms',
    ],
    [
      `push of 1 % changed (${sync.changed.updated} records)`,
      ms(of((it) => it.sync.changed.wallMs)),
      '–',
    ],
    ['check-in during a sync, p95', ms(of((it) => it.sync.checkInP95Ms)), '≤ 50 ms'],
    ...searchLines(
      rounds.map(({ search }) => search),
      marathonGoals,
    ),
    ['`marshal status`', ms(status), `≤ ${ms(1.5 * node + 150)}: 1.5 × + 150 ms`],
    ['an empty program', ms(node), '–'],
    [`first pull of ${received} records`, ms(of((it) => it.inbound.first.wallMs)), '–'],
    ['first pull, memory', mb(worst((it) => it.inbound.first.rssMb)), '–'],
    [
      `pull of 1 % changed (${inbound.share} records)`,
      ms(of((it) => it.inbound.changed.wallMs)),
      '–',
    ],
    [`reconcile of ${received} records`, ms(of((it) => it.inbound.reconcile.wallMs)), '–'],
    [`${inbound.conflicts} conflicts opened`, ms(of((it) => it.inbound.opened.wallMs)), '–'],
    [`${inbound.conflicts} conflicts settled`, ms(of((it) => it.inbound.settled.wallMs)), '–'],
    ['event loop delay, import: p99, max', delay((it) => it.importOnce), calm],
    ['event loop delay, first push', delay((it) => it.sync.first), calm],
    ['event loop delay, first pull', delay((it) => it.inbound.first), calm],
    ['event loop delay, reconcile', delay((it) => it.inbound.reconcile), calm],
    [
      `database after ${edits.edits} edits, of before (${mb(edits.beforeMb)})`,
      times(edits.afterMb / edits.beforeMb),
      '< 2 ×',
    ],
    ['window, packed', Number.isNaN(bundle) ? 'not built' : `${bundle.toFixed(2)} MB`, '< 1.5 MB'],
  ]
}
