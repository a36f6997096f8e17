/** Walks through listings that come in pages. A listing that does not end, or repeats itself, is an error. */
import { SyncError } from './sync-error.ts'

export interface NumberedPage<T> {
  readonly items: readonly T[]
  /** Length of the whole listing where the server tells it, else null. */
  readonly total: number | null
}

export interface NumberedWalk<T> {
  /** Number of the first page: 0 or 1. */
  readonly first: number
  /** Most pages read; more is `bad-response`. */
  readonly maxPages: number
  read(page: number): Promise<NumberedPage<T>>
  /** Identity of an item: a page that starts like the one before tells that the server ignores the page number. */
  keyOf(item: T): string
}

/**
 * Pages by number, until the told total is reached or a page is empty or shorter than the first one. A server may give
 * shorter pages than asked for, so the size asked for decides nothing.
 */
export async function* numberedPages<T>(walk: NumberedWalk<T>): AsyncGenerator<readonly T[]> {
  let seen = 0
  let firstLength = 0
  let firstKey: string | null = null
  for (let at = 0; at < walk.maxPages; at++) {
    const { items, total } = await walk.read(walk.first + at)
    const [item] = items
    if (item === undefined) {
      if (total !== null && seen < total) throw incomplete(seen, total)
      return
    }
    const key = walk.keyOf(item)
    if (at > 0 && key === firstKey) {
      throw new SyncError('bad-response', 'The listing repeats itself: every page is the same.')
    }
    firstKey = key
    if (at === 0) firstLength = items.length
    seen += items.length
    yield items
    if (total !== null ? seen >= total : items.length < firstLength) return
  }
  throw tooLong(walk.maxPages)
}

export interface CursorPage<T> {
  readonly items: readonly T[]
  /** Where the next page starts, null when this was the last. */
  readonly next: string | null
}

export interface CursorWalk<T> {
  /** Where the first page starts, null for the beginning. */
  readonly start: string | null
  readonly maxPages: number
  read(cursor: string | null): Promise<CursorPage<T>>
}

/** Pages by a cursor or next link, until the server gives none. A cursor given twice would go round for ever. */
export async function* cursorPages<T>(walk: CursorWalk<T>): AsyncGenerator<readonly T[]> {
  const seen = new Set<string | null>()
  let cursor = walk.start
  for (let at = 0; at < walk.maxPages; at++) {
    if (seen.has(cursor)) {
      throw new SyncError('bad-response', 'The listing goes round in a circle.')
    }
    seen.add(cursor)
    const { items, next } = await walk.read(cursor)
    if (items.length > 0) yield items
    if (next === null) return
    cursor = next
  }
  throw tooLong(walk.maxPages)
}

/** All items of a walk. For look-ups, which are short; listings are read page by page. */
export async function allItems<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const page of pages) items.push(...page)
  return items
}

function tooLong(maxPages: number): SyncError {
  return new SyncError('bad-response', `The listing has more than ${maxPages} pages.`)
}

function incomplete(seen: number, total: number): SyncError {
  return new SyncError('bad-response', `The listing ended after ${seen} of ${total} records.`)
}
