/**
 * Marshal beside other ways to synchronise, and beside the limit, in a harness that is not part of this repository. It is
 * copied to a temporary folder, where its packages are installed once; Marshal joins it through a file of two lines.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { mb, ms, table, times } from '../table.ts'

const execute = promisify(execFile)

const limit = 'limit-raw'
const marshal = 'marshal'
/** In this order in the table; `few` are quick at any size. */
const few = [limit, 'proto-sqlite3', 'script-batch']
const all = [...few, 'powersync', 'rxdb', 'watermelondb', 'pouchdb', 'script-naive']

interface Row extends Readonly<Record<Phase | 'stall' | 'rssMB', number>> {
  readonly peer: string
  readonly ok: boolean
}
type Phase = 'seed' | 'push' | 'echo' | 'noop2' | 'edit1' | 'push1' | 'pull1'

interface Results {
  readonly runs: readonly { readonly n: number; readonly rows: readonly Row[] }[]
  readonly versions: Readonly<Record<string, string>>
}

/** Phases in the order of the table, with the goal as a multiple of the limit. */
const measures: readonly (readonly [Phase, string, string])[] = [
  ['seed', 'local write', '≤ 4'],
  ['push', 'first push', '≤ 2.5'],
  ['echo', 'own records coming back', '–'],
  ['noop2', 'nothing to do', '≤ 4, about 5 ms'],
  ['push1', 'push of 1 % changed', '≤ 2.4'],
  ['pull1', 'pull of 1 % changed', '≤ 1.7'],
]

/**
 * Runs the harness and answers the tables, null where it is not there.
 * @param large also the slow contestants at 100,000 records, and Marshal alone at 1,000,000
 */
export async function comparisonTables(harness: string, large: boolean): Promise<string | null> {
  if (!existsSync(join(harness, 'run.mjs'))) return null
  const place = await prepare(harness)
  const parts = [
    await measure(place, { sizes: [10_000], reps: 3, peers: [...all, marshal] }),
    large
      ? await measure(place, { sizes: [100_000], reps: 3, peers: [...all, marshal] })
      : await measure(place, { sizes: [100_000], reps: 1, peers: [limit, marshal] }),
  ]
  const runs = parts.flatMap((part) => part.runs)
  const sizes = large ? [10_000, 100_000, 1_000_000] : [10_000, 100_000]
  const grown = await measure(place, { sizes, reps: 1, peers: [marshal] }, timeOrderedIds)
  const versions = Object.entries(parts[0]!.versions).filter(([, version]) => version !== '?')
  return [
    ...runs.map(({ n, rows }) => `${n} records\n\n${ratios(rows)}`),
    `Growth, with ids in order of time as Marshal gives them\n\n${growth(grown.runs)}`,
    `Versions: ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}`,
  ].join('\n\n')
}

async function prepare(harness: string): Promise<string> {
  const place = join(tmpdir(), 'marshal-bench-peers')
  await mkdir(place, { recursive: true })
  await cp(harness, place, { recursive: true, force: true })
  await execute('chmod', ['-R', 'u+w', place])
  if (!existsSync(join(place, 'node_modules'))) {
    process.stderr.write('Comparison: installing the packages of the peers, once.\n')
    const npm = process.env['npm_execpath']
    const install = ['install', '--no-audit', '--no-fund']
    await (npm
      ? execute(process.execPath, [npm, ...install], { cwd: place })
      : execute('npm', install, { cwd: place }))
  }
  const contestant = pathToFileURL(join(import.meta.dirname, 'contestant.ts')).href
  const joins = `import { digest } from '../lib/data.mjs'\nexport const name = '${marshal}'\nexport const open = (await import('${contestant}')).contestant(digest)\n`
  await writeFile(join(place, `peers/${marshal}.mjs`), joins)
  return place
}

/** How the harness is told to make ids the way Marshal does; otherwise they are random, the worst case for an index. */
const timeOrderedIds = { BENCH_IDS: 'v7' }

interface Measurement {
  readonly sizes: readonly number[]
  readonly reps: number
  readonly peers: readonly string[]
}

async function measure(
  place: string,
  { sizes, reps, peers }: Measurement,
  settings: Readonly<Record<string, string>> = {},
): Promise<Results> {
  const out = `results/marshal-${peers.length}-${sizes.join('-')}.json`
  const run = spawn(
    process.execPath,
    [
      'run.mjs',
      '--n',
      sizes.join(','),
      '--reps',
      String(reps),
      '--peers',
      peers.join(','),
      '--out',
      out,
    ],
    { cwd: place, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...settings } },
  )
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  run.once('error', reject)
  run.once('exit', resolve)
  if ((await promise) !== 0) throw new Error('The harness has failed.')
  return JSON.parse(await readFile(join(place, out), 'utf8')) as Results
}

/** Every contestant as a multiple of the limit, Marshal last but for its goals. */
function ratios(rows: readonly Row[]): string {
  const base = rows.find(({ peer }) => peer === limit)!
  const others = rows.filter(({ peer }) => peer !== limit && peer !== marshal)
  const own = rows.find(({ peer }) => peer === marshal)!
  const shown = [...others, own]
  const line = (name: string, pick: (row: Row) => number, first: string, goal: string) => [
    name,
    first,
    ...shown.map((row) => (row.ok ? times(pick(row) / pick(base)) : 'wrong result')),
    goal,
  ]
  return table(
    ['', limit, ...shown.map(({ peer }) => (peer === marshal ? '**Marshal**' : peer)), 'goal'],
    [
      ...measures.map(([phase, name, goal]) =>
        line(name, (row) => row[phase], ms(base[phase]), goal),
      ),
      line('peak memory', (row) => row.rssMB, mb(base.rssMB), '≤ 1.2'),
      ['longest stall', ms(base.stall), ...shown.map((row) => ms(row.stall)), '≤ 50 ms'],
    ],
  )
}

/** What stays the same however many records there are: per changed record, and for none. */
function growth(runs: Results['runs']): string {
  const own = runs.map(({ n, rows }) => ({ n, row: rows.find(({ peer }) => peer === marshal)! }))
  const perRecord = (value: number, n: number) => `${((1000 * value) / n).toFixed(0)} µs`
  const line = (name: string, show: (row: Row, n: number) => string, goal: string) => [
    name,
    ...own.map(({ n, row }) => show(row, n)),
    goal,
  ]
  return table(
    ['records', ...own.map(({ n }) => String(n)), 'goal'],
    [
      line('nothing to do', (row) => ms(row.noop2), 'flat'),
      line('import, a row', (row, n) => perRecord(row.seed, n), 'flat within 30 %'),
      line('first push, a record', (row, n) => perRecord(row.push, n), 'flat'),
      line('push, a changed record', (row, n) => perRecord(row.push1, n / 100), 'flat'),
      line('pull, a changed record', (row, n) => perRecord(row.pull1, n / 100), 'flat'),
      line('peak memory', (row) => mb(row.rssMB), 'flat'),
    ],
  )
}
