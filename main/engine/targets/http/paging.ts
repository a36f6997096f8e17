/**
 * How a listing goes on, for each way servers cut one. Pure: from where a walk stands and what was answered to where it
 * stands then. A listing is complete only where the server said so: by an empty page, by the total it tells, or by giving
 * no next page. It is an error where it repeats itself.
 */
import { isRecord } from '../kit/is-record.ts'
import { z } from 'zod'
import { idOf, textOf, valueAt } from './places.ts'

export const pagingKinds = ['none', 'page', 'offset', 'next-link', 'cursor', 'link-header'] as const
export type PagingKind = (typeof pagingKinds)[number]

/** What a person sets of it. Empty names are not sent, or not looked at. */
export interface PagingForm {
  readonly paging: PagingKind
  /** Number of the first page, 0 or 1. */
  readonly firstPage: number
  readonly pageParameter: string
  readonly offsetParameter: string
  readonly cursorParameter: string
  readonly sizeParameter: string
  readonly pageSize: number
  /** Places in the answer. */
  readonly nextPosition: string
  readonly cursorPosition: string
  readonly totalPosition: string
  readonly maxPages: number
}

export const position = z.object({
  /** Pages read so far. */
  pages: z.int().min(0),
  /** Records seen so far. */
  seen: z.int().min(0),
  /** Path and query of the next page, or its cursor; null for the first. */
  next: z.string().nullable(),
  /** First id of the page before. */
  first: z.string().nullable(),
  total: z.int().nullable(),
  /** Rows may have moved from a page not read yet to one that was. */
  torn: z.boolean(),
})
export type Position = z.infer<typeof position>

export const beginning: Position = {
  ...{ pages: 0, seen: 0, next: null, first: null, total: null, torn: false },
}

export type Parameters = readonly (readonly [name: string, value: string | number])[]

/** The parameters that ask for a page. A link replaces them, and says again what it leaves out. */
export function parametersOf(form: PagingForm, at: Position): Parameters {
  const { paging, sizeParameter, pageSize } = form
  const size: Parameters =
    sizeParameter === '' || paging === 'none' ? [] : [[sizeParameter, pageSize]]
  switch (paging) {
    case 'none':
    case 'next-link':
    case 'link-header':
      return size
    case 'page':
      return [[form.pageParameter, form.firstPage + at.pages], ...size]
    case 'offset':
      return [[form.offsetParameter, at.seen], ...size]
    case 'cursor':
      return at.next === null ? size : [[form.cursorParameter, at.next], ...size]
  }
}

/** What was answered. */
export interface Answered {
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly rows: number
  /** Id of the first row that has one. */
  readonly first: string | null
  /** Whether the place of the records had records, or an empty list. */
  readonly isCertain: boolean
}

/** Where the walk stands, or why it cannot go on. */
export type Onward =
  | { readonly ok: true; readonly to: Position; readonly more: boolean; readonly complete: boolean }
  | { readonly ok: false; readonly why: string }

export function onward(form: PagingForm, at: Position, answered: Answered): Onward {
  const { rows, first } = answered
  if (at.pages > 0 && first !== null && first === at.first) {
    return {
      ok: false,
      why: 'repeats itself: the next page begins like the one before. Choose another kind of pages',
    }
  }
  const total =
    form.totalPosition === '' ? null : countOf(valueAt(answered.body, form.totalPosition))
  const to: Position = {
    pages: at.pages + 1,
    seen: at.seen + rows,
    next: null,
    first,
    total,
    torn:
      at.torn || !answered.isCertain || (at.total !== null && total !== null && total < at.total),
  }
  const next = nextOf(form, to, answered)
  if (!next.ok) return next
  const more = next.value !== null
  if (more && to.pages >= form.maxPages) {
    return {
      ok: false,
      why: `has more than ${form.maxPages} pages. Allow more in the settings, if that is right`,
    }
  }
  const isShort = !more && total !== null && to.seen < total
  return {
    ok: true,
    to: { ...to, next: next.value },
    more,
    complete: !more && !to.torn && !isShort,
  }
}

type Next =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly why: string }
const next = (value: string | null): Next => ({ ok: true, value })

/** Marks that there is a next page where its number or offset says which. */
const following = ''

function nextOf(form: PagingForm, to: Position, { rows, body, headers }: Answered): Next {
  switch (form.paging) {
    case 'none':
      return next(null)
    case 'page':
    case 'offset':
      // Without a total only an empty page is the end: a server may give fewer than were asked for.
      return next(
        (to.total === null ? rows > 0 : rows > 0 && to.seen < to.total) ? following : null,
      )
    case 'next-link':
      return said(form.nextPosition, body, isFull(form, to, rows))
    case 'cursor':
      return said(form.cursorPosition, body, isFull(form, to, rows))
    case 'link-header':
      return next(nextLinkIn(headers['link'] ?? ''))
  }
}

/** The first page has as much as was asked for: there may well be another. */
const isFull = ({ sizeParameter, pageSize }: PagingForm, to: Position, rows: number): boolean =>
  to.pages === 1 && rows > 0 && rows >= pageSize && sizeParameter !== ''

/** A link or cursor in the body. A full page that says nothing of a next one looks like a wrong place, not like an end. */
function said(place: string, body: unknown, full: boolean): Next {
  const value = textOf(valueAt(body, place))
  if (value === undefined && full) {
    return {
      ok: false,
      why: `says nothing of a next page at ${place}, although the page is full`,
    }
  }
  if (value === undefined || value === null || value === false || value === '') return next(null)
  // Some give {"href": …}.
  const link = isRecord(value) ? value['href'] : value
  const text = idOf(link)
  return text === null ? { ok: false, why: `has no text at ${place}` } : next(text)
}

/** The address with `rel="next"` of a Link header (RFC 8288), null where there is none. */
export function nextLinkIn(header: string): string | null {
  for (const [, target = '', parameters = ''] of header.matchAll(
    /<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*=\s*(?:"[^"]*"|[^\s;,"]*))*)/g,
  )) {
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i.exec(parameters) ?? []
    const kinds = (quoted ?? bare ?? '').toLowerCase().split(/\s+/)
    if (kinds.includes('next')) return target.trim()
  }
  return null
}

/** A told length; some write it as text. */
function countOf(value: unknown): number | null {
  const plain = textOf(value)
  const number =
    typeof plain === 'string' && /^\d{1,15}$/.test(plain.trim()) ? Number(plain) : plain
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : null
}

/** Path and query below the target's own address that a link means, or why it is not followed. */
export type Followed =
  | { readonly ok: true; readonly path: string; readonly query: Parameters }
  | { readonly ok: false; readonly why: string }

/**
 * @param base of the target: origin and path without a trailing slash
 * @param current address of the page the link came with, which it may be relative to
 * @param again parameters that are said once more where the link leaves them out
 */
export function followed(
  link: string,
  {
    base,
    current,
    again,
  }: { readonly base: string; readonly current: string; readonly again: Parameters },
): Followed {
  if (!URL.canParse(link, current)) return { ok: false, why: 'gives a link that is no address' }
  const there = new URL(link, current)
  const own = new URL(base)
  // Behind a proxy a server does not know its own protocol and port: only path and query are taken from a link.
  if (there.hostname !== own.hostname) {
    return {
      ok: false,
      why: `leads to ${there.hostname}, which is not the target; it was not followed`,
    }
  }
  const prefix = own.pathname.replace(/\/+$/, '')
  if (there.pathname !== prefix && !there.pathname.startsWith(`${prefix}/`)) {
    return {
      ok: false,
      why: `leads out of ${own.pathname}; give an address that has both in common`,
    }
  }
  const query = [...there.searchParams]
  const left = again.filter(([name]) => !there.searchParams.has(name))
  return { ok: true, path: there.pathname.slice(prefix.length), query: [...query, ...left] }
}
