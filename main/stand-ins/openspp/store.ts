/** The models of the registry, and what Odoo does with their rows. */
import { invalid, missing, OdooFault, unknownField, unknownModel } from './faults.ts'
import type { OpensppKnobs } from './knobs.ts'

export type Value = string | number | boolean
export type Row = Record<string, Value> & { id: number }
export type Given = Readonly<Record<string, unknown>>

/** Fields by what is in them; what a model does not have is refused. */
type FieldKind = 'char' | 'date' | 'datetime' | 'boolean' | 'many2one' | 'selection'
export type Model = Readonly<Record<string, FieldKind>>

const shared = { create_date: 'datetime', write_date: 'datetime' } as const
const partner: Model = {
  ...{ ...shared, name: 'char', given_name: 'char', family_name: 'char', email: 'char' },
  ...{ phone: 'char', birthdate: 'date', is_registrant: 'boolean', is_group: 'boolean' },
  ...{ active: 'boolean', disabled: 'datetime', disabled_reason: 'char' },
}
const membership: Model = {
  ...shared,
  ...{ group: 'many2one', individual: 'many2one', start_date: 'datetime', ended_date: 'datetime' },
}

/** The models of each family. */
export function modelsOf(family: OpensppKnobs['family']): Readonly<Record<string, Model>> {
  return family === 'g2p'
    ? {
        'res.partner': { ...partner, gender: 'selection' },
        'g2p.group.membership': membership,
        'g2p.reg.id': { ...shared, partner_id: 'many2one', id_type: 'many2one', value: 'char' },
        'g2p.id.type': { ...shared, name: 'char' },
      }
    : {
        'res.partner': { ...partner, gender_id: 'many2one' },
        'spp.group.membership': membership,
        'spp.registry.id': {
          ...{ ...shared, partner_id: 'many2one', id_type_id: 'many2one', value: 'char' },
        },
        'spp.vocabulary.code': { ...shared, code: 'char', namespace_uri: 'char', display: 'char' },
      }
}

export class Store {
  readonly models: Readonly<Record<string, Model>>
  readonly rows = new Map<string, Map<number, Row>>()
  /** Rows by their external ids. */
  readonly external = new Map<string, number>()
  /** Times of rows, µs since 1970 UTC: finer than they are shown. */
  readonly written = new Map<Row, number>()
  /** The clock, ms; null: the real one. */
  clock: number | null = null
  #last = 40

  readonly #family: OpensppKnobs['family']

  constructor(family: OpensppKnobs['family']) {
    this.#family = family
    this.models = modelsOf(family)
    for (const name of Object.keys(this.models)) this.rows.set(name, new Map())
    // The company and a user are partners too, and none of the registry.
    this.create('res.partner', { name: 'My Company' })
    if (family === 'g2p') this.create('g2p.id.type', { name: 'National ID' })
    else {
      for (const code of ['0', '1', '2', '9']) {
        this.create('spp.vocabulary.code', { code, namespace_uri: 'urn:iso:std:iso:5218' })
      }
      const namespace = 'urn:openspp:vocab:id-type'
      this.create('spp.vocabulary.code', {
        ...{ code: 'national_id', display: 'National ID', namespace_uri: namespace },
      })
    }
  }

  model(name: string): Model {
    const model = this.models[name]
    if (!model) throw unknownModel(name)
    return model
  }

  table(name: string): Map<number, Row> {
    this.model(name)
    return this.rows.get(name)!
  }

  row(model: string, id: number): Row {
    const row = this.table(model).get(id)
    if (!row)
      throw missing(`Record does not exist or has been deleted.\n(Record: ${model}(${id},))`)
    return row
  }

  create(model: string, given: Given): number {
    const row: Row = { id: ++this.#last }
    for (const field of Object.keys(this.model(model))) row[field] = false
    if (model === 'res.partner') row['active'] = true
    this.#fill(model, row, given)
    this.table(model).set(row.id, row)
    return row.id
  }

  write(model: string, ids: readonly number[], given: Given): void {
    // A write that changes nothing moves the time all the same.
    for (const row of ids.map((id) => this.row(model, id))) this.#fill(model, row, given)
  }

  #fill(model: string, row: Row, given: Given): void {
    const fields = this.model(model)
    const next: Record<string, Value> = { ...row }
    for (const [field, value] of Object.entries(given)) {
      const kind = fields[field]
      if (!kind) throw unknownField(model, field)
      next[field] = fitting(field, kind, value)
    }
    this.#check(model, { ...next, id: row.id })
    Object.assign(row, next)
    this.#nameInCapitals(model, row, given)
    const now = (this.clock ?? Date.now()) * 1000 + 123
    this.written.set(row, now)
    row['write_date'] = shownTime(now)
  }

  /** The newer modules make a name of its parts where none is sent; the older ones leave that to their page. */
  #nameInCapitals(model: string, row: Row, given: Given): void {
    const hasParts = 'family_name' in given || 'given_name' in given
    if (this.#family === 'g2p' || model !== 'res.partner' || 'name' in given || !hasParts) return
    const parts = [row['family_name'], row['given_name']].filter((part) => part !== false)
    row['name'] = parts.join(', ').toUpperCase()
  }

  #check(model: string, row: Row): void {
    const others = [...this.table(model).values()].filter(({ id }) => id !== row.id)
    if (model === 'res.partner') {
      const today = shownTime((this.clock ?? Date.now()) * 1000).slice(0, 10)
      if (row['birthdate'] && String(row['birthdate']) > today) {
        throw invalid('Birth date must not be in the future.')
      }
      if (row['is_registrant'] && !row['name'] && !row['family_name']) {
        throw invalid('A name is required.')
      }
    }
    if (model.endsWith('membership')) {
      const isDouble = others.some(
        (one) =>
          one['group'] === row['group'] &&
          one['individual'] === row['individual'] &&
          !one['ended_date'] &&
          !row['ended_date'],
      )
      if (isDouble) throw invalid('Duplication of Member is not allowed ')
    }
    if (/(reg|registry)\.id$/.test(model)) {
      const type = 'id_type' in row ? 'id_type' : 'id_type_id'
      const isDouble = others.some(
        (one) => one['partner_id'] === row['partner_id'] && one[type] === row[type],
      )
      if (isDouble) throw invalid('One registrant has one ID of each type.')
    }
  }
}

/** µs as Odoo shows them: UTC, whole seconds, neither T nor Z. */
export const shownTime = (micros: number) =>
  new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19).replace('T', ' ')

const genders = ['Male', 'Female']
export const genderChoices = genders.map((one) => [one, one])

function fitting(field: string, kind: FieldKind, value: unknown): Value {
  if (value === false || value === null) return false
  const bad = (words: string) => new OdooFault('builtins.ValueError', words)
  switch (kind) {
    case 'many2one':
      if (typeof value !== 'number') throw bad(`Wrong value for ${field}: ${JSON.stringify(value)}`)
      return value
    case 'boolean':
      return Boolean(value)
    case 'date':
    case 'datetime': {
      const form = kind === 'date' ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
      if (!form.test(String(value))) throw bad(`time data '${String(value)}' does not match`)
      return String(value)
    }
    case 'selection':
      if (!genders.includes(String(value)))
        throw bad(`Wrong value for ${field}: '${String(value)}'`)
      return String(value)
    case 'char':
      return value === '' ? false : String(value)
  }
}
