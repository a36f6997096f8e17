/** Fields of Mautic's contacts to choose from, by their aliases. */
import { z } from 'zod'
import type { ChoiceList } from '../kit/define-adapter.ts'
import { keyed } from './api.ts'

const contactField = z.looseObject({ alias: z.string(), label: z.string(), type: z.string() })

/** The fields that have one of these types; `tel`, `date`, `text` and others, as Mautic calls them. */
export function listFields(...types: readonly string[]): ChoiceList {
  return async ({ client }, _search, signal) => {
    const path = '/api/contacts/list/fields'
    const request = { method: 'GET', path, missing: 'config', signal } as const
    const { value } = await client.json(keyed, request)
    const fields = [...value.values()].flatMap((one) => contactField.safeParse(one).data ?? [])
    return fields
      .filter(({ type }) => types.includes(type))
      .map(({ alias, label }) => ({ value: alias, label, detail: alias }))
  }
}
