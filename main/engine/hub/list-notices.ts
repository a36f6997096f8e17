/** What waits for a person because laptops did different things, in words. */
import type { HubNotice } from '../../contract/devices.ts'
import type { Db } from '../db/schema.ts'
import { fieldOf } from '../model/entities.ts'
import { readDisplayNames } from '../store/sql/records.ts'
import { readNotices, type OpenNotice } from '../store/hub/notices.ts'
import { toIso } from '../store/sql/stamps.ts'

/** The same in English, for the command. */
export interface NoticeInWords {
  readonly words: string
}

const mostShown = 200

/** Newest first. */
export async function listNotices(db: Db): Promise<readonly (HubNotice & NoticeInWords)[]> {
  const open = await readNotices(db, mostShown)
  const names = new Map<string, string>()
  for (const [entity, some] of Map.groupBy(open, (notice) => notice.entity)) {
    const ids = some.map(({ recordId }) => recordId)
    for (const [id, name] of await readDisplayNames(db, entity, ids)) names.set(id, name)
  }
  return open.map((notice) => {
    const { id, kind, entity, recordId, holder, keptBy, lostBy } = notice
    const display = names.get(recordId) ?? recordId
    const field = notice.field === null ? null : fieldOf(entity, notice.field)
    const sensitive = field?.sensitive ?? false
    return {
      ...{ id, kind, entity, recordId, display, sensitive, holder, keptBy, lostBy },
      field: field && { name: field.name, label: field.label },
      lost: sensitive ? null : notice.lost,
      kept: sensitive ? null : notice.kept,
      words: inWords(notice, display),
      noticedOn: toIso(notice.noticedOn)!,
    }
  })
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

const shown = (value: unknown) => (value === null ? '' : String(value))
