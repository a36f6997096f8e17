/**
 * Mistyped names are found: every word of a person's name is kept with what is left of it without one of its letters.
 * Words are few beside persons; a million persons of one country have some ten thousand.
 */
import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Persons read at a time: memory stays a page. */
const page = 2_000

export const nameSlips: Migration = {
  name: '0240-name-slips',
  async up(db) {
    await sql`CREATE TABLE name_slip (
      slip TEXT NOT NULL,
      word TEXT NOT NULL,
      PRIMARY KEY (slip, word)
    ) STRICT, WITHOUT ROWID`.execute(db)
    for (let after = 0; ;) {
      const { rows } = await sql<{ last: number | null }>`SELECT max(rowNo) AS last FROM
        (SELECT rowNo FROM person WHERE rowNo > ${after} ORDER BY rowNo LIMIT ${page})`.execute(db)
      const last = rows[0]?.last ?? null
      if (last === null) break
      await sql`WITH fresh AS MATERIALIZED (
          SELECT DISTINCT part.value AS word FROM person p
            CROSS JOIN json_each(replace(replace(json_array(p.foldedName), ', ', ' '), ' ', '","')) AS part
           WHERE p.rowNo > ${after} AND p.rowNo <= ${last} AND length(part.value) BETWEEN 3 AND 40
             AND NOT EXISTS (SELECT 1 FROM name_slip k WHERE k.slip = part.value AND k.word = part.value)),
        letter (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM letter WHERE at < 40)
        INSERT INTO name_slip (slip, word)
        SELECT word, word FROM fresh
        UNION SELECT substr(word, 1, at - 1) || substr(word, at + 1), word
          FROM fresh CROSS JOIN letter ON at <= length(word)`.execute(db)
      after = last
    }
  },
}
