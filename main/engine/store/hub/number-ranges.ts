/** Blocks of bibs for walk-ups: one desk each, so that two that are apart give none twice. */
import type { Trx } from '../../db/schema.ts'
import { run, value } from '../sql/statement.ts'

/** The next free block above every bib and every block of the event. Both ends included. */
export async function takeRange(
  trx: Trx,
  {
    event,
    count,
    device,
  }: { readonly event: string; readonly count: number; readonly device: string },
): Promise<{ readonly first: number; readonly last: number }> {
  const highest = await value<number | null>(
    trx,
    `SELECT max(n) AS value FROM (
       SELECT max(CAST(number AS INTEGER)) AS n FROM event_participant WHERE event = ?1 AND number NOT GLOB '*[^0-9]*'
         AND length(number) < 10
       UNION ALL SELECT max(last) FROM number_range WHERE event = ?1)`,
    event,
  )
  const first = (highest ?? 0) + 1
  const last = first + count - 1
  await run(
    trx,
    'INSERT INTO number_range (event, first, last, device) VALUES (?1, ?2, ?3, ?4)',
    event,
    first,
    last,
    device,
  )
  return { first, last }
}
