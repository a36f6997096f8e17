import { describe, expect, it } from 'vitest'
import { invitationLine, readInvitation } from '../../main/contract/invitation.ts'

const fingerprint = '3fa9'.repeat(16)
const url = `https://192.168.1.5:4782/#${fingerprint}`
const wanted = { url: 'https://192.168.1.5:4782', fingerprint }

describe('an invitation', () => {
  it('is one line that has everything', () => {
    const line = invitationLine(url, 'QK7MP-4XW2T')
    expect(line).not.toMatch(/\s/)
    expect(readInvitation(line)).toEqual({ ...wanted, code: 'QK7MP4XW2T' })
  })

  it.each([
    [`  marshal hub join '${url}' --code QK7MP-4XW2T`, 'QK7MP-4XW2T'],
    [`Code: qk7mp-4xw2t (good once)\nAt the desk:\n${url}`, 'qk7mp-4xw2t'],
    [url, null],
    [`"${url.replace(fingerprint, fingerprint.toUpperCase())}"`, null],
  ])('is read in %j', (text, code) => {
    expect(readInvitation(text)).toEqual({ ...wanted, code })
  })

  it.each(['', 'QK7MP-4XW2T', 'http://192.168.1.5:4782/', 'ring the race office'])(
    'has no address in %j',
    (text) => expect(readInvitation(text).url).toBeNull(),
  )

  it('without a whole fingerprint tells none', () => {
    expect(readInvitation('https://192.168.1.5:4782/#3fa9').fingerprint).toBeNull()
  })
})
