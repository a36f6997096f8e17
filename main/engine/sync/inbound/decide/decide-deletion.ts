/** What becomes of a record that was deleted remotely. Pure. */
import type { InboundResult } from '../../../store/links/inbound-links.ts'
import { baseResult, settled, skipped, type Decided, type DecideFacts } from './decide.ts'
import { deletionNotice } from './deletion-notice.ts'
import type { Interpreted } from './interpret-record.ts'

/** Decides a record that was deleted remotely. */
export function decideDeletion(item: Interpreted['item'], facts: DecideFacts): Decided {
  const link = facts.page.links.get(item.remoteId)
  // Told late: it was seen there since.
  if (!link || (item.modifiedOn !== null && item.modifiedOn < link.remoteSyncedOn)) {
    return skipped(item, null)
  }
  const result: InboundResult = {
    ...baseResult({ item }, link, link.recordId),
    state: link.state,
  }
  // It was none of ours; should it come back, it is looked at anew.
  if (link.recordId === null) return skipped(item, { ...result, state: 'ignored' })
  const ours = facts.page.records.get(link.recordId)
  const gone = { ...result, state: settled(link), remoteId: null, agreed: null, agreedHash: null }
  if (ours && ours.deletedOn !== null) {
    return skipped(item, { ...gone, entitySyncedOn: ours.modifiedOn })
  }
  switch (facts.remoteDeletion) {
    case 'ignore':
      return skipped(item, result)
    case 'unlink':
      // Nobody here could send it again: there is nothing to ask about.
      if (ours && facts.binding.onlyTheirs) {
        return skipped(item, { ...gone, state: 'ignored', entitySyncedOn: ours.modifiedOn })
      }
      // Its entry is not there any more either, and that is asked about.
      if (
        ours &&
        facts.binding.inRace &&
        !facts.page.entries.has(String(ours.fields['eventParticipant']))
      ) {
        return skipped(item, { ...gone, state: 'ignored', entitySyncedOn: ours.modifiedOn })
      }
      // Into the review list: sending it anew right away would undo what somebody did there.
      return { ...skipped(item, { ...gone, state: 'unmatched' }), counted: 'deleted' }
    case 'delete': {
      const { entity, sameIds, fromRemote } = facts.binding
      const hand = sameIds ? fromRemote?.(item.body).hand : undefined
      return {
        ...skipped(item, { ...gone, recordDeleted: true }),
        counted: 'deleted',
        change: ours ? { action: 'delete', entity, id: ours.id, ...(hand ? { hand } : {}) } : null,
        // What was typed here stays in the history; somebody has to know that it is nowhere else.
        ...(facts.hub && ours && link.isDue === 1
          ? {
              notice: deletionNotice(entity, ours.id, {
                keptBy: hand?.by ?? null,
                lostBy: ours.modifiedBy,
              }),
            }
          : {}),
      }
    }
  }
}
