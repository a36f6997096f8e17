/** What others wrote, worked on in a box: JSONata, JSON Logic over foreign records, XML. */
import { afterAll, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTransformBox } from '../../main/engine/expressions/transform-box.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'

const box = createTransformBox(systemClock())
afterAll(() => box.close())

describe('XML no library takes', () => {
  it.each(['<r><constructor>1</constructor></r>', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`])(
    'is refused, and the next one is read: %#',
    async (text) => {
      expect(await box.readXml(text)).toMatchObject({ ok: false })
      expect(await box.readXml('<r><n>1</n></r>')).toMatchObject({ ok: true })
    },
  )
})

describe('JSONata', () => {
  it('maps each record, in order, and names what it gives nothing for', async () => {
    const expression = '$exists(given) ? {"name": given & " " & family, "tags": tags[id > 1].id}'
    const rows = [{ given: 'A', family: 'B', tags: [{ id: 1 }, { id: 2 }, { id: 3 }] }, {}]
    expect(await box.map(expression, rows)).toEqual([
      { ok: true, value: { name: 'A B', tags: [2, 3] } },
      { ok: false, why: 'gives nothing' },
    ])
  })

  it('that fails for one record fails for that one', async () => {
    const mapped = await box.map('{"n": $number(n)}', [{ n: '1' }, { n: 'one' }])
    expect(mapped[0]).toEqual({ ok: true, value: { n: 1 } })
    expect(mapped[1]).toMatchObject({ ok: false, why: expect.stringContaining('one') })
  })

  it('that cannot be read says where', async () => {
    await expect(box.map('{"a": ', [{}])).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/JSONata expression cannot be read.*sign \d/),
    })
  })

  it('that never ends is stopped, and the next page gets a new thread', async () => {
    await expect(box.map('($f := function($n){ $f($n + 1) }; $f(0))', [{}])).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('stopped'),
    })
    expect(await box.map('a', [{ a: 1 }])).toEqual([{ ok: true, value: 1 }])
  })

  it('reaches neither files nor environment', async () => {
    const ways = [
      '$sum.constructor("return process")()',
      '$eval("process")',
      'a.constructor',
      'a.__proto__.constructor',
    ]
    for (const way of ways) {
      const [given] = await box.map(`{"found": $string(${way})}`, [{ a: 'x' }])
      expect(given?.ok ? given.value : {}, way).toEqual({})
    }
  })
})

describe('a condition', () => {
  it('holds or does not for each record, and never where it cannot be computed', async () => {
    const rule = { '>': [{ var: 'age' }, 17] }
    expect(await box.holds(rule, [{ age: 18 }, { age: 3 }, {}])).toEqual([true, false, false])
    expect(await box.holds({ var: 'toString' }, [{}])).toEqual([false])
  })
})

describe('XML', () => {
  const read = async (text: string) => {
    const result = await box.readXml(text)
    return result.ok ? result.value : result.why
  }

  it('is read without its outermost element: attributes, texts, lists', async () => {
    const text = `<?xml version="1.0"?><r><p id="007" n:lang="de"><name>A &amp; B</name><t>1</t><t>2</t><e/></p></r>`
    expect(await read(text)).toEqual({
      p: {
        '@attributes': { id: '007', 'n:lang': 'de' },
        name: { '#text': 'A & B' },
        t: [{ '#text': '1' }, { '#text': '2' }],
        e: { '#text': '' },
      },
    })
  })

  it('that is cut, or brings entities of its own, is refused', async () => {
    expect(await read('<r><p>1</p>')).toContain('not complete XML')
    expect(await read('')).toContain('not complete XML')
    expect(await read('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>')).toContain('document type')
  })

  it('is read as it was written', async () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).map((one) => one.trim())
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('a', 'b', 'lastName'), text),
        async (record) => {
          const written = await box.writeXml('record', record)
          if (!written.ok) throw new Error(written.why)
          const back = (await read(written.value)) as Record<string, { '#text': string }>
          const texts = Object.fromEntries(
            Object.entries(back).map(([name, { '#text': one }]) => [name, one]),
          )
          expect(texts).toEqual(record)
        },
      ),
      { numRuns: 50 },
    )
  })
})

it('works with the worker of the built program', async ({ skip }) => {
  const built = join(import.meta.dirname, '../../out/main/transform-worker.js')
  skip(
    !existsSync(built),
    'the built worker was NOT tested: out/main is missing, run `npm run build`',
  )
  const other = createTransformBox(systemClock(), pathToFileURL(built))
  expect(await other.map('a', [{ a: 1 }])).toEqual([{ ok: true, value: 1 }])
  expect(await other.readXml('<r><a>1</a></r>')).toMatchObject({ ok: true })
  await other.close()
})
