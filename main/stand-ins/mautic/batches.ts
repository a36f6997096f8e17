/** Many rows in one call: 201 or 200 whatever becomes of each, and everything by the index of its row. */
import type { Call, Kind } from './call.ts'
import type { Given, Records } from './contacts.ts'
import { MauticFault, notFound } from './problems.ts'
import { byIndex } from './shapes.ts'

/** Status and body. Throws `MauticFault` where the batch is refused as a whole. */
export function changeRows(
  records: Records,
  kind: Kind,
  { method, path, query, body }: Call,
): readonly [number, Given] {
  const verb = path.split('/')[3]
  const rows: readonly Given[] =
    verb === 'delete'
      ? (query.get('ids') ?? '').split(',').map((id) => ({ id }))
      : (Object.values(body ?? {}) as Given[])
  const most = records.knobs.batchLimit
  if (rows.length > most) {
    throw new MauticFault(
      500,
      `You have tried to process more entities than the max of ${most} allowed.`,
      { details: [] },
    )
  }
  const things = new Map<number, unknown>()
  const statusCodes = new Map<number, number>()
  const errors = new Map<number, unknown>()
  for (const [index, row] of rows.entries()) {
    try {
      const [status, thing] = changed(records, kind, { method, verb: verb ?? '', row })
      statusCodes.set(index, status)
      things.set(index, thing)
    } catch (error) {
      if (!(error instanceof MauticFault)) throw error
      statusCodes.set(index, error.code)
      errors.set(index, error.told)
    }
  }
  return [
    verb === 'new' ? 201 : 200,
    {
      [kind.plural]: byIndex(things),
      statusCodes: byIndex(statusCodes),
      ...(errors.size > 0 ? { errors: byIndex(errors) } : {}),
    },
  ]
}

interface Row {
  readonly method: string
  readonly verb: string
  readonly row: Given
}

function changed(records: Records, kind: Kind, { method, verb, row }: Row) {
  if (verb === 'new') {
    const { one, isNew } = kind.add(row)
    return [isNew ? 201 : 200, kind.show(one)] as const
  }
  const there = kind.all.get(Number(row['id']))
  if (verb === 'delete') {
    if (!there) throw notFound()
    records.remove(kind.all, there.id)
    return [200, { ...kind.show(there), id: null }] as const
  }
  if (verb !== 'edit') throw notFound()
  if (!there) {
    if (method === 'PATCH') throw notFound()
    // PUT makes one, with an id of its own.
    return [201, kind.show(kind.add(row).one)] as const
  }
  return [200, kind.show(kind.edit(there, row, method === 'PUT'))] as const
}
