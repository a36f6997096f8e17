/** How a contact, a company and a page of them stand in an answer. */
import {
  companyAliases,
  contactAliases,
  type Given,
  type Records,
  type Stored,
} from './contacts.ts'

const iso = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString().replace('.000Z', '+00:00')

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;')
    .replaceAll('<', '&lt;')

/** A contact as it is read; every field once in its group and once among all. */
export function shownContact(records: Records, one: Stored): Given {
  return {
    isPublished: true,
    ...shown(records, one, contactAliases),
    createdBy: 1,
    points: 0,
    tags: [...one.tags].map((tag, id) => ({ id, tag, description: null })),
    doNotContact: one.blocks.map((block) => ({ ...block, channelId: null })),
    lastActive: null,
    dateIdentified: one.anonymous ? null : iso(one.dateAdded),
    owner: null,
    stage: null,
    ipAddresses: [],
  }
}

export const shownCompany = (records: Records, one: Stored): Given => ({
  isPublished: true,
  ...shown(records, one, companyAliases),
  score: 0,
})

function shown({ knobs }: Records, one: Stored, aliases: readonly string[]): Given {
  const value = (alias: string) => {
    const text = one.fields[alias] ?? ''
    return text === '' ? null : knobs.escaped ? escape(text) : text
  }
  const core = aliases.map((alias) => [
    alias,
    { id: aliases.indexOf(alias) + 1, alias, type: 'text', group: 'core', value: value(alias) },
  ])
  return {
    id: one.id,
    dateAdded: iso(one.dateAdded),
    dateModified: iso(one.dateModified),
    fields: {
      core: Object.fromEntries(core) as Given,
      social: [],
      personal: [],
      professional: [],
      all: { id: String(one.id), ...Object.fromEntries(aliases.map((a) => [a, value(a)])) },
    },
  }
}

/** An object by ids; where it is empty, what the release makes of that. The total lags behind. */
export function page(
  { knobs }: Records,
  name: string,
  rows: readonly { readonly id: number }[],
  total: number,
): Given {
  const byId = Object.fromEntries(rows.map((row) => [String(row.id), row]))
  return {
    total: knobs.olderShapes ? total : String(total),
    [name]: rows.length === 0 && knobs.olderShapes ? [] : byId,
  }
}

/** Rows by their indexes: a list, and an object as soon as there are holes. */
export function byIndex(rows: ReadonlyMap<number, unknown>): unknown {
  const isList = [...rows.keys()].every((index, at) => index === at)
  return isList ? [...rows.values()] : Object.fromEntries(rows)
}
