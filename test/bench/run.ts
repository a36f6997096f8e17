/**
 * `npm run bench [-- --reps 3] [--csv FILE] [--only marathon,registration,search,mailing-list,support,ring,peers] [--large]`: what a user feels on a marathon's
 * start list (search also alone: `--only search`; a mailing list, a support system and a ring of six systems only when asked for), Marshal beside other ways to synchronise, and how both grow. Prints
 * Markdown; asserts nothing, because machines differ and are shared. `--large` goes up to a million records and takes an
 * hour.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os, { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startListCsv } from '../../main/engine/demo/start-list.ts'
import { child } from './child.ts'
import { marathonTable } from './marathon.ts'
import type { Measured } from './measuring.ts'
import { comparisonTables } from './peers/comparison.ts'
import { measureSearch, millionGoals, searchLines, searchTable } from './search.ts'
import { mb, ms, table } from './table.ts'

const { values: options } = parseArgs({
  options: {
    reps: { type: 'string', default: '3' },
    csv: { type: 'string' },
    only: { type: 'string', default: 'marathon,registration,peers' },
    large: { type: 'boolean', default: false },
  },
})
const shared = join(import.meta.dirname, '../../../shared')
const only = options.only.split(',')
const million = 1_000_000

async function startList(folder: string): Promise<string> {
  const csv = options.csv ?? join(shared, 'data/marathon-entrants.csv')
  if (existsSync(csv)) return csv
  process.stderr.write('No marathon start list at hand; an invented one of its size is used.\n')
  return inventedList(folder)
}

async function inventedList(folder: string, entrants?: number): Promise<string> {
  const csv = join(folder, `entrants-${entrants ?? 'usual'}.csv`)
  await writeFile(csv, startListCsv(entrants))
  return csv
}

/** Import and search with a million entrants. */
async function millionTable(folder: string): Promise<string> {
  const dataDir = join(folder, 'million')
  const csv = await inventedList(folder, million)
  const imported = await child<Measured>('measure-import.ts', dataDir, csv)
  const search = await measureSearch(dataDir)
  return table(
    [`${million} entrants`, 'figure', 'goal'],
    [
      [
        'import, a row',
        `${((1000 * imported.wallMs) / million).toFixed(0)} µs`,
        'flat within 30 %',
      ],
      ['import, memory', mb(imported.rssMb), '≤ 250 MB'],
      ...searchLines([search], millionGoals),
    ],
  )
}

interface Registration {
  readonly filled: Measured
  readonly again: Measured
  readonly there: number
}

/** A start list here, most of it registered there already. */
async function registrationTable(folder: string, csv: string): Promise<string> {
  const dataDir = join(folder, 'registration')
  const found = await child<Registration>('measure-registration.ts', dataDir, csv)
  return table(
    [`${found.there} registered there, in part the same people`, 'figure', 'goal'],
    [
      ['first fill of both sides', ms(found.filled.wallMs), '–'],
      ['… memory, with the import', mb(found.filled.rssMb), '–'],
      [
        '… event loop delay: p99, max',
        `${ms(found.filled.delayP99Ms)}, ${ms(found.filled.delayMaxMs)}`,
        '≤ 20 ms, ≤ 50 ms',
      ],
      ['the run after it, which reads it all back', ms(found.again.wallMs), '–'],
    ],
  )
}

interface MailingList {
  readonly entrants: number
  readonly members: number
  readonly requests: number
  readonly first: Measured
  readonly readBack: Measured
  readonly nothing: Measured
  readonly withdrawn: Measured
  readonly concerned: number
  readonly weather: Measured
  readonly weatherRuns: number
}

/** A start list as the audience of a mailing list, where families have one address. */
async function mailingListTable(folder: string, csv: string): Promise<string> {
  const dataDir = join(folder, 'mailing-list')
  const found = await child<MailingList>('measure-mailing-list.ts', dataDir, csv)
  return table(
    [`${found.entrants} entrants, ${found.members} addresses`, 'figure', 'goal'],
    [
      [`first push, ${found.requests} requests`, ms(found.first.wallMs), '–'],
      ['… memory, with the import', mb(found.first.rssMb), '–'],
      ['the run after it, which reads it all back', ms(found.readBack.wallMs), '–'],
      ['a run with nothing to do', ms(found.nothing.wallMs), '–'],
      [`200 unsubscribe: ${found.concerned} consents`, ms(found.withdrawn.wallMs), '–'],
      [`first push in bad weather, ${found.weatherRuns} runs`, ms(found.weather.wallMs), '–'],
    ],
  )
}

interface Support {
  readonly contacts: number
  readonly addresses: number
  readonly pushed: number
  readonly listed: number
  readonly asking: number
  readonly first: Measured
  readonly again: Measured
  readonly nothing: Measured
  readonly readBack: Measured
  readonly asked: Measured
}

/** A start list as the contacts of a support system, where families share addresses and contacts do not. */
async function supportTable(folder: string, csv: string): Promise<string> {
  const dataDir = join(folder, 'support')
  const found = await child<Support>('measure-support.ts', dataDir, csv)
  return table(
    [`${found.contacts} contacts, ${found.addresses} addresses`, 'figure', 'goal'],
    [
      [`first push, ${found.pushed} requests at 40 a second`, ms(found.first.wallMs), '–'],
      ['… memory, with the import', mb(found.first.rssMb), '–'],
      ['the run after it, which reads it all back', ms(found.again.wallMs), '–'],
      ['a run with nothing to do', ms(found.nothing.wallMs), '–'],
      [`a complete comparison, ${found.listed} requests`, ms(found.readBack.wallMs), '–'],
      [`${found.asking} conversations arrive`, ms(found.asked.wallMs), '–'],
    ],
  )
}

interface Ring {
  readonly entrants: number
  readonly addresses: number
  readonly rounds: number
  readonly silentRounds: number
  readonly filled: Measured
  readonly untilRest: Measured
  readonly silent: Measured
}

/** A start list that goes from a master system to five others, and what they answer back, until nothing moves. */
async function ringTable(folder: string, csv: string): Promise<string> {
  const found = await child<Ring>('measure-ring.ts', join(folder, 'ring'), csv)
  return table(
    [`six systems, ${found.entrants} entrants, ${found.addresses} addresses`, 'figure', 'goal'],
    [
      ['the master system is filled', ms(found.filled.wallMs), '–'],
      [`from there to all, at rest after ${found.rounds} rounds`, ms(found.untilRest.wallMs), '–'],
      ['… memory, with the import', mb(found.untilRest.rssMb), '–'],
      [`${found.silentRounds} more rounds, nothing sent`, ms(found.silent.wallMs), '0 sent'],
    ],
  )
}

const folder = await mkdtemp(join(tmpdir(), 'marshal-bench-'))
try {
  const [cpu] = os.cpus()
  const day = new Date().toISOString().slice(0, 10)
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GB`
  process.stdout.write(
    `${day}, Node ${process.versions.node}, ${os.cpus().length} cores (${cpu?.model ?? '?'}), ${memory}, medians of ${options.reps}\n`,
  )
  const print = (title: string, text: string) => process.stdout.write(`\n### ${title}\n\n${text}\n`)
  if (only.includes('marathon')) {
    print('A marathon', await marathonTable(folder, await startList(folder), Number(options.reps)))
  }
  if (only.includes('search')) {
    print('Search', await searchTable(folder, await startList(folder), Number(options.reps)))
  }
  if (only.includes('registration')) {
    print('A registration system', await registrationTable(folder, await startList(folder)))
  }
  if (only.includes('mailing-list')) {
    print('A mailing list', await mailingListTable(folder, await startList(folder)))
  }
  if (only.includes('support')) {
    print('A support system', await supportTable(folder, await startList(folder)))
  }
  if (only.includes('ring')) {
    print('A ring of six systems', await ringTable(folder, await startList(folder)))
  }
  if (only.includes('peers')) {
    const compared = await comparisonTables(join(shared, 'bench'), options.large)
    if (compared === null) process.stderr.write('No harness at hand; the comparison is left out.\n')
    else print('Beside others, as multiples of the limit', compared)
  }
  if (options.large) print('A million', await millionTable(folder))
} finally {
  await rm(folder, { recursive: true, force: true })
}
