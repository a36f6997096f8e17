import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largeNumberAt } from '../../main/engine/targets/kit/large-numbers.ts'
import { deepest, parseJson } from '../../main/engine/targets/kit/parse-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
/** As a connection hands it over: in pieces that end anywhere. */
function parse(text: string, pieceBytes = 65_536) {
  const whole = bytes(text)
  const count = Math.ceil(whole.length / pieceBytes)
  return parseJson(
    Array.from({ length: count }, (_, n) => whole.subarray(n * pieceBytes, (n + 1) * pieceBytes)),
  )
}

describe('JSON from a server', () => {
  /** Whole numbers beyond 2^53 are the text they were written with. */
  const exact = (_key: string, value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? JSON.stringify(value)
      : value

  it('is the same as JSON.parse for everything that is JSON, but that no number is rounded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
        const text = JSON.stringify(value)
        expect(await parse(text)).toEqual({ ok: true, value: JSON.parse(text, exact) })
      }),
    )
  })

  it.each([
    ['{"id": 9007199254740993}', { id: '9007199254740993' }],
    ['[-9007199254740993,9007199254740991]', ['-9007199254740993', 9007199254740991]],
    ['{"a":[1,{"b":12345678901234567890}]}', { a: [1, { b: '12345678901234567890' }] }],
    [
      '[1e400,1e5,1.5e3,0.1,12345678901234567.5]',
      ['1e400', 100_000, 1_500, 0.1, '12345678901234567.5'],
    ],
    ['{"text":"id: 9007199254740993"}', { text: 'id: 9007199254740993' }],
  ])('keeps every digit of %s', async (text, value) => {
    expect(await parse(text)).toEqual({ ok: true, value })
  })

  it('keeps every digit in a large array, and tells which were numbers', async () => {
    const ids = Array.from({ length: 9_000 }, (_, n) => `9007199254${String(n).padStart(6, '0')}`)
    const text = `[${ids.map((id) => `{"id":${id},"text":"${'x'.repeat(60)}"}`).join(',')}]`
    const parsed = await parse(text)
    const items = (parsed.ok ? parsed.value : []) as { readonly id: unknown }[]
    expect(items.map(({ id }) => String(id))).toEqual(ids)
    const large = items.flatMap((item) => largeNumberAt(item, 'id') ?? [])
    expect(large).toEqual(ids.filter((id) => !Number.isSafeInteger(Number(id))))
    expect(largeNumberAt({ id: '9007199254740993' }, 'id')).toBeNull()
  })

  it('is the same when a large array is read in slices', async () => {
    const tricky = { a: ',[]{}"\\', b: [1, [2, { c: ']' }]], d: 'ünïcode 王 🏃 ' + 'x'.repeat(300) }
    const value = Array.from({ length: 5_000 }, (_, n) => (n % 7 === 0 ? n : { ...tricky, n }))
    const text = ` ${JSON.stringify(value, null, 1)}\n`
    expect(text.length).toBeGreaterThan(1_000_000)
    for (const pieceBytes of [997, 65_536, 500_000, 10_000_000])
      expect(await parse(text, pieceBytes)).toEqual({ ok: true, value })
  })

  it('is the same for a large text that is no array', async () => {
    const value = { list: Array.from({ length: 9_000 }, () => ',[]{}"'.repeat(9)) }
    expect(await parse(JSON.stringify(value))).toEqual({ ok: true, value })
  })

  it('gives the event loop its turn while a large array is read', async () => {
    const text = JSON.stringify(
      Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(60) })),
    )
    let turns = 0
    const count = (): void => {
      turns++
      pending = setImmediate(count)
    }
    let pending = setImmediate(count)
    await parse(text)
    clearImmediate(pending)
    expect(turns).toBeGreaterThan(3)
  })

  it.each(['[1,,2]', '[1,]', '[,1]', '[1', '{"a":1', '', 'nothing', '[1]]', '[1],[2]'])(
    'is refused where it is not complete: %s',
    async (text) => {
      expect(await parse(text)).toMatchObject({ ok: false })
    },
  )

  it.each(['[X,,1]', '[X,]', '[X', '[X],[1]', 'X,1', '[X]]'])(
    'is refused where it is large and not complete: %s',
    async (shape) => {
      const filler = Array.from({ length: 9_000 }, () => `"${'x'.repeat(60)}"`).join(',')
      expect(await parse(shape.replace('X', filler))).toMatchObject({ ok: false })
    },
  )

  it('is refused when it is nested too deep, not when it is just deep enough', async () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(await parse(nested(deepest))).toMatchObject({ ok: true })
    expect(await parse(nested(deepest + 1))).toMatchObject({ ok: false })
    expect(await parse(nested(1_000_000))).toMatchObject({ ok: false })
    expect(await parse(JSON.stringify('['.repeat(200)))).toMatchObject({ ok: true })
  })

  it('is refused when it is not UTF-8', async () => {
    expect(await parseJson([Buffer.from('["Zoë"]', 'latin1')])).toMatchObject({ ok: false })
    const large = Buffer.from(
      JSON.stringify(Array.from({ length: 9_000 }, () => 'Zoë'.repeat(20))),
      'latin1',
    )
    expect(await parseJson([large])).toMatchObject({ ok: false })
  })

  it('may start with a byte-order mark', async () => {
    expect(await parse('\uFEFF[1]')).toEqual({ ok: true, value: [1] })
  })
})
