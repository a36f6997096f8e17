/** How a listing goes on, and when it was everything. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginning,
  followed,
  nextLinkIn,
  onward,
  parametersOf,
  type PagingForm,
  type PagingKind,
  type Position,
} from '../../../../main/engine/targets/http/paging.ts'

const form = (paging: PagingKind, more: Partial<PagingForm> = {}): PagingForm => ({
  paging,
  firstPage: 1,
  pageParameter: 'page',
  offsetParameter: 'offset',
  cursorParameter: 'cursor',
  sizeParameter: 'limit',
  pageSize: 100,
  nextPosition: 'next',
  cursorPosition: 'next',
  totalPosition: '',
  maxPages: 10_000,
  ...more,
})

const answered = (rows: number, body: unknown = {}, headers: Record<string, string> = {}) => ({
  ...{ body, headers, rows, isCertain: true },
  first: rows === 0 ? null : `first of ${JSON.stringify(body)} ${rows} ${Math.random()}`,
})

/** Walks over a server with so many records that gives so many at once. */
function walk(count: number, size: number, made: PagingForm): { seen: number; complete: boolean } {
  let at: Position = beginning
  for (;;) {
    const asked = new Map(parametersOf(made, at))
    const from =
      made.paging === 'page'
        ? (Number(asked.get('page')) - made.firstPage) * size
        : made.paging === 'offset'
          ? Number(asked.get('offset'))
          : Number(at.next ?? 0)
    const rows = Math.max(0, Math.min(size, count - from))
    const to = from + rows
    const goesOn = to < count
    const body = { total: count, next: goesOn ? String(to) : null }
    const went = onward(made, at, {
      ...{ body, rows, isCertain: true },
      headers: goesOn ? { link: `<${to}>; rel=next` } : {},
      first: rows === 0 ? null : String(from),
    })
    if (!went.ok) throw new Error(went.why)
    at = went.to
    if (!went.more) return { seen: at.seen, complete: went.complete }
  }
}

describe('a walk', () => {
  it('sees each record once and knows that it was everything, in every kind of pages', () => {
    const kinds = fc.constantFrom<PagingKind>(
      'page',
      'offset',
      'next-link',
      'cursor',
      'link-header',
    )
    const server = fc.record({
      kind: kinds,
      count: fc.nat(400),
      size: fc.integer({ min: 1, max: 90 }),
      firstPage: fc.constantFrom(0, 1),
      tells: fc.boolean(),
    })
    fc.assert(
      fc.property(server, ({ kind, count, size, firstPage, tells }) => {
        const made = form(kind, { firstPage, totalPosition: tells ? 'total' : '' })
        expect(walk(count, size, made)).toEqual({ seen: count, complete: true })
      }),
    )
  })

  it('asks for what no other page has', () => {
    expect(parametersOf(form('none'), beginning)).toEqual([])
    expect(parametersOf(form('page', { firstPage: 0 }), beginning)).toEqual([
      ['page', 0],
      ['limit', 100],
    ])
    expect(parametersOf(form('offset', { sizeParameter: '' }), { ...beginning, seen: 7 })).toEqual([
      ['offset', 7],
    ])
    expect(parametersOf(form('cursor'), { ...beginning, next: 'abc' })).toEqual([
      ['cursor', 'abc'],
      ['limit', 100],
    ])
  })
})

describe('a listing was not everything', () => {
  const went = (made: PagingForm, at: Position, answer: Parameters<typeof onward>[2]) =>
    onward(made, at, answer)
  const totals = form('page', { totalPosition: 'total' })

  it('where it ended before the total it told', () => {
    const at = { ...beginning, pages: 1, seen: 100, total: 120 }
    expect(went(totals, at, answered(0, { total: 120 }))).toMatchObject({
      more: false,
      complete: false,
    })
  })

  it('where the total fell meanwhile: somebody may have moved to a page that was read', () => {
    const at = { ...beginning, pages: 1, seen: 100, total: 121 }
    expect(went(totals, at, answered(20, { total: 120 }))).toMatchObject({
      more: false,
      complete: false,
    })
  })

  it('where a place has null instead of a list', () => {
    expect(went(form('none'), beginning, { ...answered(0), isCertain: false })).toMatchObject({
      more: false,
      complete: false,
    })
  })

  it('where one page was wanted and the total says more', () => {
    const one = form('none', { totalPosition: 'meta.total' })
    expect(went(one, beginning, answered(20, { meta: { total: '31' } }))).toMatchObject({
      complete: false,
    })
    expect(went(one, beginning, answered(20, { meta: { total: '20' } }))).toMatchObject({
      complete: true,
    })
  })
})

describe('a listing is an error', () => {
  const why = (made: PagingForm, at: Position, answer: Parameters<typeof onward>[2]) => {
    const went = onward(made, at, answer)
    return went.ok ? null : went.why
  }

  it('where it repeats itself', () => {
    const at = { ...beginning, pages: 1, first: '17' }
    expect(why(form('page'), at, { ...answered(5), first: '17' })).toContain('repeats itself')
    expect(why(form('page'), at, { ...answered(5), first: '18' })).toBeNull()
  })

  it('where it has more pages than allowed', () => {
    const at = { ...beginning, pages: 2 }
    expect(why(form('page', { maxPages: 3 }), at, answered(5))).toContain('more than 3 pages')
    expect(why(form('page', { maxPages: 3 }), at, answered(0))).toBeNull()
  })

  it('where a full first page says nothing of a next one at the place that was set', () => {
    const made = form('next-link', { nextPosition: 'links.next' })
    expect(why(made, beginning, answered(100, {}))).toContain('links.next')
    expect(why(made, beginning, answered(99, {}))).toBeNull()
    expect(why(made, beginning, answered(100, { links: { next: null } }))).toBeNull()
  })

  it('where the next link is no text', () => {
    expect(why(form('next-link'), beginning, answered(5, { next: true }))).toContain('no text')
    expect(why(form('next-link'), beginning, answered(5, { next: { href: '/a' } }))).toBeNull()
  })
})

describe('a Link header', () => {
  it.each([
    ['<https://a/b?p=2>; rel="next"', 'https://a/b?p=2'],
    ['<?p=1>; rel="first", <?p=3>; rel="next"; title="a, b"', '?p=3'],
    ['<?p=3>; title="rel=next, no"; rel="prev"', null],
    ['<?p=3>; rel="prefetch next"', '?p=3'],
    ['<?p=3>; rel=next', '?p=3'],
    ['<?p=3>', null],
    ['', null],
  ])('%s', (header, link) => {
    expect(nextLinkIn(header)).toBe(link)
  })
})

describe('a link', () => {
  const at = (link: string, again: readonly (readonly [string, string])[] = []) =>
    followed(link, {
      base: 'https://a.example/v1',
      current: 'https://a.example/v1/people?page=1',
      again,
    })

  it.each([
    ['https://a.example/v1/people?page=2', '/people', [['page', '2']]],
    ['/v1/people?page=2', '/people', [['page', '2']]],
    ['?page=2', '/people', [['page', '2']]],
    ['http://a.example:8080/v1/people?page=2', '/people', [['page', '2']]],
  ])('%s is followed below the address of the target', (link, path, query) => {
    expect(at(link)).toEqual({ ok: true, path, query })
  })

  it('gets what it leaves out of what was asked before', () => {
    const again = [
      ['type', 'runner'],
      ['page', '9'],
    ] as const
    expect(at('?page=2', again)).toMatchObject({
      query: [
        ['page', '2'],
        ['type', 'runner'],
      ],
    })
  })

  it('to somebody else, or out of the address, is not followed', () => {
    expect(at('https://b.example/v1/people')).toMatchObject({ ok: false })
    expect(at('/v2/people')).toMatchObject({ ok: false })
    expect(at('/v10/people')).toMatchObject({ ok: false })
    expect(at('http://[')).toMatchObject({ ok: false })
  })
})
