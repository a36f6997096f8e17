/** Who is to be printed, as it stands in the address of the page: a list of the Desk comes along. Pure. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { DeskFilter } from '../../../main/contract/desk.ts'

const kinds = ['checkIn', 'bib', 'tag', 'waiver'] as const satisfies DeskFilter['missing']

/** The query of an address that prints these. */
export function addressOfFilter({ missing, startGroupId, race }: DeskFilter): LocationQueryRaw {
  return {
    ...(missing.length > 0 && { missing: missing.join('.') }),
    ...(startGroupId !== null && { group: startGroupId }),
    ...(race !== null && { race }),
  }
}

/** What an address asks for; what it does not say is not asked for. */
export function filterOfAddress(query: LocationQuery): DeskFilter {
  const one = (name: string) => {
    const value = query[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const missing = (one('missing') ?? '').split('.')
  return {
    missing: kinds.filter((kind) => missing.includes(kind)),
    startGroupId: one('group'),
    race: one('race'),
  }
}
