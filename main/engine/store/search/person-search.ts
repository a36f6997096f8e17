/** The search index behind the Desk: one document per person with the words of its entries. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { foldName } from '../../model/folded-name.ts'
import { rows, run } from '../sql/statement.ts'
import { noteNameWords, wordsOneSlipAway } from './name-slips.ts'

/** A record whose change may change what a search finds. */
export interface Touched {
  readonly entity: EntityName
  readonly id: string
}

const personsOf: Partial<Record<EntityName, string>> = {
  person: `SELECT rowNo FROM person WHERE id IN (SELECT value FROM json_each(?))`,
  eventParticipant: `SELECT p.rowNo FROM event_participant ep JOIN person p ON p.id = ep.person
    WHERE ep.id IN (SELECT value FROM json_each(?))`,
  tag: `SELECT p.rowNo FROM json_each(?) AS changed
    JOIN event_participant ep ON ep.tag = changed.value OR ep.spareTag = changed.value
    JOIN person p ON p.id = ep.person`,
  organisation: `SELECT rowNo FROM person WHERE organisation IN (SELECT value FROM json_each(?))`,
}

/**
 * The word that says a person is in an event: U+E000 is a letter to the index and cannot be typed. With it a search in
 * one event never looks at the entrants of the others.
 */
export const eventMark = '\uE000'

// Of own fields all but sensitive values and answers: half of all people have the word yes. A number may be that of an order
// or a room; whoever wears it as a bib comes before them.
const isSearched = `own.key NOT LIKE 'ownSensitive%' AND own.value NOT IN ('yes', 'no')`

// Names as they are written, so that "brien" finds O'Brien, and folded; numbers also without the zeros before them. Of an
// e-mail address only the part before the @: a word that half of all people have costs 100 ms as a prefix, and whole
// addresses have an index of their own.
const reindex = `INSERT INTO person_search (rowid, words)
  SELECT p.rowNo, concat_ws(' ', p.firstName, p.lastName, p.foldedName, substr(p.email, 1, instr(p.email || '@', '@') - 1), p.dateOfBirth,
    (SELECT o.name FROM organisation o WHERE o.id = p.organisation),
    (SELECT group_concat(concat_ws(' ', ep.number, ltrim(ep.number, '0'), t.number, ltrim(t.number, '0'), t.barcode,
        t.uuid, (SELECT group_concat(own.value, ' ') FROM json_each(ep.own) AS own WHERE ${isSearched}),
        '${eventMark}' || e.rowNo), ' ')
       FROM event_participant ep JOIN event e ON e.id = ep.event LEFT JOIN tag t ON t.id IN (ep.tag, ep.spareTag)
      WHERE ep.person = p.id AND ep.deletedOn IS NULL))
  FROM person p
  WHERE p.rowNo IN (SELECT value FROM json_each(?)) AND p.deletedOn IS NULL`

/**
 * Brings the index up to date with changed records. Runs in the transaction that changed them.
 * @param created ids of persons new in this transaction: nothing to take out for them first
 */
export async function reindexPersons(
  trx: Trx,
  touched: readonly Touched[],
  created: ReadonlySet<string>,
): Promise<void> {
  const ids = new Map<EntityName, string[]>()
  for (const { entity, id } of touched) {
    if (!(entity in personsOf)) continue
    const list = ids.get(entity)
    if (list) list.push(id)
    else ids.set(entity, [id])
  }
  const all = new Set<number>()
  for (const [entity, list] of ids) {
    const found = await rows<{ rowNo: number }>(trx, personsOf[entity]!, JSON.stringify(list))
    for (const { rowNo } of found) all.add(rowNo)
    if (entity === 'person') {
      await noteNameWords(
        trx,
        found.map(({ rowNo }) => rowNo),
      )
    }
  }
  if (all.size === 0) return
  const fresh = new Set<number>()
  if (created.size > 0) {
    const found = await rows<{ rowNo: number }>(
      trx,
      personsOf.person!,
      JSON.stringify([...created]),
    )
    for (const { rowNo } of found) fresh.add(rowNo)
  }
  const known = [...all].filter((rowNo) => !fresh.has(rowNo))
  if (known.length > 0) {
    await run(
      trx,
      `DELETE FROM person_search WHERE rowid IN (SELECT value FROM json_each(?))`,
      JSON.stringify(known),
    )
  }
  await run(trx, reindex, JSON.stringify([...all]))
}

// What the tokenizer of the index splits at: without positions in the index, a word of two tokens is an error.
// It keeps the usual Latin accents only; New Tai Lue vowels and two Vedic signs are letters to Unicode but not to it.
const notOfAWord =
  /(?:[\u19b0-\u19c9\u1cf2\u1cf3]|[^\p{L}\p{N}\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331])+/u

/** What one word of a person may stand for in the index: any of these, and of each all words. */
type Alternatives = readonly (readonly string[])[]

const mostWords = 8

/** The words of what a person typed: as they are, folded as names are, and as a number. At most eight. */
function wordsOf(query: string): readonly Alternatives[] {
  const typed = query.normalize('NFC').split(/\s+/u)
  return typed
    .flatMap((word): readonly Alternatives[] => {
      const asTyped = tokensOf(word.toLowerCase())
      const ways = [asTyped, tokensOf(foldName(word)), tokensOf(withoutZeros(word))]
      const distinct = new Map(
        ways.filter((tokens) => tokens.length > 0).map((tokens) => [tokens.join(' '), tokens]),
      )
      return distinct.size === 0 ? [] : [[...distinct.values()]]
    })
    .slice(0, mostWords)
}

function tokensOf(text: string): readonly string[] {
  return text
    .split(notOfAWord)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, mostWords)
}

/** 258 is 00258 and #258: a bib is a number to people. */
function withoutZeros(word: string): string {
  return /^#?0+[1-9]\d*$/.test(word) ? word.replace(/^#?0+/, '') : ''
}

const allOf = (tokens: readonly string[], mark: '' | '*') =>
  tokens.map((token) => `"${token}"${mark}`).join(' AND ')

/** Words are quoted, so nothing typed can be read as query syntax. */
function expressionOf(words: readonly Alternatives[], mark: '' | '*'): string | null {
  if (words.length === 0) return null
  return words
    .map((ways) => {
      // The beginning of a word finds all that its longer forms find.
      const needed = ways.filter(
        (way) => mark === '' || !ways.some((other) => other !== way && covers(other, way)),
      )
      return needed.length === 1
        ? allOf(needed[0]!, mark)
        : `(${needed.map((way) => `(${allOf(way, mark)})`).join(' OR ')})`
    })
    .join(' AND ')
}

const covers = (shorter: readonly string[], longer: readonly string[]) =>
  shorter.length === 1 && longer.length === 1 && longer[0]!.startsWith(shorter[0]!)

/** A search expression out of what a person typed: every word must occur, each as a prefix. Null when there is no word. */
export function matchExpression(query: string): string | null {
  return expressionOf(wordsOf(query), '*')
}

/** The same with whole words only: those hits come first, and they cost nothing even when they are many. */
export function wholeWordExpression(query: string): string | null {
  return expressionOf(wordsOf(query), '')
}

/** What was typed, and what it may have been meant for. */
export interface MistypedSearch {
  /** As of `matchExpression`, where a word that may be mistyped stands for those one slip away as well. */
  readonly expression: string
  /** Folded full names that were meant, see `fullNames`. */
  readonly names: readonly string[]
}

/** The most ways to have meant several words: each further one would be a question more. */
const mostMeant = 24

/** The search with one slip in each word forgiven; null where no word is near another. */
export async function mistyped(db: Db, query: string): Promise<MistypedSearch | null> {
  const words = foldName(query).split(' ').filter(Boolean).slice(0, mostWords)
  const near = await wordsOneSlipAway(db, words)
  if (near.every((found) => found.length === 0)) return null
  const ways = words.map((word, at): Alternatives => {
    const meant = near[at]!.map((one) => tokensOf(one)).filter((tokens) => tokens.length > 0)
    return [tokensOf(word), ...meant]
  })
  const expression = ways
    .filter(([asTyped]) => asTyped!.length > 0)
    .map(
      ([asTyped, ...meant]) =>
        `(${[allOf(asTyped!, '*'), ...meant.map((one) => allOf(one, ''))].map((way) => `(${way})`).join(' OR ')})`,
    )
    .join(' AND ')
  // Signs alone are no word: nobody is found by them.
  if (expression === '') return null
  let meant: readonly string[] = ['']
  for (const [at, word] of words.entries()) {
    meant = meant.flatMap((before) => [word, ...near[at]!].map((one) => `${before} ${one}`.trim()))
    if (meant.length > mostMeant) return { expression, names: [] }
  }
  return { expression, names: meant.flatMap(fullNames) }
}

const longestName = 5

/** The folded full names (`foldedFullName`) that what was typed may be, first or last name first. */
export function fullNames(query: string): readonly string[] {
  const words = foldName(query).split(' ')
  if (words.length < 2 || words.length > longestName) return []
  return words.slice(1).flatMap((_, at) => {
    const [one, other] = [words.slice(0, at + 1).join(' '), words.slice(at + 1).join(' ')]
    return [`${other}, ${one}`, `${one}, ${other}`]
  })
}

/** Digits of the longest bib, and of tags that are numbers. */
const longestNumber = 20

/** A number with every count of zeros before it that a bib or tag may have; empty for what is no number. */
export function sameNumbers(query: string): readonly string[] {
  const digits = /^#?0*(\d+)$/.exec(query.trim())?.[1]
  if (digits === undefined || digits.length > longestNumber) return []
  return Array.from(
    { length: longestNumber + 1 - digits.length },
    (_, zeros) => '0'.repeat(zeros) + digits,
  )
}

/** The beginning of an e-mail address in what was typed, null when there is none. It then decides alone. */
export function emailPrefix(query: string): string | null {
  const typed = query.split(/\s+/).find((word) => /[^@]@/.test(word))
  return typed?.normalize('NFC').toLowerCase() ?? null
}

/** Condition on an indexed text column: it begins with the parameter. The last letter of Unicode ends the range. */
export function beginsWith(column: string, parameter: string): string {
  return `${column} >= ${parameter} AND ${column} < ${parameter} || char(1114111)`
}

const byWords = `SELECT p.id AS id, p.rowNo AS rowNo FROM person_search CROSS JOIN person p ON p.rowNo = person_search.rowid
  WHERE person_search MATCH ?1 AND person_search.rowid > ?3 ORDER BY person_search.rowid LIMIT ?2`
const byEmail = `SELECT p.id AS id, p.rowNo AS rowNo FROM person p
  WHERE ${beginsWith('p.email', '?1')} AND p.deletedOn IS NULL AND p.rowNo > ?3 ORDER BY p.rowNo LIMIT ?2`

/**
 * Persons whose words, or whose e-mail address, begin as the query does: at most `limit` in order of entry, after the
 * one with row number `after`.
 */
export async function searchPersons(
  db: Db,
  query: string,
  limit: number,
  after: number,
): Promise<readonly { readonly id: string; readonly rowNo: number }[]> {
  const email = emailPrefix(query)
  const expression = email ?? matchExpression(query)
  if (expression === null) return []
  return rows(db, email ? byEmail : byWords, expression, limit, after)
}
