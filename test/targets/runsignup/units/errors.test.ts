import { describe, expect, it } from 'vitest'
import type { SyncErrorCode } from '../../../../main/contract/words.ts'
import {
  errorIn,
  refusalIn,
  siteError,
} from '../../../../main/engine/targets/runsignup/error-codes.ts'

const plain = (text: string) => text
const answer = (code: unknown, message = 'No.') => ({
  error: { error_code: code, error_msg: message },
})

describe('an error RunSignup answers with HTTP 200', () => {
  const meanings: readonly (readonly [number, SyncErrorCode, SyncErrorCode])[] = [
    [1, 'config', 'config'],
    [2, 'config', 'config'],
    [3, 'config', 'rejected'],
    [4, 'server', 'server'],
    [5, 'server', 'server'],
    [6, 'auth', 'auth'],
    [7, 'auth', 'auth'],
    [8, 'config', 'config'],
    [9, 'config', 'rejected'],
    [10, 'config', 'config'],
    [11, 'config', 'rejected'],
    [13, 'auth', 'auth'],
    [14, 'rate-limited', 'rate-limited'],
    [15, 'config', 'gone'],
    [17, 'auth', 'auth'],
    [108, 'config', 'rejected'],
    [115, 'config', 'rejected'],
    [121, 'config', 'rejected'],
    [201, 'config', 'config'],
    [223, 'config', 'config'],
    [514, 'config', 'rejected'],
    [515, 'config', 'rejected'],
    [522, 'server', 'server'],
    [999, 'config', 'rejected'],
  ]
  it.each(meanings)('%i is %s to a read and %s to a write', (code, read, write) => {
    expect(errorIn(answer(code), 'none')?.code).toBe(read)
    expect(errorIn(answer(String(code)), 'create')?.code).toBe(write)
    expect(siteError({ code, message: 'No.' }, 'repeatable').code).toBe(write)
  })

  it('leaves open whether a new registration was made only where the server failed', () => {
    expect(errorIn(answer(5), 'create')?.maybeSent).toBe(true)
    expect(errorIn(answer(5), 'repeatable')?.maybeSent).toBe(false)
    for (const code of [6, 11, 14, 201]) {
      expect(errorIn(answer(code), 'create')?.maybeSent).toBe(false)
    }
  })

  it('tells a refused permission from a refused sign-in', () => {
    expect(errorIn(answer(7), 'none')?.status).toBe(403)
    expect(errorIn(answer(6), 'none')?.status).toBe(401)
  })

  it('says it in RunSignup’s words, those about each participant included', () => {
    const value = {
      ...answer(11, 'Key sent participants with errors.'),
      error_details: [
        { error_code: 115, error_msg: 'Invalid bib.' },
        null,
        { error_code: 517, error_msg: 'Registered already.', detailed_desc: '2645001' },
      ],
    }
    const error = errorIn(value, 'create')
    expect(error?.message).toBe(
      'Key sent participants with errors. Invalid bib. Registered already. At RunSignup this is registration 2645001. If it is the same person, sync: it comes here and is linked to this entry, or you are asked under Attention. If it is somebody else, tick "Register namesakes" in the settings of the target and retry; should RunSignup refuse it still, add the person there.',
    )
  })

  it('is not seen in what is none', () => {
    for (const value of [[], {}, null, 'error', { race: {} }, [{ error: { error_code: 6 } }]]) {
      expect(errorIn(value, 'none')).toBeNull()
    }
    // Who brings participants says of each what became of it.
    expect(errorIn({ ...answer(11), participants: [] }, 'create')).toBeNull()
  })
})

describe('what an answer says of one participant', () => {
  it.each([
    [{ error_code: 514, error_msg: 'No such team.' }],
    [{ error: { error_code: 514, error_msg: 'No such team.' } }],
    [{ errors: [{ error_code: '514', error_msg: 'No such team.' }] }],
    [{ registration_id: null, error_code: 514, error_msg: 'No such team.', detailed_desc: null }],
  ])('%j is a refusal', (entry) => {
    expect(refusalIn(entry, plain)).toMatchObject({ code: 'rejected', message: 'No such team.' })
  })

  it.each([[{ registration_id: 5 }], [null], ['done'], [{}]])('%j is none', (entry) => {
    expect(refusalIn(entry, plain)).toBeNull()
  })
})

describe('an answer with nothing but details', () => {
  const detail = (error_code: number, error_msg: string) => ({ error_code, error_msg })

  it('is a refusal: of its one participant by its code, of several so that each is tried alone', () => {
    const one = errorIn({ error_details: [detail(15, 'Invalid ID.')] }, 'repeatable')
    expect(one).toMatchObject({ code: 'gone', message: 'Invalid ID.' })
    const two = { error_details: [detail(5, 'Bib taken.'), detail(115, 'Invalid bib.')] }
    expect(errorIn(two, 'create')).toMatchObject({
      code: 'rejected',
      maybeSent: false,
      message: 'Bib taken. Invalid bib.',
    })
  })

  it('is none where there are no details', () => {
    expect(errorIn({ error_details: [] }, 'create')).toBeNull()
  })
})
