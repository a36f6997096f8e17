/**
 * Parts of bodies: records that another one's body says at a target, or that come into being with it (`Resource.parts`). Their
 * change makes the root due, in the transaction of the change, by one statement for each kind of part that any target has.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { PartStep } from '../../model/part-path.ts'
import type { Fields } from '../../model/record.ts'
import { move } from './move-records.ts'
import { jsonPage, rows } from '../sql/statement.ts'

/** A record that was changed just now; see `markDue`. */
export interface Mark {
  readonly entity: EntityName
  readonly id: string
  readonly stamp: number
  readonly created: boolean
  readonly deleted: boolean
  /** Its fields before the change, null for one that was made. */
  readonly before: Fields | null
}

interface BodyPart {
  readonly changed: EntityName
  readonly root: EntityName
  readonly path: string
  readonly isMade: number
}

/** What any target has to be told of when one of these changes; one small read for a page, whatever its length. */
async function readBodyParts(
  trx: Trx,
  changed: readonly EntityName[],
): Promise<readonly BodyPart[]> {
  return rows<BodyPart>(
    trx,
    `SELECT DISTINCT p.changed, p.root, p.path, p.isMade FROM json_each(?) AS item
       CROSS JOIN body_part AS p WHERE p.changed = item.value`,
    JSON.stringify(changed),
  )
}

/**
 * Marks due the roots whose bodies say a changed record, and lets a part that was made with a root go again when that root
 * changed: it may have been given back to it.
 * @param exceptTarget the target the change came from; it knows already (0 for none)
 */
export async function markRoots(
  trx: Trx,
  marks: readonly Mark[],
  exceptTarget: number,
): Promise<void> {
  const placed = marks.filter(({ entity }) => entity === 'startGroupParticipant')
  if (placed.length > 0) await wakePlaced(trx, idsOf(placed))
  const parts = await readBodyParts(trx, [...new Set(marks.map(({ entity }) => entity))])
  for (const part of parts) {
    const own = marks.filter((mark) => mark.entity === part.changed)
    const path = JSON.parse(part.path) as readonly PartStep[]
    if (part.isMade === 1) {
      const changed = idsOf(own.filter((mark) => !mark.deleted))
      if (changed.length > 0) await wakeMade(trx, path[0]!, changed)
      continue
    }
    const stamp = Math.max(...own.map((mark) => mark.stamp))
    const [first, ...rest] = path as [PartStep, ...PartStep[]]
    // Of parts of which there may be several, a target that told one does not know what all of them say together.
    const except = first.kind === 'many' ? 0 : exceptTarget
    const telling = { part, stamp, exceptTarget: except }
    // Nothing refers to a record that was only made now, but it may refer to its owner.
    const known = idsOf(first.kind === 'one' ? own.filter((mark) => !mark.created) : own)
    if (known.length > 0) await markWhole(trx, rootsSql(path), known, telling)
    const former = first.kind === 'one' ? [] : formerValues(own, first.field)
    if (former.length > 0) {
      const roots = first.kind === 'same' ? holdersSql(first) : rootsSql(rest, part.root)
      await markWhole(trx, roots, former, telling)
    }
  }
}

const idsOf = (marks: readonly Mark[]) => marks.map(({ id }) => id)

/** What the field that ties the changed records to others had before; also what it has still, which does no harm. */
function formerValues(marks: readonly Mark[], field: string): readonly string[] {
  return [...new Set(marks.flatMap(({ before }) => before?.[field] ?? []).map(String))]
}

/**
 * The live roots that ids lead to, as SQL: rows of `id` from the ids in `?1`.
 * @param path from the part up to the root; none where the ids are those of owners
 */
function rootsSql(path: readonly PartStep[], root = path.at(-1)?.owner): string {
  const joins: string[] = []
  let id = 'item.value'
  const join = (alias: string, entity: EntityName, on: string, live: boolean) =>
    void joins.push(
      `CROSS JOIN ${entities[entity].table} AS ${alias} ON ${alias}.${on}${live ? ` AND ${alias}.deletedOn IS NULL` : ''}`,
    )
  for (const [at, { kind, owner, part, field }] of path.entries()) {
    const alias = `r${at}`
    if (kind === 'one') {
      join(alias, owner, `${field} = ${id}`, true)
      id = `${alias}.id`
    } else {
      // What is deleted now still tells whose part it was.
      join(alias, part, `id = ${id}`, at > 0 && kind === 'many')
      id = `${alias}.${field}`
      if (kind === 'same') {
        join(`s${at}`, owner, `${field} = ${id}`, true)
        id = `s${at}.id`
      }
    }
  }
  if ((path.at(-1)?.kind ?? 'many') === 'many') {
    join('root', root!, `id = ${id}`, true)
    id = 'root.id'
  }
  return `SELECT ${id} AS id FROM json_each(?1) AS item ${joins.join(' ')}`
}

/** The live records that have one of the values in `?1`, as SQL. */
function holdersSql({ owner, field }: PartStep): string {
  return `SELECT r.id AS id FROM json_each(?1) AS item
    CROSS JOIN ${entities[owner].table} AS r ON r.${field} = item.value AND r.deletedOn IS NULL`
}

interface Telling {
  readonly part: BodyPart
  /** Newest stamp of what changed. */
  readonly stamp: number
  readonly exceptTarget: number
}

/** The roots that ids lead to, at a target that has them already. */
async function markWhole(
  trx: Trx,
  roots: string,
  ids: readonly string[],
  { part, stamp, exceptTarget }: Telling,
): Promise<void> {
  await move(
    trx,
    'partChanged',
    {
      set: {
        // The stamp of its own content stays: that has not changed.
        entitySyncedOn: 'min(entitySyncedOn, entityModifiedOn - 1)',
        partModifiedOn: 'CAST(?5 AS INTEGER)',
      },
      where: `rowNo IN (
        SELECT s.rowNo FROM (${roots}) AS found CROSS JOIN sync_record AS s
        WHERE s.recordId = found.id AND s.targetId <> ?2 AND s.remoteId IS NOT NULL
          AND EXISTS (SELECT 1 FROM body_part AS p
            WHERE p.targetId = s.targetId AND p.changed = ?6 AND p.root = ?3 AND p.path = ?4 AND p.isMade = 0))`,
    },
    JSON.stringify(ids),
    exceptTarget,
    part.root,
    part.path,
    stamp,
    part.changed,
  )
}

/** Entries that were left out because a target has none of their races (`Resource.perRace`). */
async function wakePlaced(trx: Trx, places: readonly string[]): Promise<void> {
  await move(
    trx,
    'rootChanged',
    {
      set: { entitySyncedOn: 'min(entitySyncedOn, entityModifiedOn - 1)' },
      where: `rowNo IN (
        SELECT s.rowNo FROM json_each(?1) AS item
          CROSS JOIN start_group_participant AS p CROSS JOIN sync_record AS s
        WHERE p.id = item.value AND s.recordId = p.eventParticipant AND s.state = 'ignored'
          AND s.remoteId IS NULL AND s.heldBy IS NOT NULL)`,
    },
    JSON.stringify(places),
  )
}

/** Parts at rest because nothing here came with them any more. */
async function wakeMade(trx: Trx, step: PartStep, ids: readonly string[]): Promise<void> {
  const { owner, field } = step
  await move(
    trx,
    'rootChanged',
    {
      set: { entitySyncedOn: 'min(entitySyncedOn, entityModifiedOn - 1)' },
      where: `rowNo IN (
        SELECT s.rowNo FROM json_each(?1) AS item CROSS JOIN ${entities[owner].table} AS r
          CROSS JOIN sync_record AS s
        WHERE r.id = item.value AND s.recordId = r.${field} AND s.state = 'ignored' AND s.remoteId IS NOT NULL
          AND s.errorCode IS NULL AND EXISTS (SELECT 1 FROM body_part AS p
            WHERE p.targetId = s.targetId AND p.changed = ?2 AND p.path = ?3 AND p.isMade = 1))`,
    },
    JSON.stringify(ids),
    owner,
    JSON.stringify([step]),
  )
}

/**
 * By part: the remote ids of the roots it was made with at a target and still belongs to, here as there. One statement.
 * @param place the kind of the roots, and the field that refers to the part
 */
export async function readRoots(
  db: Db,
  targetId: number,
  { entity, field }: { readonly entity: EntityName; readonly field: string },
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await jsonPage<readonly [string, string]>(
    db,
    `SELECT json_group_array(json_array(r.${field}, s.remoteId)) AS page FROM json_each(?2) AS item
       CROSS JOIN ${entities[entity].table} AS r CROSS JOIN sync_record AS s
     WHERE r.${field} = item.value AND r.deletedOn IS NULL AND s.recordId = r.id AND s.targetId = ?1
       AND s.remoteId IS NOT NULL AND coalesce(s.agreed ->> '$.${field}', r.${field}) = r.${field}`,
    targetId,
    JSON.stringify(ids),
  )
  const roots = new Map<string, string[]>()
  for (const [id, remoteId] of found) {
    const known = roots.get(id)
    if (known) known.push(remoteId)
    else roots.set(id, [remoteId])
  }
  return roots
}
