/** How the generic server cuts a listing, and what it says beside the records. */
import type { KeptRecord } from './collections.ts'
import type { HttpKnobs } from './knobs.ts'

/** A page, and how one gets to the next. */
export interface ListedPage {
  readonly rows: readonly KeptRecord[]
  readonly headers: Readonly<Record<string, string>>
  /** Members beside the records. */
  readonly beside: Readonly<Record<string, unknown>>
}

/** What was asked. `self`: the address of the server, without a trailing slash. */
export interface Asked {
  readonly self: string
  readonly path: string
  readonly query: URLSearchParams
}

/** Records it gives where nobody says how many. */
const usualPage = 20

export function pageOf(all: readonly KeptRecord[], asked: Asked, knobs: HttpKnobs): ListedPage {
  const { query } = asked
  const since = query.get('updated_since')
  const rows = since === null ? all : all.filter(({ updatedAt }) => updatedAt >= since)
  const size = knobs.paging === 'none' ? Infinity : sizeOf(query, knobs)
  const from = knobs.ignoresPage ? 0 : startOf(query, size, knobs)
  const page = rows.slice(from, from + size)
  const goesOn = from + page.length < rows.length
  const total = knobs.tellsTotal ? { total: rows.length } : {}
  const to = from + page.length
  switch (knobs.paging) {
    case 'none':
    case 'page':
    case 'offset':
      return { rows: page, headers: {}, beside: total }
    case 'cursor':
      return {
        rows: page,
        headers: {},
        beside: { ...total, ...ending(goesOn, cursorAt(to), knobs) },
      }
    case 'next-link': {
      const link = linkTo(asked, to, knobs)
      return { rows: page, headers: {}, beside: { ...total, ...ending(goesOn, link, knobs) } }
    }
    case 'link-header': {
      const first = `<${linkTo(asked, 0, knobs)}>; rel="first"`
      const link = goesOn
        ? `<${linkTo(asked, to, knobs)}>; title="more, later"; rel="next", ${first}`
        : first
      return { rows: page, headers: { link }, beside: total }
    }
  }
}

function sizeOf(query: URLSearchParams, { largestPage }: HttpKnobs): number {
  const asked = Number(query.get('limit') ?? usualPage)
  return Math.min(Number.isInteger(asked) && asked > 0 ? asked : usualPage, largestPage)
}

function startOf(query: URLSearchParams, size: number, { paging }: HttpKnobs): number {
  const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise)
  switch (paging) {
    case 'page':
      return (number('page', 1) - 1) * size
    case 'offset':
      return number('offset', 0)
    case 'cursor':
      return Number(atob(query.get('cursor') ?? btoa('0')))
    case 'next-link':
    case 'link-header':
      return number('from', 0)
    case 'none':
      return 0
  }
}

const cursorAt = (from: number): string => btoa(String(from))

function ending(
  goesOn: boolean,
  next: string,
  knobs: HttpKnobs,
): Readonly<Record<string, unknown>> {
  if (goesOn) return { next }
  return knobs.leavesNextOut ? {} : { next: null }
}

/** Links leave out what was asked beside the place: whoever follows them has to say it again. */
function linkTo({ self, path }: Asked, from: number, { links }: HttpKnobs): string {
  const query = `?from=${links === 'circling' ? 0 : from}`
  switch (links) {
    case 'absolute':
    case 'circling':
      return `${self}${path}${query}`
    case 'relative':
      return `${path}${query}`
    case 'query':
      return query
    case 'proxied':
      return `http://127.0.0.1:80${path}${query}`
    case 'foreign':
      return `https://elsewhere.example.org${path}${query}`
  }
}
