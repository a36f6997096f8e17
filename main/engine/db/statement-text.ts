/** One `?` or `?7` of a statement. */
interface Placeholder {
  readonly text: string
  /** Which parameter it takes, from 0. */
  readonly parameter: number
}

/** What we must know of a statement before `sqlite3` runs it; `sqlite3` itself does not tell. */
export interface StatementText {
  /** First word that says what it does, lower case: `select`, `insert`, `create`, … */
  readonly verb: string
  /** True when it answers with rows. `Statement.run` on such a one would step once and stay open. */
  readonly returnsRows: boolean
  /** True when it may change the database, begins what may, or makes such changes lasting. */
  readonly changes: boolean
  /** True when it may be kept prepared. A pragma may not: some take effect while being prepared. */
  readonly keepPrepared: boolean
  readonly parameterCount: number
  /** The text around the placeholders: one piece more than there are placeholders. */
  readonly pieces: readonly string[]
  readonly placeholders: readonly Placeholder[]
}

const reading = new Set(['select', 'values', 'explain', 'pragma'])
const writing = new Set(['insert', 'update', 'delete', 'replace'])
const ofTransactions = new Set(['begin', 'commit', 'rollback', 'savepoint', 'release', 'end'])
const ofSchema = new Set([
  'create',
  'drop',
  'alter',
  'vacuum',
  'reindex',
  'analyze',
  'attach',
  'detach',
])

/** A longer statement is a page built by hand: it would push useful ones out and hold much memory. */
const longestKept = 20_000

/**
 * One token of SQLite's grammar, as coarse as our questions need: comment, quoted text or name, placeholder,
 * other parameter, bracket, word or number. A quote inside quotes is written twice, which reads as two tokens.
 */
const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|\?\d*|[:@$][A-Za-z_]\w*|[()]|[A-Za-z_0-9][\w$]*/g

/**
 * Reads a statement far enough to know whether it returns rows and where its placeholders are.
 * Throws `TypeError` for named parameters, which nothing here binds.
 */
export function readStatement(sql: string): StatementText {
  const pieces: string[] = []
  const placeholders: Placeholder[] = []
  let verb = ''
  let returning = false
  let depth = 0
  let parameterCount = 0
  let pieceStart = 0
  for (const match of sql.matchAll(token)) {
    const text = match[0]
    if (text === '(') depth += 1
    else if (text === ')') depth -= 1
    else if (text.startsWith('?')) {
      const parameter = text === '?' ? parameterCount : Number(text.slice(1)) - 1
      parameterCount = Math.max(parameterCount, parameter + 1)
      pieces.push(sql.slice(pieceStart, match.index))
      placeholders.push({ text, parameter })
      pieceStart = match.index + text.length
    } else if (/^[:@$]/.test(text)) {
      throw new TypeError(`Named parameter ${text} in a statement: only ? is bound here`)
    } else if (depth === 0 && /^[a-z]/i.test(text)) {
      const word = text.toLowerCase()
      // `with x as (…) insert …`: the verb is the first one outside brackets.
      if (verb === '' && isVerb(word)) verb = word
      if (word === 'returning') returning = true
    }
  }
  pieces.push(sql.slice(pieceStart))
  return {
    verb,
    returnsRows: reading.has(verb) || returning || verb === '',
    changes:
      writing.has(verb) ||
      verb === 'commit' ||
      (verb === 'begin' && /immediate|exclusive/i.test(sql)),
    keepPrepared:
      sql.length <= longestKept &&
      verb !== 'pragma' &&
      (reading.has(verb) || writing.has(verb) || ofTransactions.has(verb)),
    parameterCount,
    pieces,
    placeholders,
  }
}

function isVerb(word: string): boolean {
  return reading.has(word) || writing.has(word) || ofTransactions.has(word) || ofSchema.has(word)
}

/**
 * The statement to prepare when the parameters in `wide` are integers that only fit 64 bits; see `parameters.ts`.
 * The `+` takes the affinity of `CAST` away, so that the value compares exactly as a bound integer would.
 */
export function withWideIntegers(text: StatementText, wide: ReadonlySet<number>): string {
  let sql = text.pieces[0] ?? ''
  for (const [index, placeholder] of text.placeholders.entries()) {
    sql += wide.has(placeholder.parameter)
      ? `(+CAST(${placeholder.text} AS INTEGER))`
      : placeholder.text
    sql += text.pieces[index + 1] ?? ''
  }
  return sql
}
