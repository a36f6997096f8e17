/** Every word of a person's name with what one slip leaves of it, so that a mistyped name is found by equality. */
import type { Db, Trx } from '../../db/schema.ts'
import { isOneSlip, shortestSlip, slipsOf } from '../../model/one-slip.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run } from '../sql/statement.ts'

/** Letters of the longest word that is kept. */
const longestWord = 40

// The words of `last, first` as a JSON list: an escape of JSON holds no space. A word that is known already costs one look.
const note = `WITH fresh AS MATERIALIZED (
    SELECT DISTINCT part.value AS word FROM json_each(?) AS changed
      CROSS JOIN person p ON p.rowNo = changed.value
      CROSS JOIN json_each(replace(replace(json_array(p.foldedName), ', ', ' '), ' ', '","')) AS part
     WHERE length(part.value) BETWEEN ${shortestSlip - 1} AND ${longestWord}
       AND NOT EXISTS (SELECT 1 FROM name_slip k WHERE k.slip = part.value AND k.word = part.value)),
  letter (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM letter WHERE at < ${longestWord})
  INSERT INTO name_slip (slip, word)
  SELECT word, word FROM fresh
  UNION SELECT substr(word, 1, at - 1) || substr(word, at + 1), word FROM fresh CROSS JOIN letter ON at <= length(word)`

/**
 * Notes the name words of these persons. Words nobody has any more stay: they lead to nobody.
 * @param persons their row numbers
 */
export async function noteNameWords(trx: Trx, persons: readonly number[]): Promise<void> {
  if (persons.length > 0) await run(trx, note, JSON.stringify(persons))
}

const asked = page({ at: 'int', slip: 'text' })
const alike = `SELECT json_group_array(json_array(at, word)) AS page
  FROM (SELECT DISTINCT item.at AS at, s.word AS word FROM ${asked.from()} CROSS JOIN name_slip s ON s.slip = item.slip)`

/**
 * For each word, those of names that are one slip away from it; none for words of fewer than four letters, and for those
 * with a digit: another number is somebody else's.
 */
export async function wordsOneSlipAway(
  db: Db,
  words: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const wanted = words.flatMap((word, at) =>
    isForgiven(word) ? slipsOf(word).map((slip) => ({ at, slip })) : [],
  )
  const found: string[][] = words.map(() => [])
  if (wanted.length === 0) return found
  for (const [at, word] of await jsonPage<readonly [number, string]>(
    db,
    alike,
    asked.json(wanted),
  )) {
    if (isOneSlip(words[at]!, word)) found[at]!.push(word)
  }
  return found
}

function isForgiven(word: string): boolean {
  const { length } = [...word]
  return length >= shortestSlip && length <= longestWord && !/\p{N}/u.test(word)
}
