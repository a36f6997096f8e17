import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkWebhook,
  isFresh,
  isSameSecret,
  readWebhookTime,
  replayWindowMs,
  signatureOf,
  type WebhookScheme,
} from '../../main/engine/targets/kit/webhook-signature.ts'

/** Chatwoot: `sha256=` and hex over `<seconds>.<body>`. */
const timed: WebhookScheme = {
  header: 'x-chatwoot-signature',
  encoding: 'hex',
  prefix: 'sha256=',
  time: { header: 'x-chatwoot-timestamp', unit: 'seconds' },
}
/** Planning Center: hex over the body alone. */
const timeless: WebhookScheme = { header: 'x-pco-webhooks-authenticity', encoding: 'hex' }

const now = Date.UTC(2026, 3, 18, 6)
const clock = { now, offsetMs: null }
const seconds = (ms: number) => String(Math.floor(ms / 1000))
const bytes = (text: string) => new TextEncoder().encode(text)

const request = (headers: Readonly<Record<string, string>>, body: Uint8Array) => ({
  headers,
  query: {},
  body,
})

/** Signed as the other side does it, without the code under test. */
function signedAt(time: string, body: Uint8Array, secret: string) {
  const signature = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
  return request(
    { 'x-chatwoot-signature': `sha256=${signature}`, 'x-chatwoot-timestamp': time },
    body,
  )
}

describe('a signature', () => {
  it.each([
    // RFC 4231, test cases 1 and 2.
    [
      '\u000b'.repeat(20),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('is HMAC-SHA256 (secret %j)', (secret, text, expected) => {
    expect(signatureOf(secret, [text], { encoding: 'hex' })).toBe(expected)
    expect(
      signatureOf(
        secret,
        [...bytes(text)].map((one) => Uint8Array.of(one)),
        timeless,
      ),
    ).toBe(expected)
    expect(signatureOf(secret, [bytes(text)], { encoding: 'base64', prefix: 'v1,' })).toBe(
      `v1,${Buffer.from(expected, 'hex').toString('base64')}`,
    )
  })

  it('fits its own bytes and secret, in every form', () => {
    const forms = fc.constantFrom<WebhookScheme>(
      timeless,
      { header: 'x-sign', encoding: 'base64' },
      { header: 'x-sign', encoding: 'base64', prefix: 'sha256=' },
    )
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), forms, (body, secret, scheme) => {
        const header = { [scheme.header]: signatureOf(secret, [body], scheme) }
        checkWebhook(request(header, body), secret, scheme, clock)
      }),
    )
  })

  it('fits no other byte, secret, time or signature', () => {
    const change = fc.constantFrom('byte', 'longer', 'shorter', 'secret', 'time', 'signature')
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        change,
        fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })),
        (body, secret, what, [place, difference]) => {
          const sent = signedAt(seconds(now), body, secret)
          const other = Uint8Array.from(body)
          other[place % other.length] = other[place % other.length]! ^ difference
          const headers: Record<string, string> = { ...sent.headers }
          if (what === 'time') headers['x-chatwoot-timestamp'] = seconds(now + 1_000)
          if (what === 'signature') {
            const given = headers['x-chatwoot-signature']!
            const at = place % given.length
            const letter = given[at] === 'a' ? 'b' : 'a'
            headers['x-chatwoot-signature'] = given.slice(0, at) + letter + given.slice(at + 1)
          }
          const carried =
            what === 'byte'
              ? other
              : what === 'longer'
                ? Uint8Array.from([...body, difference])
                : what === 'shorter'
                  ? body.slice(1)
                  : body
          const key = what === 'secret' ? `${secret}x` : secret
          expect(() => checkWebhook(request(headers, carried), key, timed, clock)).toThrow(
            'A webhook was refused: its signature does not fit.',
          )
        },
      ),
    )
  })

  it.each([
    ['', 'x'],
    ['é', 'e'],
    ['a', 'aa'],
    ['sha256=00', 'SHA256=00'],
  ])('%j is not %j', (a, b) => {
    expect(isSameSecret(a, b)).toBe(false)
    expect(isSameSecret(b, b)).toBe(true)
  })

  it('stands beside its time in one header', () => {
    const scheme: WebhookScheme = {
      header: 'x-sign',
      encoding: 'hex',
      time: { header: 'x-sign', unit: 'seconds' },
      parts: { time: 't', signature: 'v1' },
    }
    const body = bytes('type=subscribe')
    const time = seconds(now)
    const signature = createHmac('sha256', 'key').update(`${time}.`).update(body).digest('hex')
    const check = (header: string) => () =>
      checkWebhook(request({ 'x-sign': header }, body), 'key', scheme, clock)
    expect(check(`t=${time},v1=${signature}`)).not.toThrow()
    expect(check(`v1=${signature}, t=${time}`)).not.toThrow()
    expect(check(`t=${seconds(now + 1_000)},v1=${signature}`)).toThrow('does not fit')
    expect(check(`t=${time}`)).toThrow('it is not signed')
    expect(check(`v1=${signature}`)).toThrow('does not tell its time')
    expect(check(`t=${seconds(now - 301_000)},v1=${signature}`)).toThrow('five minutes away')
  })

  it('that is missing is refused, and a target without a secret takes none at all', () => {
    const body = bytes('{}')
    const code = (headers: Readonly<Record<string, string>>, secret: string | null) => {
      try {
        checkWebhook(request(headers, body), secret, timed, clock)
      } catch (error) {
        return (error as { code: string }).code
      }
      return 'passed'
    }
    expect(code({}, 's')).toBe('auth')
    expect(code({ 'x-chatwoot-signature': 'sha256=' }, 's')).toBe('auth')
    const unsigned = createHmac('sha256', '').update(body).digest('hex')
    for (const secret of [null, '']) {
      expect(code({ 'x-chatwoot-signature': `sha256=${unsigned}` }, secret)).toBe('config')
    }
  })
})

describe('the time of a webhook', () => {
  it('may be five minutes away either way, and not more', () => {
    const body = bytes('{"id":1}')
    fc.assert(
      fc.property(fc.integer({ min: -2_000, max: 2_000 }), (away) => {
        const sent = signedAt(seconds(now + away * 1000), body, 's')
        const check = () => checkWebhook(sent, 's', timed, clock)
        if (Math.abs(away) <= 300) check()
        else expect(check).toThrow('more than five minutes away')
      }),
    )
  })

  it('is compared to the clock of the target as it was measured, or to ours', () => {
    const years = 10 * 365 * 24 * 3_600_000
    const offset = { now, offsetMs: years }
    expect(isFresh(now + years + replayWindowMs, offset)).toBe(true)
    expect(isFresh(now + years + replayWindowMs + 1, offset)).toBe(false)
    expect(isFresh(now - replayWindowMs, offset)).toBe(true)
    expect(isFresh(now + years / 2, offset)).toBe(false)
    expect(isFresh(now + years, { now, offsetMs: null })).toBe(false)
  })

  it.each(['', ' 1', '1e9', '-1', '1.5', '0x10', 'NaN', '1'.repeat(16), undefined])(
    '%j is none',
    (text) => {
      expect(readWebhookTime(text, 'seconds')).toBeNull()
    },
  )

  it('counts in its unit', () => {
    expect(readWebhookTime('1776492000', 'seconds')).toBe(now)
    expect(readWebhookTime('1776492000000', 'milliseconds')).toBe(now)
  })

  it('is signed: leaving it out, or moving it into the body, does not pass', () => {
    const body = bytes('{"id":1}')
    const { headers } = signedAt(seconds(now), body, 's')
    const bare = { 'x-chatwoot-signature': headers['x-chatwoot-signature']! }
    expect(() => checkWebhook(request(bare, body), 's', timed, clock)).toThrow(
      'does not tell its time',
    )
  })
})
