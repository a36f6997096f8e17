import { describe, expect, it } from 'vitest'
import type { DecideFacts } from '../../../main/engine/sync/inbound/decide/decide.ts'
import { decideDeletion } from '../../../main/engine/sync/inbound/decide/decide-deletion.ts'
import type { InboundLink } from '../../../main/engine/store/links/inbound-links.ts'
import { bindingsOf } from '../../../main/engine/targets/kit/bindings.ts'
import { everythingInOwnTerms } from '../../../main/engine/targets/kit/own-terms.ts'

const link: InboundLink = {
  rowNo: 1,
  recordId: 'p',
  remoteId: 'r',
  agreed: '{}',
  agreedHash: 'h',
  unconfirmed: null,
  remoteSyncedOn: 2_000,
  state: 'linked',
  linkData: null,
}

const deletionAt = (modifiedOn: number | null) => ({
  id: 1,
  remoteId: 'r',
  version: 'v',
  modifiedOn,
  deleted: true,
  body: {},
})

function facts(known: InboundLink | null, deletedOn: number | null = null): DecideFacts {
  const record = {
    id: 'p',
    fields: { lastName: 'Kip' },
    createdOn: 1,
    createdBy: 'Eva',
    modifiedOn: 5,
    modifiedBy: 'Eva',
    deletedOn,
  }
  return {
    binding: bindingsOf(everythingInOwnTerms({ direction: 'both', changes: 'since' })).find(
      ({ entity }) => entity === 'person',
    )!,
    mode: 'mirror',
    rule: 'master-wins',
    remoteDeletion: 'delete',
    clockOffsetMs: null,
    owners: {},
    newId: () => 'new',
    page: {
      items: [],
      links: new Map(known ? [['r', known]] : []),
      linksByRecord: new Map(),
      records: new Map([['p', record]]),
      candidates: new Map(),
      candidatesByKey: new Map(),
      madeHere: new Map(),
      through: new Map(),
      entries: new Set(),
    },
  }
}

describe('a deletion there', () => {
  it('deletes the record here where the target is set up so', () => {
    expect(decideDeletion(deletionAt(3_000), facts(link))).toMatchObject({
      counted: 'deleted',
      change: { action: 'delete', id: 'p' },
      result: { remoteId: null, recordDeleted: true },
    })
  })

  it('of what only they make leaves nothing to ask about: nobody here could make it again', () => {
    const { binding, ...rest } = facts(link)
    const unlinking = { ...rest, remoteDeletion: 'unlink' } as const
    const decided = (onlyTheirs: boolean) =>
      decideDeletion(deletionAt(3_000), { ...unlinking, binding: { ...binding, onlyTheirs } })
    expect(decided(false).result).toMatchObject({ state: 'unmatched', remoteId: null })
    expect(decided(true)).toMatchObject({
      counted: 'skipped',
      change: null,
      result: { state: 'ignored', remoteId: null, entitySyncedOn: 5 },
    })
  })

  it('told late, of a record that was seen there since, changes nothing', () => {
    expect(decideDeletion(deletionAt(1_999), facts(link))).toMatchObject({
      counted: 'skipped',
      change: null,
      result: null,
    })
  })

  it('of a record nobody here knows changes nothing', () => {
    expect(decideDeletion(deletionAt(3_000), facts(null))).toMatchObject({ result: null })
  })

  it('of a record that is deleted here too leaves nothing to send', () => {
    expect(decideDeletion(deletionAt(3_000), facts(link, 5))).toMatchObject({
      counted: 'skipped',
      change: null,
      result: { remoteId: null, entitySyncedOn: 5 },
    })
  })
})
