/**
 * Persons are found by the folded form of their names (model/folded-name.ts), whatever accents and hyphens these are
 * written with; so are their words in the search index, where numbers stand without the zeros before them too.
 */
import { sql, type Kysely } from 'kysely'
import { foldedFullName } from '../../model/folded-name.ts'
import type { Migration } from '../migration.ts'

/** Rows filled at a time: memory stays a page. */
const page = 2_000

interface Names {
  readonly rowNo: number
  readonly firstName: string | null
  readonly lastName: string
}

const eventMark = '\uE000'

export const foldedNames: Migration = {
  name: '0080-folded-names',
  async up(db) {
    await sql`ALTER TABLE person ADD COLUMN foldedName TEXT`.execute(db)
    await sql`INSERT INTO person_search (person_search) VALUES ('delete-all')`.execute(db)
    for (let after = 0; ;) {
      const { rows } = await sql<Names>`SELECT rowNo, firstName, lastName FROM person
        WHERE rowNo > ${after} ORDER BY rowNo LIMIT ${page}`.execute(db)
      const last = rows.at(-1)
      if (!last) break
      const folded = rows.map((row) => [row.rowNo, foldedFullName({ ...row })])
      await sql`UPDATE person SET foldedName = item.value ->> 1
        FROM json_each(${JSON.stringify(folded)}) AS item WHERE person.rowNo = item.value ->> 0`.execute(
        db,
      )
      await fillSearch(db, after, last.rowNo)
      after = last.rowNo
    }
    await sql`DROP INDEX person_by_lastName`.execute(db)
    await sql`CREATE INDEX person_by_foldedName ON person (foldedName, dateOfBirth)`.execute(db)
  },
}

/** The words of the persons after one row up to another, as this version indexes them. */
async function fillSearch(db: Kysely<unknown>, after: number, until: number): Promise<void> {
  await sql`INSERT INTO person_search (rowid, words)
    SELECT p.rowNo, concat_ws(' ', p.firstName, p.lastName, p.foldedName,
      substr(p.email, 1, instr(p.email || '@', '@') - 1), p.dateOfBirth,
      (SELECT o.name FROM organisation o WHERE o.id = p.organisation),
      (SELECT group_concat(concat_ws(' ', ep.number, ltrim(ep.number, '0'), t.number, ltrim(t.number, '0'),
          t.barcode, t.uuid, ${eventMark} || e.rowNo), ' ')
         FROM event_participant ep JOIN event e ON e.id = ep.event LEFT JOIN tag t ON t.id = ep.tag
        WHERE ep.person = p.id AND ep.deletedOn IS NULL))
    FROM person p WHERE p.rowNo > ${after} AND p.rowNo <= ${until} AND p.deletedOn IS NULL`.execute(
    db,
  )
}
