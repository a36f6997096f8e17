/**
 * A record of the hub that is here already under another id, made while both were apart, or that has a name which was given to
 * another record here meanwhile. The hub's stands: the one made here is merged into it, the renamed one gets its name back.
 */
import type { Trx } from '../../db/schema.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'
import { twinKey } from '../../model/twins.ts'
import type { Notice } from '../../store/hub/notices.ts'
import { readLinksByRecordId } from '../../store/links/inbound-links.ts'
import { findTwins } from '../../store/search/find-twins.ts'
import { readRecords } from '../../store/sql/records.ts'
import { findStaged } from '../../store/traffic/inbox.ts'
import type { Change, ChangeContext } from '../../store/writer/change.ts'
import { removeTwins, type Twin } from '../merge-twins.ts'
import type { Decided } from './decide/decide.ts'
import { deletionNotice } from './decide/deletion-notice.ts'
import { release, type Arriving, type Blocked, type Releases } from './let-holders-go.ts'

/**
 * Removes what was made here and is the same as something that comes new, unless the hub knows it. `followTwins` has to be
 * called with the answer once the new ones are there.
 */
export async function makeRoomForNew(
  trx: Trx,
  { targetId, entity }: Arriving,
  decided: readonly Decided[],
  context: ChangeContext,
): Promise<readonly Twin[]> {
  if (twinKey(entity) === null) return []
  const made = decided.flatMap(({ change }) => (change?.action === 'create' ? [change] : []))
  const coming = new Set(made.map(({ id }) => id))
  const found = await findTwins(trx, entity, made, ({ id }) => !coming.has(id))
  const links = await readLinksByRecordId(
    trx,
    targetId,
    [...found.values()].map(({ id }) => id),
  )
  const twins = new Map<string, Twin>()
  for (const [keptId, gone] of found) {
    const isKnownThere = (links.get(gone.id)?.remoteId ?? null) !== null
    if (!isKnownThere && !twins.has(gone.id)) twins.set(gone.id, { entity, gone, keptId })
  }
  await removeTwins(trx, [...twins.values()], context)
  return [...twins.values()]
}

/**
 * Makes room for what was refused because another record here has its name. Answers whether anything gave way, and who went;
 * see `makeRoomForNew`.
 */
export async function makeRoomForBlocked(
  trx: Trx,
  { targetId, entity }: Arriving,
  blocked: readonly Blocked[],
  context: ChangeContext,
): Promise<{ readonly any: boolean; readonly twins: readonly Twin[] }> {
  const holderIds = blocked.map(({ holderId }) => holderId)
  const records = await readRecords(trx, entity, holderIds)
  const links = await readLinksByRecordId(trx, targetId, holderIds)
  // More is to come of them in this very run, and may take them out of the way. Who is deleted there, and waits here for what
  // refers to it, goes at once.
  const staged = await findStaged(trx, targetId, entity, holderIds)
  const twins: Twin[] = []
  const changes: Change[] = []
  const notices: Notice[] = []
  for (const one of blocked) {
    const held = records.get(one.holderId)
    if (!held || staged.get(one.holderId) === 'content') continue
    const link = links.get(one.holderId)
    if (staged.get(one.holderId) === 'deletion') {
      twins.push({ entity, gone: held, keptId: one.change.id, deletedAt: targetId })
      if (link?.isDue === 1) {
        const by = { keptBy: null, lostBy: held.modifiedBy }
        notices.push(deletionNotice(entity, held.id, by))
      }
      continue
    }
    const isKnownThere = link !== undefined && link.remoteId !== null && link.agreed !== null
    const agreed = isKnownThere ? (JSON.parse(link.agreed!) as Fields) : held.fields
    const back = giveBack(one, held, agreed)
    // Both sides agreed on its name, and now the hub has it under another id: there it was lost, as in a restore.
    if (back.changes.length === 0) twins.push({ entity, gone: held, keptId: one.change.id })
    changes.push(...back.changes)
    notices.push(...back.notices)
  }
  await removeTwins(trx, twins, context)
  const gave = await release(trx, { changes, notices }, context)
  return { any: gave || twins.length > 0, twins }
}

/** A record both sides knew under another name has that again. */
function giveBack(
  { change: { entity, hand } }: Blocked,
  held: MasterRecord,
  agreed: Fields,
): Releases {
  const changed = (twinKey(entity) ?? []).filter(
    (name) => (agreed[name] ?? null) !== (held.fields[name] ?? null),
  )
  if (changed.length === 0) return { changes: [], notices: [] }
  const only = (from: Fields) =>
    Object.fromEntries(changed.map((name) => [name, from[name] ?? null]))
  const [fields, overruled] = [only(agreed), only(held.fields)]
  const about = { kind: 'value', entity, recordId: held.id, holder: null } as const
  const by = { keptBy: hand?.by ?? null, lostBy: held.modifiedBy }
  return {
    changes: [{ action: 'update', entity, id: held.id, fields, overruled }],
    notices: changed.map((field) => ({
      ...{ ...about, ...by, field, lost: overruled[field] ?? null, kept: fields[field] ?? null },
    })),
  }
}
