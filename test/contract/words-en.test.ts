import { describe, expect, it } from 'vitest'
import type {
  GuardFacts,
  MatchReason,
  PauseReason,
  PlanReason,
} from '../../main/contract/reasons.ts'
import {
  guardInWords,
  likenessText,
  matchText,
  pauseText,
  planText,
} from '../../main/contract/words-en.ts'

/** Scripts of other people read these sentences: they stay as they are. */
const label = (field: string) => `<${field}>`

describe('The English of the command', () => {
  it.each<[PlanReason, string]>([
    [{ code: 'new' }, 'not at the target yet'],
    [{ code: 'same' }, 'the target has this content already'],
    [{ code: 'left-filter' }, 'no longer matches the filter; the target keeps what it has'],
    [{ code: 'comes-with', entity: 'person' }, 'comes with its person'],
    [{ code: 'parent-waiting', field: 'tag' }, 'its tag is not at the target yet'],
    [
      { code: 'handed-over', field: 'person' },
      'its person was changed; the target keeps the one it was made with',
    ],
    [{ code: 'shared-none', field: 'email' }, 'it has no <email>'],
  ])('says why a record is sent or not: %j', (reason, text) => {
    expect(planText(reason, label)).toBe(text)
  })

  it.each<[GuardFacts, RegExp]>([
    [
      { code: 'delete-there', planned: 40, limit: 20, linked: 60 },
      /^40 of 60 records would be deleted at the target\. Nothing was deleted; confirm to go on\.$/,
    ],
    [{ code: 'overwrite-there', planned: 40, limit: 20, linked: 60 }, /^40 of 60 .* overwritten/],
    [{ code: 'delete-here', planned: 40, limit: 20, linked: 60 }, /Nothing was deleted;/],
    [{ code: 'unlink-here', planned: 40, limit: 20 }, /^40 records .* Nothing was unlinked;/],
    [{ code: 'create-there', planned: 1, limit: 0 }, /^timing-van may have 1 record already/],
    [{ code: 'said', planned: 1, limit: 0, said: 'As before.' }, /^As before\.$/],
  ])('says what a guard stopped, beside its facts: %j', (facts, text) => {
    const guard = guardInWords(facts, 'timing-van')
    expect(guard.reason).toMatch(text)
    expect(guard).toMatchObject(facts)
  })

  it.each<[PauseReason, string]>([
    [{ code: 'all' }, 'Everything is paused'],
    [{ code: 'set-up' }, 'The set-up is not finished'],
    [{ code: 'person', who: 'Desk 1' }, 'Paused by Desk 1'],
    [
      { code: 'sign-in', said: 'The key is wrong.' },
      'timing-van refused the sign-in: The key is wrong. Check the key or password, then resume.',
    ],
  ])('says why a target is paused: %j', (reason, text) => {
    expect(pauseText(reason, 'timing-van')).toBe(text)
  })

  it.each<[MatchReason, string]>([
    [{ code: 'several', count: 2 }, '2 records here fit equally well'],
    [{ code: 'similar', fields: ['email', 'phone'] }, 'similar, but <email> and <phone> differs'],
    [
      { code: 'linked', fields: ['email'], linkedTo: '77' },
      'same <email>, but linked to 77 already',
    ],
    [
      { code: 'linked', fields: [], linkedTo: '77' },
      'a record that refers to it is the same, but linked to 77 already',
    ],
    [{ code: 'nothing' }, 'nothing here fits; this target does not add records'],
    [{ code: 'new-here' }, 'It is new here, and timing-van does not get new records by itself.'],
    [{ code: 'gone-there' }, 'It was at timing-van and is not there any more.'],
  ])('says why a record was not linked: %j', (reason, text) => {
    expect(matchText(reason, { target: 'timing-van', label })).toBe(text)
  })

  it('says what two persons share and where they differ', () => {
    expect(likenessText({ name: 'same', shared: ['email'], differs: ['gender', 'age'] })).toBe(
      'same name, same e-mail, another gender, another age',
    )
  })
})
