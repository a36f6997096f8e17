/** Giving an entrant a tag and a spare one from the card. */
import type { EntrantChange } from '../../../contract/desk.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import type { Change } from '../../store/writer/change.ts'
import type { EntrantRecords } from '../../store/desk/desk-changes.ts'
import { findTags, type KnownTag } from '../../store/imports/known-entrants.ts'

const tagFields = ['tag', 'spareTag'] as const

export interface TagsPlan {
  /** Of the participant; a field that stays as it is is left out. */
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly changes: readonly Change[]
}

/**
 * A tag handed out is in use, one that comes back is in stock; an unknown code becomes a new tag. One that only changes
 * places with the other stays in use. Throws `ProblemError` for a broken one.
 */
export async function planTags(
  core: Core,
  trx: Trx,
  input: Pick<EntrantChange, 'tag' | 'spareTag'>,
  known: EntrantRecords | null,
): Promise<TagsPlan> {
  const codes = new Map(
    tagFields.flatMap((name) => {
      const code = input[name]
      return code === undefined ? [] : [[name, code?.trim() || null] as const]
    }),
  )
  const wanted = [...codes.values()].filter((code) => code !== null)
  const found = wanted.length > 0 ? await findTags(trx, wanted) : new Map<string, KnownTag>()
  const fresh = new Map<string, string>()
  const changes: Change[] = []
  const fields: Record<string, FieldValue> = {}
  for (const [name, code] of codes) {
    const tag = code === null ? null : (found.get(code) ?? null)
    const id = code === null ? null : (tag?.id ?? fresh.get(code) ?? core.ports.ids.uuid())
    if (id === (known?.[name] ?? null)) continue
    fields[name] = id
    if (id === null || known?.tag === id || known?.spareTag === id) continue
    if (tag?.status === 'broken') throw new ProblemError(broken(name, code!))
    if (tag === null && !fresh.has(code!)) {
      fresh.set(code!, id)
      const made = { number: code, status: 'inUse' }
      changes.push({ action: 'create', entity: 'tag', id, fields: made })
    } else if (tag !== null && tag.status !== 'inUse') {
      changes.push({ action: 'update', entity: 'tag', id, fields: { status: 'inUse' } })
    }
  }
  const after = tagFields.map((name) => (name in fields ? fields[name] : (known?.[name] ?? null)))
  for (const [id, status] of worn(known)) {
    if (after.includes(id) || status !== 'inUse') continue
    changes.push({ action: 'update', entity: 'tag', id, fields: { status: 'stock' } })
  }
  return { fields, changes }
}

/** The tags an entrant has, with their status. */
function worn(known: EntrantRecords | null): readonly (readonly [string, string | null])[] {
  if (!known) return []
  const { tag, tagStatus, spareTag, spareTagStatus } = known
  return [
    ...(tag === null ? [] : [[tag, tagStatus] as const]),
    ...(spareTag === null ? [] : [[spareTag, spareTagStatus] as const]),
  ]
}

function broken(field: string, code: string) {
  return {
    code: 'invalid',
    message: `Tag ${code} is marked as broken.`,
    fix: 'Take another tag, or set its status to stock under Data.',
    fields: { [field]: 'is marked as broken' },
  } as const
}
