/** What waits for a person because laptops did different things: facts for the window, words for the command. */
import type { HubNotice } from '../../contract/devices.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Db } from '../db/schema.ts'
import { fieldOf } from '../model/entities.ts'
import type { FieldDefinition } from '../model/field.ts'
import { readDisplayNames } from '../store/sql/records.ts'
import { readNotices, type OpenNotice } from '../store/hub/notices.ts'
import { toIso } from '../store/sql/stamps.ts'

/** The same in English, for the command. */
export interface NoticeInWords {
  readonly words: string
}

const mostShown = 200

/** Newest first. The number of statements grows with the kinds of records in it, not with its length. */
export async function listNotices(db: Db): Promise<readonly (HubNotice & NoticeInWords)[]> {
  const open = (await readNotices(db, mostShown)).map((notice) => ({
    notice,
    field: notice.field === null ? null : fieldOf(notice.entity, notice.field),
  }))
  const names = await readNames(db, open)
  return open.map(({ notice, field }) => {
    const { id, kind, entity, recordId, holder, keptBy, lostBy, noticedOn } = notice
    const display = names.get(recordId) ?? recordId
    const sensitive = field?.sensitive ?? false
    const lost = readable(field, notice.lost, names)
    const kept = readable(field, notice.kept, names)
    return {
      ...{ id, kind, entity, recordId, display, sensitive, holder, keptBy, lostBy },
      field: field && { name: field.name, label: field.label },
      lost: sensitive ? null : lost,
      kept: sensitive ? null : kept,
      words: inWords({ ...notice, lost, kept }, display),
      noticedOn: toIso(noticedOn)!,
    }
  })
}

interface Open {
  readonly notice: OpenNotice
  readonly field: FieldDefinition | null
}

/** Names of the records, and of those they refer to, by id. */
async function readNames(db: Db, open: readonly Open[]): Promise<ReadonlyMap<string, string>> {
  const wanted = open.flatMap(({ notice, field }): { entity: EntityName; id: string }[] => {
    const { entity, recordId, lost, kept } = notice
    const to = field?.refersTo
    const ids = to ? [lost, kept].filter((value) => typeof value === 'string') : []
    return [{ entity, id: recordId }, ...ids.map((id) => ({ entity: to!, id }))]
  })
  const names = new Map<string, string>()
  for (const [entity, some] of Map.groupBy(wanted, (one) => one.entity)) {
    const ids = [...new Set(some.map(({ id }) => id))]
    for (const [id, name] of await readDisplayNames(db, entity, ids)) names.set(id, name)
  }
  return names
}

/** Notices keep values as text. */
function readable(
  field: FieldDefinition | null,
  value: FieldValue,
  names: ReadonlyMap<string, string>,
): FieldValue {
  if (value === null || field === null) return value
  if (field.kind === 'boolean') return value === '1' || value === 'true'
  return field.refersTo ? (names.get(String(value)) ?? value) : value
}

function inWords(notice: OpenNotice, name: string): string {
  const { kind, entity, field, lost, kept, holder, keptBy, lostBy } = notice
  const label = field === null ? '' : fieldOf(entity, field).label
  const by = keptBy === null ? '' : ` by ${keptBy}`
  const whose = lostBy === null ? '' : ` (typed by ${lostBy})`
  switch (kind) {
    case 'number': {
      const what = field === 'number' ? `${label} ${String(lost)}` : `The ${label.toLowerCase()}`
      return `${what} was given to ${holder ?? 'another entrant'}${by}; ${name} needs another${whose}.`
    }
    case 'value':
      return `${label} of ${name}: "${shown(kept)}" stands${by}, "${shown(lost)}" does not${whose}.`
    case 'deleted':
      return `${name} was changed on one laptop and deleted on another${by}${whose}; look whether that is right.`
  }
}

const shown = (value: FieldValue) =>
  value === null ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
