/** What a target knows of single records, for its own page. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { entityNames, type EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import { entitiesInOrder } from '../../model/entities.ts'
import {
  findSyncRecords,
  listSyncRecords,
  type SyncRecordChoice,
  type SyncRecordItem,
} from '../../store/links/sync-record-list.ts'
import { listTargets } from '../../store/runs/targets.ts'
import { viewSyncRecords } from './sync-record-views.ts'
import { targetNamed } from '../targets/target-named.ts'

const os = implement(contract).targets

export function syncRecordHandlers(core: Core) {
  return {
    syncRecords: os.syncRecords.handler(
      async ({ input: { name, entity, state, due, search, limit, after } }) => {
        const targetId = await idOf(core, name)
        const choice = { targetId, due, ...(state === undefined ? {} : { state }) }
        const kinds = entity === undefined ? entitiesInOrder.map((one) => one.name) : [entity]
        const typed = search.trim()
        const { items, next } =
          typed === ''
            ? await readPage(core, choice, kinds, { from: positionOf(after), limit })
            : {
                items: await findSyncRecords(core.reader, choice, {
                  entities: kinds,
                  typed,
                  limit,
                }),
                next: null,
              }
        return { records: await viewSyncRecords(core.reader, targetId, items), next }
      },
    ),
  }
}

interface Position {
  readonly entity: EntityName
  readonly rowNo: number
}

/** Kind after kind, parents first, until the page is full. */
async function readPage(
  core: Core,
  choice: SyncRecordChoice,
  kinds: readonly EntityName[],
  { from, limit }: { readonly from: Position | null; readonly limit: number },
): Promise<{ readonly items: readonly SyncRecordItem[]; readonly next: string | null }> {
  const items: SyncRecordItem[] = []
  for (const entity of kinds.slice(Math.max(0, from ? kinds.indexOf(from.entity) : 0))) {
    const after = from?.entity === entity ? from.rowNo : 0
    const left = limit - items.length
    items.push(...(await listSyncRecords(core.reader, choice, entity, { after, limit: left })))
    if (items.length === limit) break
  }
  const last = items.length === limit ? items.at(-1)! : null
  return { items, next: last && `${last.entity}:${last.rowNo}` }
}

function positionOf(after: string | null): Position | null {
  if (after === null) return null
  const [entity, rowNo] = after.split(':')
  const known = entityNames.find((name) => name === entity)
  if (known && rowNo !== undefined && /^\d+$/.test(rowNo))
    return { entity: known, rowNo: Number(rowNo) }
  throw new ProblemError({
    code: 'wrong-use',
    message: 'The list cannot go on there: the position is not one a page of it answered.',
    fix: 'Begin again without a position.',
  })
}

async function idOf(core: Core, name: string): Promise<number> {
  return targetNamed(await listTargets(core.reader), name).id
}
