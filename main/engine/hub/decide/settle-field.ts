/** What becomes of a field that was changed at the hub and at a desk since both agreed. Pure; no clock of a laptop decides. */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'

/** A field that differs. Null is empty. */
export interface Both {
  readonly entity: EntityName
  readonly field: string
  /** At the hub now, and as the desk sends it. */
  readonly hub: FieldValue
  readonly desk: FieldValue
  /** Who sends it, as a note names them. */
  readonly by: string
}

/** The value that stands. `rule`: settled for good · `person`: somebody should look. */
export interface Settled {
  readonly value: FieldValue
  readonly why: 'rule' | 'person'
}

const ladder: readonly FieldValue[] = ['registered', 'checkedIn', 'started', 'finished']

/** Settles one field by itself. Times of check-in and what belongs to a consent go together: see `settleTogether`. */
export function settleField({ entity, field, hub, desk, by }: Both): Settled {
  switch (`${entity}.${field}`) {
    case 'eventParticipant.status':
      return further(hub, desk)
    case 'eventParticipant.paid':
      return rule(hub === true || desk === true)
    case 'eventParticipant.notes':
    case 'tag.notes':
      return rule(bothNotes(hub, desk, by))
    default:
      return { value: hub, why: 'person' }
  }
}

/** Fields of which one side's go together, told by one of them. */
export interface Together {
  readonly fields: readonly string[]
  readonly side: 'hub' | 'desk'
}

/**
 * The earlier check-in with who made it, and the withdrawal of a consent with where and when it was given. Null where
 * nothing of the kind differs.
 */
export function settleTogether(
  entity: EntityName,
  hub: Readonly<Record<string, FieldValue>>,
  desk: Readonly<Record<string, FieldValue>>,
): Together | null {
  if (entity === 'eventParticipant') {
    const [here, there] = [hub['checkedInOn'] ?? null, desk['checkedInOn'] ?? null]
    if (here === there || here === null || there === null) return null
    const side = Date.parse(String(there)) < Date.parse(String(here)) ? 'desk' : 'hub'
    return { fields: ['checkedInOn', 'checkedInBy'], side }
  }
  if (entity === 'contactPreference') {
    const isDesk = desk['status'] === 'optedOut'
    if (isDesk === (hub['status'] === 'optedOut')) return null
    return { fields: ['status', 'source', 'changedOn'], side: isDesk ? 'desk' : 'hub' }
  }
  return null
}

/** Whoever did not start, was disqualified or withdrew, against any other state: a person says. */
function further(hub: FieldValue, desk: FieldValue): Settled {
  const [here, there] = [ladder.indexOf(hub), ladder.indexOf(desk)]
  if (here < 0 || there < 0) return { value: hub, why: 'person' }
  return rule(there > here ? desk : hub)
}

function bothNotes(hub: FieldValue, desk: FieldValue, by: string): FieldValue {
  const [here, there] = [String(hub ?? '').trim(), String(desk ?? '').trim()]
  if (holds(here, there) || holds(here, `${by}: ${there}`)) return hub
  if (holds(there, here)) return desk
  return `${here}\n${by}: ${there}`
}

/** Whether a note has another one as lines of its own, or goes on where it ends; the same letters elsewhere mean other things. */
function holds(note: string, other: string): boolean {
  if (other === '' || `\n${note}\n`.includes(`\n${other}\n`)) return true
  return note.startsWith(other) && !/^[\p{L}\p{N}]/u.test(note.slice(other.length))
}

const rule = (value: FieldValue): Settled => ({ value, why: 'rule' })
