import { describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import type { Fields, MasterRecord } from '../../../main/engine/model/record.ts'
import type { OpenConflict } from '../../../main/engine/store/attention/conflicts.ts'
import { decideConflict } from '../../../main/engine/sync/inbound/decide/decide-conflict.ts'

const record = (fields: Fields, deletedOn: number | null = null): MasterRecord => ({
  id: 'r',
  fields,
  createdOn: 1,
  createdBy: 'x',
  modifiedOn: 2,
  modifiedBy: 'x',
  deletedOn,
})

const conflict = (
  base: Fields | null,
  theirs: Fields,
  fields: readonly string[],
  entity: EntityName = 'person',
): OpenConflict => ({
  id: 1,
  targetId: 1,
  syncRecordNo: 1,
  entity,
  recordId: 'r',
  remoteId: 'there',
  base,
  theirs,
  fields,
  openedOn: 1,
  // What the target has, but the old base of what is open.
  agreed: { ...theirs, ...Object.fromEntries(fields.map((name) => [name, base?.[name] ?? null])) },
  remoteSyncedOn: 1,
  decision: {},
})

const base = { city: 'Braga', phone: '1', lastName: 'Silva' }
const theirs = { city: 'Lisboa', phone: '3', lastName: 'Sousa' }
const ours = { city: 'Porto', phone: '2', lastName: 'Sousa' }
const open = conflict(base, theirs, ['city', 'phone'])

describe('settling a conflict', () => {
  it('for ours changes nothing here, and agrees on what the target has: the difference is what is sent', () => {
    expect(decideConflict(open, record(ours), { keep: 'ours' })).toEqual({
      kind: 'decided',
      change: {},
      agreed: theirs,
      open: [],
      decision: {
        city: { keep: 'ours', kept: 'Porto', dropped: 'Lisboa' },
        phone: { keep: 'ours', kept: '2', dropped: '3' },
      },
    })
  })

  it('for theirs changes the fields here, and keeps what was given up', () => {
    expect(decideConflict(open, record(ours), { keep: 'theirs' })).toMatchObject({
      change: { city: 'Lisboa', phone: '3' },
      agreed: theirs,
      decision: { city: { keep: 'theirs', kept: 'Lisboa', dropped: 'Porto' } },
    })
  })

  it('lets a single field win over what is said for all', () => {
    const choice = { keep: 'ours', fields: { phone: 'theirs' } } as const
    expect(decideConflict(open, record(ours), choice)).toMatchObject({
      change: { phone: '3' },
      open: [],
    })
  })

  it('in part keeps the old base of the rest, so that it is asked about again', () => {
    expect(decideConflict(open, record(ours), { fields: { phone: 'ours' } })).toMatchObject({
      change: {},
      agreed: { city: 'Braga', phone: '3' },
      open: ['city'],
    })
  })

  it('is refused where no chosen field is open, and for a record that is gone', () => {
    expect(decideConflict(open, record(ours), { fields: { email: 'ours' } })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('City, Phone'),
    })
    for (const gone of [undefined, record(ours, 3)]) {
      expect(decideConflict(open, gone, { keep: 'ours' })).toMatchObject({ kind: 'refused' })
    }
  })
})

describe('consent', () => {
  const preference = (was: string, there: string) =>
    conflict({ status: was }, { status: there }, ['status'], 'contactPreference')
  const decide = (was: string, here: string, there: string, keep: 'ours' | 'theirs') =>
    decideConflict(preference(was, there), record({ status: here }), { keep }).kind

  it('that was withdrawn on one side cannot be given back by settling for the other', () => {
    expect(decide('unknown', 'optedOut', 'optedIn', 'theirs')).toBe('refused')
    expect(decide('unknown', 'optedOut', 'optedIn', 'ours')).toBe('decided')
    expect(decide('optedIn', 'unknown', 'optedOut', 'ours')).toBe('refused')
    expect(decide('optedIn', 'unknown', 'optedOut', 'theirs')).toBe('decided')
  })

  it('that had been withdrawn before may be given anew', () => {
    expect(decide('optedOut', 'optedOut', 'optedIn', 'theirs')).toBe('decided')
  })
})
