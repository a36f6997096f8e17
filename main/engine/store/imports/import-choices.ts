/** Choices a person made for a list, kept by its columns. */
import type { Db } from '../../db/schema.ts'
import { run, value } from '../sql/statement.ts'

/** The choices as they were written; null where there are none. */
export async function readImportChoices(db: Db, key: string): Promise<unknown> {
  const text = await value<string>(
    db,
    `SELECT choices AS value FROM import_choice WHERE key = ?`,
    key,
  )
  return text === undefined ? null : (JSON.parse(text) as unknown)
}

/** @param on microseconds since 1970 UTC */
export async function writeImportChoices(
  db: Db,
  key: string,
  { choices, on }: { readonly choices: unknown; readonly on: number },
): Promise<void> {
  await run(
    db,
    `INSERT INTO import_choice (key, choices, usedOn) VALUES (?1, ?2, ?3)
     ON CONFLICT (key) DO UPDATE SET choices = excluded.choices, usedOn = excluded.usedOn`,
    key,
    JSON.stringify(choices),
    on,
  )
}
