/** Which records of a page have their turn in a pass, and which of two that mean one of ours gets it. */
import { describe, expect, it } from 'vitest'
import type { Fields, MasterRecord } from '../../../main/engine/model/record.ts'
import type { DecideFacts } from '../../../main/engine/sync/inbound/decide/decide.ts'
import type { Interpreted } from '../../../main/engine/sync/inbound/decide/interpret-record.ts'
import { byNaturalKey } from '../../../main/engine/sync/inbound/decide/match.ts'
import { oneForEach, sortPage } from '../../../main/engine/sync/inbound/decide/sort-page.ts'
import type { InboundPage } from '../../../main/engine/sync/inbound/interpret.ts'
import type { InboxItem } from '../../../main/engine/store/traffic/inbox.ts'
import { findAdapter } from '../../../main/engine/targets/registry.ts'

const ana: Fields = { firstName: 'Ana', lastName: 'Silva', dateOfBirth: '1990-01-20' }
const recordOf = (id: string, fields: Fields): MasterRecord => ({
  ...{ id, fields, createdOn: 1, createdBy: 'desk', modifiedOn: 1, modifiedBy: 'desk' },
  deletedOn: null,
})
const itemOf = (id: number, over: Partial<InboxItem> = {}): InboxItem => ({
  ...{ id, remoteId: `r${id}`, version: '1', modifiedOn: null, deleted: false, body: {} },
  ...over,
})
const content = (id: number, theirs: Fields, leftOut: string | null = null): Interpreted => ({
  ...{ item: itemOf(id), kind: 'content', theirs, refs: {}, partial: false, leftOut },
})
const gone = (id: number): Interpreted => ({ item: itemOf(id, { deleted: true }), kind: 'deleted' })
const early = (id: number, root: string | null): Interpreted => ({
  ...{ item: itemOf(id), kind: 'early', root },
})

/** Facts of a target whose persons are matched with these records of ours. */
function factsWith(records: readonly MasterRecord[], over: Partial<InboundPage> = {}): DecideFacts {
  const { bindings } = findAdapter('mock-sync-server')!.manifest
  return {
    binding: bindings.find(({ entity }) => entity === 'person')!,
    ...{ mode: 'mirror', rule: 'master-wins', remoteDeletion: 'unlink', clockOffsetMs: null },
    owners: {},
    page: {
      items: [],
      links: new Map(),
      linksByRecord: new Map(),
      records: new Map(),
      candidates: new Map(records.map((one) => [one.id, one])),
      candidatesByKey: byNaturalKey('person', records),
      madeHere: new Map(),
      through: new Map(),
      entries: new Set(),
      ...over,
    },
    newId: () => 'new',
  }
}

const page = [
  content(1, ana),
  content(2, { firstName: 'Ben', lastName: 'Berg' }, 'E-mail is no address'),
  gone(3),
  early(4, 'root-9'),
  { item: itemOf(5), kind: 'unreadable', reason: 'no name' } as const,
]
const ids = (decided: readonly { readonly item: InboxItem }[]) => decided.map(({ item }) => item.id)

describe('a page', () => {
  it('first links what is here, and leaves everything else for later', () => {
    const sorted = sortPage(page, factsWith([recordOf('a', ana)]), 'links')
    expect(ids(sorted.decided)).toEqual([1])
    expect([...sorted.early]).toEqual([2, 3, 4, 5])
    expect(sorted.refused).toEqual([])
  })

  it('then takes over everything it can, and names what it cannot', () => {
    const sorted = sortPage(page, factsWith([recordOf('a', ana)]), 'everything')
    expect(ids(sorted.decided)).toEqual([1, 2, 3])
    expect(sorted.refused).toMatchObject([{ item: { id: 5 }, reason: 'no name' }])
    expect([...sorted.early]).toEqual([4])
    expect(sorted.waiting).toEqual([{ id: 4, waitsFor: 'root-9' }])
    expect([...sorted.leftOut.values()]).toEqual(['E-mail is no address'])
  })

  it('in the end is only looked through for deletions', () => {
    const sorted = sortPage(page, factsWith([]), 'deletions')
    expect(ids(sorted.decided)).toEqual([3])
    expect([...sorted.early]).toEqual([1, 2, 4, 5])
  })

  it('that is only to be recognised keeps no deletion for later', () => {
    const sorted = sortPage(page, factsWith([recordOf('a', ana)]), 'recognise')
    expect(ids(sorted.decided)).not.toContain(3)
    expect([...sorted.early]).toEqual([4])
  })
})

describe('two remote records that mean one of ours', () => {
  const twice = [content(1, ana), content(2, ana)]

  it('are not both linked to it: the first one is', () => {
    const facts = factsWith([recordOf('a', ana)])
    const { decided } = sortPage(twice, facts, 'everything')
    expect(decided.map(({ result }) => result?.recordId)).toEqual(['a', 'a'])
    expect(ids(oneForEach(facts.binding, facts.page, decided))).toEqual([1])
  })

  it('give way to the one that was made of it', () => {
    const facts = factsWith([recordOf('a', ana)], {
      madeHere: new Map([['r2', recordOf('a', ana)]]),
    })
    const { decided } = sortPage(twice, facts, 'everything')
    expect(ids(oneForEach(facts.binding, facts.page, decided))).toEqual([2])
  })
})
