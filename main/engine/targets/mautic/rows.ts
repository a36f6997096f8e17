/**
 * Many records in one call, answered row by row also inside a 201: each row has a status and may have an error of its own.
 * A call that is refused as a whole is halved until the row at fault stands alone.
 */
import { z } from 'zod'
import type { RemoteBody } from '../kit/adapter.ts'
import type { Effect } from '../kit/answer-error.ts'
import { notTried, SyncError } from '../kit/sync-error.ts'
import {
  fault,
  keyed,
  ofAll,
  refusedRow,
  thing,
  type Collection,
  type Site,
  type Thing,
} from './api.ts'

/** What became of a row. */
export type RowResult = Thing | SyncError

export const isFailed = (result: RowResult | null): result is SyncError =>
  result instanceof SyncError

/** One result for each row, in order. */
export interface Written {
  readonly results: readonly RowResult[]
  /** Why nothing more should be asked now; null where all calls were answered. */
  readonly stop: SyncError | null
}

/** By the index of each row: the records under the name of the collection, `statusCodes` and `errors`. */
const answer = z.object({
  contacts: keyed.optional(),
  companies: keyed.optional(),
  statusCodes: keyed.optional(),
  errors: keyed.optional(),
})
type Answer = z.infer<typeof answer>

/** Makes rows, or edits those that are named by `id`. Never throws a `SyncError`. */
export async function writeRows(
  site: Site,
  collection: Collection,
  action: 'new' | 'edit',
  rows: readonly RemoteBody[],
): Promise<Written> {
  const request = {
    method: action === 'new' ? 'POST' : 'PATCH',
    path: `/api/${collection}/batch/${action}`,
    effect: action === 'new' ? 'create' : 'repeatable',
  } as const
  return inHalves(rows, async (some) => {
    const { value } = await site.client.json(answer, ofAll(site, { ...request, body: some }))
    const things = value[collection]
    return some.map((_, at) => resultOf(value, things?.get(String(at)), at, request.effect))
  })
}

/** Deletes records; what is not there any more is deleted. Never throws a `SyncError`. */
export async function deleteRows(
  site: Site,
  collection: Collection,
  ids: readonly string[],
): Promise<Written> {
  return inHalves(ids, async (some) => {
    const path = `/api/${collection}/batch/delete`
    const request = ofAll(site, { method: 'DELETE', path, query: [['ids', some.join()]] })
    const { value } = await site.client.json(answer, request)
    return some.map((id, at): RowResult => {
      const wrong = faultAt(value, at)
      return wrong && wrong.code !== 404 ? refusedRow(wrong) : { id }
    })
  })
}

/** By its index in what was sent: where others failed, the place in the answer is another one. */
function resultOf(told: Answer, there: unknown, at: number, effect: Effect): RowResult {
  const wrong = faultAt(told, at)
  if (wrong) return refusedRow(wrong)
  const status = Number(told.statusCodes?.get(String(at)) ?? 200)
  if (status >= 400) return refusedRow({ code: status, message: '', details: null })
  const read = thing.safeParse(there)
  if (read.success) return read.data
  const message = 'Mautic does not say what became of a record that was sent.'
  return effect === 'create'
    ? new SyncError('ambiguous', message, { maybeSent: true })
    : new SyncError('bad-response', message)
}

function faultAt({ errors }: Answer, at: number): z.infer<typeof fault> | null {
  const found = errors?.get(String(at)) ?? null
  return found === null ? null : (fault.safeParse(found).data ?? null)
}

/** After so many single rows in a row that make it fail, Mautic is taken to be down. */
const enough = 3

/**
 * A result for each row: of one call, or where that is refused as a whole, of two with half of the rows. So it is with a 500:
 * in PHP a single row is enough for one.
 */
async function inHalves<Row>(
  rows: readonly Row[],
  call: (some: readonly Row[]) => Promise<readonly RowResult[]>,
): Promise<Written> {
  const results: RowResult[] = []
  let stop: SyncError | null = null
  let broken = 0
  const work = async (some: readonly Row[]): Promise<void> => {
    if (stop !== null) {
      const error = notTried(stop)
      results.push(...some.map(() => error))
      return
    }
    try {
      results.push(...(await call(some)))
      broken = 0
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      const isBroken = error.code === 'server' && error.status === 500
      if (some.length > 1 && (error.code === 'rejected' || isBroken)) {
        const half = Math.ceil(some.length / 2)
        await work(some.slice(0, half))
        await work(some.slice(half))
        return
      }
      if (isBroken) broken += 1
      if (error.code !== 'rejected' && (!isBroken || broken >= enough || rows.length === 1))
        stop = error
      results.push(...some.map(() => error))
    }
  }
  if (rows.length > 0) await work(rows)
  return { results, stop }
}
