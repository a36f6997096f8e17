import { describe, expect, it } from 'vitest'
import { joinUrl, parseBaseUrl } from '../../main/engine/targets/kit/base-url.ts'
import { secretRedactor } from '../../main/engine/targets/kit/redact.ts'
import { rateWindowMs, retryAfterMs } from '../../main/engine/targets/kit/retry-after.ts'
import { serverMessage } from '../../main/engine/targets/kit/server-message.ts'
import { signInFrom } from '../../main/engine/targets/kit/sign-in.ts'
import { isoFromStamp, stampFromIso } from '../../main/engine/targets/kit/stamp-text.ts'

describe('the address of a request', () => {
  it.each([
    ['https://a.example', '/api/people', [], 'https://a.example/api/people'],
    ['https://a.example/', '/api', [], 'https://a.example/api'],
    ['https://a.example/base/', '/api', [['q', 'ä&b']], 'https://a.example/base/api?q=%C3%A4%26b'],
    ['https://a.example', '', [], 'https://a.example/'],
    ['https://a.example/sync/', '', [], 'https://a.example/sync/'],
    ['https://a.example/s?x=1', '', [['since', '2026']], 'https://a.example/s?x=1&since=2026'],
    [' http://127.0.0.1:8080 ', '/a', [['n', 5]], 'http://127.0.0.1:8080/a?n=5'],
  ] as const)('%s + %s', (base, path, query, url) => {
    expect(joinUrl(parseBaseUrl(base), path, query)).toBe(url)
  })

  it.each(['', 'timing.example.org', 'ftp://a.example', 'https://me:pw@a.example', 'https://'])(
    'is refused: "%s"',
    (text) => {
      expect(() => parseBaseUrl(text)).toThrow(expect.objectContaining({ code: 'config' }))
    },
  )
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 4, 3, 5)
  it.each([
    ['7', 7_000],
    ['0', 0],
    [' 12 ', 12_000],
    ['1.5', 1_500],
    ['86400', 3_600_000],
    ['Sun, 03 May 2026 05:00:30 GMT', 30_000],
    ['Sun, 03 May 2026 04:00:00 GMT', 0],
    ['Mon, 03 May 2036 05:00:00 GMT', 3_600_000],
    ['-5', null],
    ['soon', null],
    ['Infinity', null],
    ['', null],
    [undefined, null],
  ])('%j is %j ms', (text, expected) => {
    expect(retryAfterMs(text, now)).toBe(expected)
  })

  it.each([
    [{ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '20' }, null],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' }, 20_000],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '5' }, 5_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 9) }, 9_000],
    [{ 'x-ratelimit-remaining': '0' }, null],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'later' }, null],
    [{}, null],
  ] as readonly (readonly [Record<string, string>, number | null])[])(
    'a used-up window %j is %j ms',
    (headers, expected) => {
      expect(rateWindowMs(headers, now)).toBe(expected)
    },
  )
})

describe('the server’s own words', () => {
  const json = 'application/json'
  it.each([
    ['{"title":"Bad Request","detail":"No."}', 'application/problem+json', 'No.'],
    ['{"title":"Bad Request"}', json, 'Bad Request'],
    ['{"error":{"message":"No key"}}', json, 'No key'],
    ['{"error":"invalid_grant","error_description":"Expired"}', json, 'Expired'],
    [
      '{"message":"error.validation","fieldErrors":[{"field":"name","message":"NotNull"}]}',
      json,
      'error.validation name: NotNull',
    ],
    ['{"errors":["a","b"]}', json, 'a; b'],
    ['{"errors":{"email":["is taken","is odd"]}}', json, 'email: is taken; is odd'],
    ['{"errors":[{"detail":"is bad","field":"x"}]}', json, 'x: is bad'],
    ['  Too\n many  ', 'text/plain', 'Too many'],
    ['"just text"', json, 'just text'],
    ['<html><b>502</b></html>', 'text/html', null],
    ['<html>', '', null],
    ['{"x":1}', json, null],
    ['{broken', json, null],
    ['', json, null],
  ])('%s', (body, type, expected) => {
    expect(serverMessage(Buffer.from(body), type)).toBe(expected)
  })

  it('are cut when they do not end', () => {
    expect(serverMessage(Buffer.from('x'.repeat(100_000)), 'text/plain')).toHaveLength(500)
  })
})

describe('signing in', () => {
  const context = (auth: string, secrets: Record<string, string> = {}) => ({
    auth,
    secret: async (key: string) => secrets[key] ?? null,
  })
  const all = ['none', 'api-key', 'api-key-query', 'basic', 'bearer']

  it('puts the secret where each kind wants it', async () => {
    const secrets = { apiKey: ' key-1\n', username: 'ana', password: 'pässword', token: 'tok' }
    const headers = async (auth: string) => (await signInFrom(context(auth, secrets), all)).headers
    expect(await headers('none')).toEqual({})
    expect(await headers('api-key')).toEqual({ 'x-api-key': 'key-1' })
    expect(await headers('bearer')).toEqual({ authorization: 'Bearer tok' })
    const pair = Buffer.from('ana:pässword').toString('base64')
    expect(await headers('basic')).toEqual({ authorization: `Basic ${pair}` })
    expect(await signInFrom(context('api-key-query', secrets), all)).toMatchObject({
      headers: {},
      query: [['api_key', 'key-1']],
    })
  })

  it('names what is missing, not allowed or unusable', async () => {
    await expect(signInFrom(context('bearer'), all)).rejects.toMatchObject({ code: 'auth' })
    await expect(signInFrom(context('basic', { username: 'a' }), all)).rejects.toThrow('password')
    await expect(signInFrom(context('basic'), ['none'])).rejects.toMatchObject({ code: 'config' })
    const broken = context('bearer', { token: 'a\r\nx-evil: 1' })
    await expect(signInFrom(broken, all)).rejects.toMatchObject({ code: 'auth' })
  })
})

it('secrets are blanked in every form a server may repeat them in', () => {
  const redact = secretRedactor(['s3cret/"key', 'abc'])
  const base64 = Buffer.from('s3cret/"key').toString('base64')
  const text = `s3cret/"key s3cret%2F%22key ${JSON.stringify({ k: 's3cret/"key' })} ${base64} abc`
  expect(redact(text)).toBe('[secret] [secret] {"k":"[secret]"} [secret] abc')
  const spaced = secretRedactor(["it's / (k)"])
  expect(
    spaced(`it's%20%2F%20(k) it's%20%2f%20(k) ${new URLSearchParams({ k: "it's / (k)" })}`),
  ).toBe('[secret] [secret] k=[secret]')
})

describe('stamps as text', () => {
  it.each([
    ['2026-05-03T05:00:00Z', 1_777_784_400_000_000],
    ['2026-05-03T05:00:00.123456Z', 1_777_784_400_123_456],
    ['2026-05-03T05:00:00.1Z', 1_777_784_400_100_000],
    ['2026-05-03T07:00:00.123+02:00', 1_777_784_400_123_000],
    ['2026-05-03 07:00:00+0200', 1_777_784_400_000_000],
    ['2026-05-03T05:00:00', null],
    ['2026-05-03', null],
    ['2026-13-03T05:00:00Z', null],
    ['yesterday', null],
    [5, null],
  ])('%j is %j', (text, stamp) => {
    expect(stampFromIso(text)).toBe(stamp)
  })

  it('has one form, so that texts compare like times', () => {
    expect(isoFromStamp(1_777_784_400_123_456)).toBe('2026-05-03T05:00:00.123Z')
    expect(isoFromStamp(1_777_784_400_000_000)).toBe('2026-05-03T05:00:00.000Z')
  })
})

it('blanks a secret in hex, base64 and URLs, also as a part of what was encoded', () => {
  const key = 'canary-ke\u00fd&1234567'
  const redact = secretRedactor([key])
  const bytes = Buffer.from(key)
  for (const form of [
    key,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    Buffer.from(`user:${key}`).toString('base64'),
    Buffer.from(`user1:${key}`).toString('base64url'),
    Buffer.from(JSON.stringify({ apikey: key, more: 1 })).toString('base64'),
    encodeURIComponent(key),
    encodeURIComponent(key).toLowerCase(),
    bytes.toString('hex').replace(/../g, '%$&'),
    JSON.stringify(key).slice(1, -1),
    key.replace('&', '&amp;'),
    key.replace(/\W/g, (sign) => `&#${sign.charCodeAt(0)};`),
    key.replace(/\W/g, (sign) => `&#x${sign.charCodeAt(0).toString(16).toUpperCase()};`),
    key.replace(/./g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ]) {
    expect(redact(`before ${form} after`), form).toBe('before [secret] after')
  }
  const harmless = String.raw`caf&#233; \u0041 a\/b`
  expect(redact(harmless)).toBe(harmless)
  // PHP writes slashes in JSON so.
  expect(secretRedactor(['ab/cd+ef'])(String.raw`{"k":"ab\/cd+ef"}`)).toBe('{"k":"[secret]"}')
  expect(redact(`Basic ${Buffer.from('user:other').toString('base64')}`)).not.toContain('[secret]')
})
