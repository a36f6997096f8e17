/** What a page of an unknown system tells of itself. */
import { describe, expect, it } from 'vitest'
import { placesIn } from '../../../../main/engine/targets/http/sample.ts'
import { collectionsOf, settings } from '../../../../main/engine/targets/http/settings.ts'

const look = (body: unknown, headers: Record<string, string> = {}, set: object = {}) =>
  placesIn({ body, headers }, collectionsOf(settings.parse(set))[0]!)

const rows = [
  { name: 'Silva', club: { id: 4 }, ref: { uuid: 'a' }, id: 1 },
  { name: 'Silva', club: { id: 4 }, ref: { uuid: 'b' }, id: 2 },
]

describe('a page', () => {
  it('tells which lists there are, and the one that is meant', () => {
    const told = look({ errors: [], data: rows })
    expect(told.positions).toEqual([
      { position: 'data', count: 2 },
      { position: 'errors', count: 0 },
    ])
    expect(told.position).toBe('data')
    expect(look({ people: rows }).position).toBeNull()
    expect(look(rows).position).toBe('_root')
  })

  it('tells what could be the id: what differs in each record, ids by name first', () => {
    expect(look(rows).ids).toEqual([
      { path: 'id', example: '1' },
      { path: 'ref.uuid', example: 'a' },
    ])
  })

  it.each([
    [
      { next: 'https://a.example/?p=2', data: rows },
      {},
      { paging: 'next-link', nextPosition: 'next' },
    ],
    [
      { _links: { next: { href: '/a?p=2' } }, items: rows },
      {},
      { paging: 'next-link', nextPosition: '_links.next' },
    ],
    [
      { meta: { next_cursor: 'abc', total: 9 }, items: rows },
      {},
      { paging: 'cursor', cursorPosition: 'meta.next_cursor', totalPosition: 'meta.total' },
    ],
    [{ next: 'abc', items: rows }, {}, { paging: 'cursor', cursorPosition: 'next' }],
    [rows, { link: '<?p=2>; rel=next' }, { paging: 'link-header' }],
    [{ total: 2, items: rows }, {}, { totalPosition: 'total' }],
    [{ next: null, items: rows }, {}, null],
  ] as const)('%j %j goes on by %j', (body, headers, pages) => {
    expect(look(body, headers).pages).toEqual(pages)
  })

  it('is shown shortened', () => {
    expect(look(Array.from({ length: 9_000 }, (_, id) => ({ id }))).text.length).toBeLessThan(
      20_010,
    )
  })
})
