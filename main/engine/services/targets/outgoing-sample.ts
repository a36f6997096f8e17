/** A few records as they are here and as a configuration would send them; it need not be saved. Nothing is sent. */
import { ProblemError } from '../../../contract/problem.ts'
import type { OutgoingRecord } from '../../../contract/targets.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import { createFilter, passAll } from '../../expressions/record-filter.ts'
import type { MasterRecord } from '../../model/record.ts'
import type { DueRecord, ParentLink } from '../../store/links/sync-records.ts'
import { listRecords, readDisplayNames } from '../../store/sql/records.ts'
import { adapterFor, bindingsInScope } from '../../sync/connect-target.ts'
import { nothingLoaded } from '../../sync/outbound/decide/loaded-parts.ts'
import { planRecord } from '../../sync/outbound/decide/plan.ts'
import { transform } from '../../sync/outbound/decide/transform.ts'
import { loadParts } from '../../sync/outbound/load-parts.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { isSensitive } from '../../targets/kit/sensitive.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { readTried, type Tried } from './try-target.ts'

/** Records that are shown, and those that are looked through for some that fit the filter. */
const shown = 3
const lookedThrough = 200

/**
 * The first records of a kind that would go. Throws `ProblemError` for a configuration that does not fit, at `mapping`
 * where the field mapping cannot be carried out.
 */
export async function outgoingSample(
  core: Core,
  tried: Tried,
  entity: EntityName,
): Promise<OutgoingRecord[]> {
  const { settings } = await readTried(core, tried)
  const adapter = adapterFor(core, settings)
  const binding = bindingsInScope(adapter, settings).find((one) => one.entity === entity)
  if (!binding || binding.direction === 'inbound') return []
  const records = await inProblems('filter', () => someThatFit(core, entity, settings.filter))
  const parts = await loadParts(core.reader, binding.parts, records)
  const names = await readDisplayNames(
    core.reader,
    entity,
    records.map(({ id }) => id),
  )
  const rules = { ...settings, owners: {}, mappingVersion: 0 }
  return inProblems('mapping', async () =>
    records.flatMap((record) => {
      const step = planRecord(asNew(record), {
        binding,
        links: linksOf(binding, record),
        parts: parts.get(record.id) ?? nothingLoaded,
        label: adapter.manifest.label,
        ...{ sharing: null, roots: null, undecided: new Set(), matchesFilter: true },
        rehearsal: true,
      })
      if (step.kind !== 'create') return []
      const filled = Object.entries(record.fields).filter(([, value]) => value !== null)
      return [
        {
          entity,
          display: names.get(record.id) ?? record.id,
          fields: Object.fromEntries(filled.filter(([name]) => !isSensitive(entity, name))),
          hidden: filled.flatMap(([name]) => (isSensitive(entity, name) ? [name] : [])),
          body: { ...transform(step, binding, rules).body },
        },
      ]
    }),
  )
}

/** What a setting cannot do is a problem at its field. */
async function inProblems<T>(field: 'filter' | 'mapping', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    const { message } = error
    throw new ProblemError(
      { code: 'wrong-use', message, fields: { [field]: message } },
      { cause: error },
    )
  }
}

async function someThatFit(
  { reader, ports }: Core,
  entity: EntityName,
  expression: Readonly<Record<string, unknown>> | null,
): Promise<readonly MasterRecord[]> {
  const filter = expression ? createFilter(expression, ports.clock) : passAll
  try {
    const { records } = await listRecords(reader, entity, {
      ...{ after: 0, limit: lookedThrough, deleted: false, where: {} },
    })
    const matches = await filter.matches(
      entity,
      records.map(({ fields }) => fields),
    )
    return records.filter((_, at) => matches[at]).slice(0, shown)
  } finally {
    await filter.close()
  }
}

/** A record as one that no target knows of. */
function asNew(record: MasterRecord): DueRecord {
  const nothing = { remoteId: null, remoteVersion: null, agreed: null, agreedHash: null }
  const never = { mappingVersion: 0, beyondHash: null, partStamp: 0, remoteNewestOn: 0, stamp: 0 }
  return { rowNo: 0, recordId: record.id, ...nothing, ...never, record }
}

/** What it refers to counts as there: it would be sent first. */
function linksOf({ hard, soft }: EntityBinding, { fields }: MasterRecord) {
  const sent: ParentLink = { remoteId: null, state: 'linked', pending: true }
  return new Map(
    [...hard, ...soft].flatMap((name) => {
      const id = fields[name]
      return typeof id === 'string' ? [[id, sent] as const] : []
    }),
  )
}
