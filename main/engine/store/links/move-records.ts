/**
 * The only SQL that writes the state of a sync record. It is made from the table of events (`model/sync-record.ts`): the
 * statements that use it say which records an event happens to, and what else becomes known with it.
 */
import type { Db, SyncRecordRow } from '../../db/schema.ts'
import {
  clearedBy,
  parts,
  situations,
  stateOf,
  syncRecordEvents,
  type Condition,
  type Situation,
  type SyncRecordEvent,
  type SyncRecordEventName,
} from '../../model/sync-record.ts'
import { run } from '../sql/statement.ts'

type Column = Exclude<keyof SyncRecordRow, 'rowNo' | 'state' | 'bucket'>

/** What an event always says anew, which its statement has to set. */
type Brought<Event extends SyncRecordEventName> = (typeof syncRecordEvents)[Event] extends {
  readonly brings: readonly (infer Name)[]
}
  ? Extract<Name, Column>
  : never

/** Columns with the SQL of their new values. */
type Values<Event extends SyncRecordEventName> = Readonly<
  Record<Brought<Event>, string> & Partial<Record<Column, string>>
>

/** Sync records an event happens to, as parts of one statement. Texts never contain values, only `?`. */
interface Moved<Event extends SyncRecordEventName> {
  /** Common table expressions, after `WITH`. */
  readonly with?: string
  /** What else becomes known: columns the event brings, and others it does not clear. */
  readonly set?: Values<Event>
  /** A page: rows `item`. Where several events share it, its column `event` names the one of each row. */
  readonly from?: string
  /** Which records. Only those the event concerns are touched among them. */
  readonly where: string
}

/** The same for whoever only puts the text together. */
type Parts = Omit<Moved<never>, 'set'> & { readonly set?: Readonly<Record<string, string>> }

type WithValues<Event extends SyncRecordEventName> = Required<Pick<Moved<Event>, 'set'>>

/**
 * Lets an event happen to sync records, or one of several events to each: one statement, whatever their number. Answers
 * how many were touched.
 */
export function move<Event extends SyncRecordEventName>(
  db: Db,
  events: Event | readonly Event[],
  moved: [Brought<Event>] extends [never] ? Moved<Event> : Moved<Event> & WithValues<Event>,
  ...parameters: readonly (string | number | null)[]
): Promise<number> {
  return run(db, moveSql(typeof events === 'string' ? [events] : events, moved), ...parameters)
}

/** Sync records that begin with an event, as parts of one statement. */
interface Added {
  /** Where several events share the statement: SQL that names the one of each row. */
  readonly event?: string
  readonly values: Readonly<Partial<Record<Column, string>>>
  readonly from: string
  /** Where a record has one already, it stays as it is. */
  readonly unlessThere?: boolean
}

/** The event of a record that is made here, by the state its target has for new ones. */
export const firstEvent = (state: 'linked' | 'unmatched') =>
  state === 'linked' ? 'madeHere' : 'madeForReview'

/** Adds sync records: one statement, whatever their number. */
export function add(
  db: Db,
  events: readonly SyncRecordEventName[],
  { event = 'item.event', values, from, unlessThere = false }: Added,
  ...parameters: readonly (string | number | null)[]
): Promise<number> {
  const state = byEvent(events, event, firstState, 'NULL')
  const columns = Object.keys(values)
  return run(
    db,
    `INSERT INTO sync_record (state, ${columns.join(', ')})
     SELECT ${[state, ...Object.values(values)].join(', ')} FROM ${from}
     ${unlessThere ? 'ON CONFLICT DO NOTHING' : ''}`,
    ...parameters,
  )
}

function moveSql(
  names: readonly SyncRecordEventName[],
  { with: common, set = {}, from, where }: Parts,
): string {
  const columns = new Set([...names.flatMap(clearedSomewhere), ...Object.keys(set)])
  const assignments = [
    ['state', byEvent(names, 'item.event', nextState, own('state'))],
    ...[...columns].map((column) => {
      const value = set[column] ?? own(column)
      return [column, byEvent(names, 'item.event', (name) => clearing(name, column, value), value)]
    }),
  ]
  return `${common ? `WITH ${common} ` : ''}UPDATE sync_record
    SET ${assignments.map(([column, value]) => `${column} = ${value}`).join(', ')}
    ${from ? `FROM ${from}` : ''}
    WHERE (${where})${concerned(names)}`
}

const eventOf = (name: SyncRecordEventName): SyncRecordEvent => syncRecordEvents[name]
const own = (column: string) => `sync_record.${column}`
const quoted = (text: string) => `'${text}'`

/** One value for each event; `otherwise` where none is named. */
function byEvent(
  names: readonly SyncRecordEventName[],
  event: string,
  value: (name: SyncRecordEventName) => string,
  otherwise: string,
): string {
  const [only] = names
  if (names.length === 1) return value(only!)
  const values = Map.groupBy(names, value)
  if (values.size === 1) return value(only!)
  const cases = [...values].map(
    ([result, of]) => `WHEN ${event} IN (${of.map(quoted).join(', ')}) THEN ${result}`,
  )
  return `CASE ${cases.join(' ')} ELSE ${otherwise} END`
}

/** The state a sync record begins in; NULL, which no row may have, where the event begins none. */
function firstState(name: SyncRecordEventName): string {
  const { adds } = eventOf(name)
  return adds ? quoted(adds) : 'NULL'
}

function nextState(name: SyncRecordEventName): string {
  const { moves } = eventOf(name)
  const changing = situations.filter((one) => moves[one] !== undefined)
  const states = [...Map.groupBy(changing, (one) => moves[one]!)]
  if (states.length === 0) return own('state')
  const [[state] = []] = states
  if (states.length === 1 && (changing.length === situations.length || !eventOf(name).others)) {
    return quoted(state!)
  }
  return `CASE ${states.map(([next, from]) => `WHEN ${among(from)} THEN ${quoted(next)}`).join(' ')}
    ELSE ${own('state')} END`
}

function clearedSomewhere(name: SyncRecordEventName): readonly string[] {
  return situations.flatMap((from) => clearedBy(eventOf(name), from))
}

/** A column after an event: empty where that clears it, otherwise `value`. */
function clearing(name: SyncRecordEventName, column: string, value: string): string {
  const from = situations.filter((one) => clearedBy(eventOf(name), one).includes(column))
  if (from.length === 0) return value
  const empty = column === 'attempts' ? '0' : 'NULL'
  const { moves, others } = eventOf(name)
  const isAll = situations.every((one) => from.includes(one) || (!moves[one] && !others))
  return isAll ? empty : `CASE WHEN ${among(from)} THEN ${empty} ELSE ${value} END`
}

/** Leaves out the records none of the events concerns. The plus keeps SQLite from choosing an index by it. */
function concerned(names: readonly SyncRecordEventName[]): string {
  const touched = (name: SyncRecordEventName) => {
    const { moves, others, only } = eventOf(name)
    const from = situations.filter((one) => others || moves[one] !== undefined)
    const inOne = from.length === situations.length ? '1' : among(from)
    return only ? `${inOne} AND ${whereSql(only)}` : inOne
  }
  const condition = byEvent(names, 'item.event', touched, '0')
  return condition === '1' ? '' : ` AND +(${condition})`
}

/** That a record is in one of the situations. */
function among(from: readonly Situation[]): string {
  if (from.length === 0) return '0'
  const partial = Object.keys(parts) as (keyof typeof parts)[]
  const whole = new Set(from.filter((one) => one === stateOf(one)))
  const conditions: string[] = []
  for (const part of partial) {
    const { state } = parts[part]
    const holdsPart = from.includes(part)
    if (whole.has(state) === holdsPart) continue
    whole.delete(state)
    conditions.push(
      `(${own('state')} = ${quoted(state)} AND ${holdsPart ? '' : 'NOT '}${whereSql(parts[part].when)})`,
    )
  }
  if (whole.size > 0) {
    conditions.unshift(`${own('state')} IN (${[...whole].map(quoted).join(', ')})`)
  }
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(' OR ')})`
}

function whereSql(condition: Condition): string {
  const conditions = Object.entries(condition).map(([column, is]) => {
    if (is === null) return `${own(column)} IS NULL`
    return is === 'any' ? `${own(column)} IS NOT NULL` : `${own(column)} IS ${quoted(is)}`
  })
  return `(${conditions.join(' AND ')})`
}
