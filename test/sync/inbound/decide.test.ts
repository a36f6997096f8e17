import { describe, expect, it } from 'vitest'
import type { Fields, MasterRecord } from '../../../main/engine/model/record.ts'
import { decideContent, type DecideFacts } from '../../../main/engine/sync/inbound/decide/decide.ts'
import type { InboundPage } from '../../../main/engine/sync/inbound/interpret.ts'
import { byNaturalKey } from '../../../main/engine/sync/inbound/decide/match.ts'
import { findAdapter } from '../../../main/engine/targets/registry.ts'

const runner = (n: number): Fields => ({
  firstName: `Runner${n}`,
  lastName: 'Silva',
  email: `runner${n}@example.org`,
  dateOfBirth: '1990-01-20',
})

/** A page of so many unknown persons who are all here, and how often a field of those here was looked at. */
function decidePage(count: number) {
  let looks = 0
  const watched = (fields: Fields): Fields =>
    new Proxy(fields, {
      get(from, name) {
        looks += 1
        return Reflect.get(from, name)
      },
    })
  const records = Array.from({ length: count }, (_, n): MasterRecord => ({
    id: String(n),
    fields: watched(runner(n)),
    createdOn: 1,
    createdBy: 'import',
    modifiedOn: 1,
    modifiedBy: 'import',
    deletedOn: null,
  }))
  const page: InboundPage = {
    items: [],
    links: new Map(),
    linksByRecord: new Map(),
    records: new Map(),
    candidates: new Map(records.map((one) => [one.id, one])),
    candidatesByKey: byNaturalKey('person', records),
    madeHere: new Map(),
    through: new Map(),
    entries: new Set(),
  }
  const { bindings } = findAdapter('mock-sync-server')!.manifest
  const facts: DecideFacts = {
    binding: bindings.find(({ entity }) => entity === 'person')!,
    mode: 'mirror',
    rule: 'master-wins',
    remoteDeletion: 'unlink',
    clockOffsetMs: null,
    owners: {},
    page,
    newId: () => 'new',
  }
  const decided = Array.from({ length: count }, (_, n) => {
    const item = {
      id: n,
      remoteId: `r${n}`,
      version: '1',
      modifiedOn: null,
      deleted: false,
      body: {},
    }
    return decideContent({ item, theirs: runner(n) }, facts)
  })
  return { decided, looks }
}

describe('deciding a page', () => {
  it('links each to its own', () => {
    const { decided } = decidePage(20)
    expect(decided.map(({ result }) => result?.recordId)).toEqual(
      Array.from({ length: 20 }, (_, n) => String(n)),
    )
  })

  it('lays each record beside those that share a natural key, not beside every other', () => {
    const looksEach = (count: number) => decidePage(count).looks / count
    expect(looksEach(400)).toBe(looksEach(20))
  })
})
