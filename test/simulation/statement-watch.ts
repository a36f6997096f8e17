/**
 * Watches every statement of this process on its way into SQLite. Two things need it: to know when the engine has come to
 * rest, so that whatever waits can be released in an order the seed decides; and to kill an engine between any two
 * statements. A killed connection takes no more statements and never answers; the files are as a killed process leaves
 * them. (A real `SIGKILL` is the crash suite's.)
 */
import sqlite3 from 'sqlite3'
import { nextTurn } from './next-turn.ts'

type Native = sqlite3.Database
type Statement = sqlite3.Statement
type Done = (...outcome: unknown[]) => void

interface Connection {
  readonly native: Native
  readonly statements: Set<Statement>
  dead: boolean
}

const connections = new Map<Native, Connection>()
const owners = new WeakMap<Statement, Connection>()
interface Asked {
  /** Set when it is answered. */
  goOn: (() => void) | null
}

const inOrder: Asked[] = []
let handingOn = false
let underWay = 0
const waiting: (() => void)[] = []
let untilDeath = Number.POSITIVE_INFINITY
let onDeath: () => void = () => {}

const databaseMethods = sqlite3.Database.prototype as unknown as Record<string, Done>
const statementMethods = sqlite3.Statement.prototype as unknown as Record<string, Done>
const plain = {
  prepare: databaseMethods['prepare'] as unknown as (...rest: unknown[]) => Statement,
  exec: databaseMethods['exec']!,
  close: databaseMethods['close']!,
  all: statementMethods['all']!,
  run: statementMethods['run']!,
  finalize: statementMethods['finalize']!,
}

function connectionOf(native: Native): Connection {
  const known = connections.get(native)
  if (known) return known
  const made: Connection = { native, statements: new Set(), dead: false }
  connections.set(native, made)
  return made
}

/** Whether a statement may go in; counts down to the death that was arranged. */
function admit(connection: Connection): boolean {
  if (connection.dead) return false
  untilDeath -= 1
  if (untilDeath > 0) return true
  untilDeath = Number.POSITIVE_INFINITY
  onDeath()
  return !connection.dead
}

/**
 * Connections have threads of their own; which answers first is the machine's chance. Answers are handed on in the order
 * the statements were asked for, each in a turn of its own, or the same seed would not be the same day.
 */
function counted(done: unknown): Done {
  const asked: Asked = { goOn: null }
  inOrder.push(asked)
  underWay += 1
  return function (this: unknown, ...outcome: unknown[]) {
    asked.goOn = () => {
      if (typeof done === 'function') (done as Done).apply(this, outcome)
    }
    handOn()
  }
}

function handOn(): void {
  const goOn = inOrder[0]?.goOn
  if (handingOn || !goOn) return
  handingOn = true
  inOrder.shift()
  underWay -= 1
  if (underWay === 0) for (const wake of waiting.splice(0)) wake()
  setImmediate(() => {
    handingOn = false
    handOn()
  })
  goOn()
}

databaseMethods['prepare'] = function (this: Native, ...rest: unknown[]) {
  const connection = connectionOf(this)
  const done = rest.pop()
  if (connection.dead) return undefined as never
  const statement = plain.prepare.call(this, ...rest, counted(done))
  connection.statements.add(statement)
  owners.set(statement, connection)
  return statement as never
}
databaseMethods['exec'] = function (this: Native, script: unknown, done: unknown) {
  if (admit(connectionOf(this))) plain.exec.call(this, script, counted(done))
}
databaseMethods['close'] = function (this: Native, done: unknown) {
  if (connectionOf(this).dead) return
  connections.delete(this)
  plain.close.call(this, counted(done))
}
for (const name of ['all', 'run'] as const) {
  statementMethods[name] = function (this: Statement, values: unknown, done: unknown) {
    const connection = owners.get(this)
    if (!connection || admit(connection)) plain[name].call(this, values, counted(done))
  }
}
statementMethods['finalize'] = function (this: Statement, ...rest: unknown[]) {
  owners.get(this)?.statements.delete(this)
  plain.finalize.call(this, ...rest)
}

/** Settles when no statement is under way and nothing that waits for promises only is left to do. */
export async function atRest(): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    if (underWay > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    await nextTurn()
    quiet = underWay === 0 ? quiet + 1 : 0
  }
}

/** Arranges for `die` to be called instead of the nth statement from now. */
export function dieAtStatement(nth: number, die: () => void): void {
  untilDeath = nth
  onDeath = die
}

/** Nobody dies any more. */
export function forgetDeath(): void {
  untilDeath = Number.POSITIVE_INFINITY
}

/** From now on no connection takes a statement or answers one. */
export function killConnections(): void {
  for (const connection of connections.values()) connection.dead = true
}

/** Closes killed connections behind their owners' backs, once what was under way is done. */
export async function buryConnections(): Promise<void> {
  await atRest()
  for (const connection of [...connections.values()].filter(({ dead }) => dead)) {
    for (const statement of connection.statements) plain.finalize.call(statement)
    await new Promise<void>((resolve, reject) =>
      plain.close.call(connection.native, (error: Error | null) =>
        error ? reject(error) : resolve(),
      ),
    )
    connections.delete(connection.native)
  }
}

/** Connections that nobody has closed. */
export function openConnections(): number {
  return connections.size
}
