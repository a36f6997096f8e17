import { describe, expect, it } from 'vitest'
import { allItems, cursorPages, numberedPages } from '../../main/engine/targets/kit/paging.ts'

const list = Array.from({ length: 25 }, (_, n) => String(n))

describe('pages by number', () => {
  const walk = (
    size: number,
    options: {
      readonly tellsTotal?: boolean
      readonly items?: readonly string[]
      readonly first?: number
    } = {},
  ) => {
    const { tellsTotal = true, items = list, first = 0 } = options
    const asked: number[] = []
    const all = allItems(
      numberedPages({
        first,
        maxPages: 20,
        keyOf: (item: string) => item,
        read: async (page) => {
          asked.push(page)
          const from = (page - first) * size
          return { items: items.slice(from, from + size), total: tellsTotal ? items.length : null }
        },
      }),
    )
    return all.then((read) => ({ read, asked }))
  }

  it.each([1, 5, 7, 24, 25, 26, 1000])('read all of it, %i at a time', async (size) => {
    const items = size === 1 ? list.slice(0, 19) : list
    expect((await walk(size, { items })).read).toEqual(items)
    expect((await walk(size, { items, tellsTotal: false })).read).toEqual(items)
    expect((await walk(size, { items, first: 1 })).read).toEqual(items)
  })

  it('ask no more than needed where the total is told', async () => {
    expect((await walk(5)).asked).toEqual([0, 1, 2, 3, 4])
    expect((await walk(5, { items: [] })).asked).toEqual([0])
  })

  it('are an error when the listing ends early, repeats itself or does not end', async () => {
    const read = async () => ({ items: ['a'], total: null })
    const keyOf = (item: string) => item
    await expect(allItems(numberedPages({ first: 0, maxPages: 5, read, keyOf }))).rejects.toThrow(
      'every page is the same',
    )
    let n = 0
    const endless = async () => ({ items: [String(n++)], total: null })
    await expect(
      allItems(numberedPages({ first: 0, maxPages: 5, read: endless, keyOf })),
    ).rejects.toThrow('more than 5 pages')
    const short = async (page: number) => ({ items: page === 0 ? ['a'] : [], total: 2 })
    await expect(
      allItems(numberedPages({ first: 0, maxPages: 5, read: short, keyOf })),
    ).rejects.toThrow('1 of 2')
  })
})

describe('pages by cursor', () => {
  it('read all of it', async () => {
    const read = async (cursor: string | null) => {
      const from = Number(cursor ?? 0)
      const next = from + 10 < list.length ? String(from + 10) : null
      return { items: list.slice(from, from + 10), next }
    }
    expect(await allItems(cursorPages({ start: null, maxPages: 9, read }))).toEqual(list)
    expect(await allItems(cursorPages({ start: '20', maxPages: 9, read }))).toEqual(list.slice(20))
  })

  it('are an error when they go round in a circle', async () => {
    const read = async (cursor: string | null) => ({
      items: ['x'],
      next: cursor === 'a' ? 'b' : 'a',
    })
    await expect(allItems(cursorPages({ start: null, maxPages: 99, read }))).rejects.toThrow(
      'circle',
    )
  })
})
