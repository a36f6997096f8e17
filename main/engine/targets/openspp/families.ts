/** What differs between the modules of OpenSPP 17 (`g2p`) and OpenSPP 2 (`spp`), and what a site calls things. */
import { z } from 'zod'
import { SyncError } from '../kit/sync-error.ts'
import type { Odoo } from './odoo.ts'

export interface Family {
  readonly membership: string
  readonly identity: string
  /** Field of an identity number that names its type. */
  readonly idType: string
  readonly genderField: 'gender' | 'gender_id'
}

export const families: Readonly<Record<'g2p' | 'spp', Family>> = {
  g2p: {
    ...{ membership: 'g2p.group.membership', identity: 'g2p.reg.id', idType: 'id_type' },
    genderField: 'gender',
  },
  spp: {
    ...{ membership: 'spp.group.membership', identity: 'spp.registry.id', idType: 'id_type_id' },
    genderField: 'gender_id',
  },
}

/** ISO 5218, as the vocabulary of OpenSPP 2 counts. */
const isoGenders = { male: '1', female: '2' } as const
const isoNamespace = 'urn:iso:std:iso:5218'

export type Gender = 'male' | 'female'
/** Gender by our word → what the field holds at this site. */
export type Genders = ReadonlyMap<Gender, string | number>

const choices = z.object({
  gender: z.looseObject({ selection: z.array(z.tuple([z.string(), z.string()])) }),
})
const codes = z.array(z.looseObject({ id: z.int(), code: z.string() }))
const found = z.array(z.looseObject({ id: z.int() }))

/** What the site calls male and female: keys and ids differ. */
export async function readGenders(
  odoo: Odoo,
  { genderField }: Family,
  signal: AbortSignal,
): Promise<Genders> {
  if (genderField === 'gender') {
    const named = { allfields: ['gender'], attributes: ['selection'] }
    const call = { model: 'res.partner', method: 'fields_get', named, effect: 'none' } as const
    const { selection } = (await odoo.call(choices, call, signal)).value.gender
    const keyOf = (word: Gender) =>
      selection.find((one) => one.some((text) => text.toLowerCase() === word))?.[0]
    return known({ male: keyOf('male'), female: keyOf('female') })
  }
  const named = {
    domain: [['namespace_uri', '=', isoNamespace]],
    ...{ fields: ['code'], limit: 100, order: 'id' },
  }
  const call = {
    model: 'spp.vocabulary.code',
    method: 'search_read',
    named,
    effect: 'none',
  } as const
  const rows = (await odoo.call(codes, call, signal)).value
  const idOf = (word: Gender) => rows.find(({ code }) => code === isoGenders[word])?.id
  return known({ male: idOf('male'), female: idOf('female') })
}

const known = (words: Readonly<Record<Gender, string | number | undefined>>): Genders =>
  new Map(
    Object.entries(words).flatMap(([word, value]) =>
      value === undefined ? [] : [[word as Gender, value] as const],
    ),
  )

/** Where a family keeps the types of identity numbers, and under which name. */
const idTypesOf = ({ idType }: Family) =>
  idType === 'id_type'
    ? ({ model: 'g2p.id.type', label: 'name', domain: [] } as const)
    : ({
        ...{ model: 'spp.vocabulary.code', label: 'display' },
        domain: [['namespace_uri', '=', 'urn:openspp:vocab:id-type']],
      } as const)

/** Names of the types of identity numbers a site has. */
export async function readIdTypes(
  odoo: Odoo,
  family: Family,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { model, label, domain } = idTypesOf(family)
  const named = { domain, fields: [label], limit: 200, order: 'id' }
  const call = { model, method: 'search_read', named, effect: 'none' } as const
  const rows = (await odoo.call(z.array(z.looseObject({ [label]: z.unknown() })), call, signal))
    .value
  return rows.flatMap((row) => (typeof row[label] === 'string' ? [row[label]] : []))
}

/** Id of the type of identity numbers with this name. Throws `SyncError` `config` where the site has none. */
export async function readIdType(
  odoo: Odoo,
  family: Family,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const { model, label } = idTypesOf(family)
  const named = { domain: [[label, '=', name]], fields: ['id'], limit: 1, order: 'id' }
  const call = { model, method: 'search_read', named, effect: 'none' } as const
  const [type] = (await odoo.call(found, call, signal)).value
  if (type) return type.id
  throw new SyncError('config', `OpenSPP has no type of identity numbers called "${name}".`)
}
