/** The one table of error codes, and what follows from it in each place that judges an error. */
import { describe, expect, it } from 'vitest'
import {
  endsBatch,
  errorMeanings,
  goesAgain,
  isSilent,
  isTransient,
} from '../../main/contract/error-meanings.ts'
import { syncErrorCodes, type SyncErrorCode } from '../../main/contract/words.ts'
import { evidence, probeAnswer } from '../../main/engine/schedule/connectivity.ts'
import { judge } from '../../main/engine/sync/outbound/decide/judge.ts'
import { notTried, SyncError } from '../../main/engine/targets/kit/sync-error.ts'

/** Written out by hand, so that a change of the table is a change of a line that says what it does. */
interface Expected {
  readonly about: 'record' | 'target' | 'moment' | 'us'
  /** What a run that ended with it says of the way to the target. */
  readonly way: ReturnType<typeof evidence>
  readonly probe: ReturnType<typeof probeAnswer>
  /** What becomes of a creation, and of an update. */
  readonly create: ReturnType<typeof judge>['verdict']
  readonly update: ReturnType<typeof judge>['verdict']
  /** The run ends. */
  readonly stop: boolean
  /** The code of those whose turn did not come. */
  readonly rest: SyncErrorCode
}

const expected: Readonly<Record<SyncErrorCode, readonly unknown[]>> = {
  //                    about     way         probe      create     update   stop   rest
  offline: ['moment', 'silent', 'offline', 'leave', 'leave', true, 'offline'],
  timeout: ['moment', 'silent', 'offline', 'retry', 'retry', false, 'timeout'],
  'rate-limited': ['moment', 'silent', 'offline', 'leave', 'leave', true, 'rate-limited'],
  server: ['moment', 'silent', 'offline', 'retry', 'retry', false, 'server'],
  auth: ['target', 'answered', 'auth', 'leave', 'leave', true, 'auth'],
  config: ['target', 'nothing', 'online', 'leave', 'leave', true, 'config'],
  'bad-response': ['target', 'answered', 'online', 'fail', 'fail', false, 'bad-response'],
  rejected: ['record', 'answered', 'online', 'fail', 'fail', false, 'rejected'],
  'changed-remotely': ['record', 'answered', 'online', 'retry', 'retry', false, 'changed-remotely'],
  gone: ['record', 'answered', 'online', 'fail', 'fail', false, 'gone'],
  ambiguous: ['record', 'answered', 'online', 'look-up', 'retry', false, 'offline'],
  local: ['us', 'nothing', 'online', 'fail', 'fail', false, 'local'],
  bug: ['us', 'nothing', 'online', 'fail', 'fail', false, 'bug'],
}

describe('an error code', () => {
  it.each(syncErrorCodes)('%s means the same to all who judge it', (code) => {
    const error = new SyncError(code, 'said')
    const update = judge({ action: 'update' }, error)
    const found: Expected = {
      about: errorMeanings[code].about,
      way: evidence({ result: 'error', error: { code, retryAfterMs: null } }),
      probe: probeAnswer(code),
      create: judge({ action: 'create' }, error).verdict,
      update: update.verdict,
      stop: update.stop,
      rest: notTried(error).code,
    }
    expect(Object.values(found)).toEqual(expected[code])
  })

  it.each(syncErrorCodes)('%s contradicts itself nowhere', (code) => {
    const {
      about,
      answered,
      endsBatch: ends,
      maybeDone,
      mend,
      pauses,
      record,
    } = errorMeanings[code]
    // What ends a batch says nothing about its records, and what is said of the target as a whole holds for each.
    expect(endsBatch(code)).toBe(record === 'due')
    expect(pauses).toBe(mend === 'sign-in')
    // A record that goes again by itself waits for nobody.
    expect(goesAgain(code) || pauses || mend !== 'time').toBe(true)
    if (record === 'fail') expect(mend).not.toBe('time')
    if (isTransient(code)) expect([record, mend]).not.toContain('fail')
    if (isSilent(code)) expect(about).toBe('moment')
    if (maybeDone) expect(record).toBe('retry')
    if (about === 'us') expect(answered).toBe('not-asked')
    if (about === 'record') expect(ends).toBe('never')
  })

  it('of which a write may have been done says so, and those behind it were not sent', () => {
    const maybe = syncErrorCodes.filter((code) => errorMeanings[code].maybeDone)
    expect(maybe).toEqual(['ambiguous'])
    const rest = notTried(new SyncError('ambiguous', 'lost', { maybeSent: true, retryAfterMs: 5 }))
    expect(rest).toMatchObject({ code: 'offline', maybeSent: false, retryAfterMs: 5 })
  })

  it('that ends the fetching of records is one that each would meet, or a silence', () => {
    const asking = syncErrorCodes.filter((code) => errorMeanings[code].endsBatch !== 'never')
    expect(asking).toEqual(['offline', 'timeout', 'rate-limited', 'auth', 'config'])
  })

  it('is shown at the step of a connection test that it belongs to', () => {
    const at = (step: string) =>
      syncErrorCodes.filter((code) => errorMeanings[code].checkStep === step)
    expect(at('sign-in')).toEqual(['auth'])
    expect(at('permission')).toEqual([
      'rate-limited',
      'server',
      'rejected',
      'changed-remotely',
      'bad-response',
    ])
  })
})
