/** The methods of a model that are called from outside, with their named arguments. */
import { accessError, invalid, OdooFault, unknownField } from './faults.ts'
import type { OpensppKnobs } from './knobs.ts'
import { genderChoices, type Given, type Row, type Store } from './store.ts'

export interface MethodCall {
  readonly model: string
  readonly method: string
  readonly ids: readonly number[] | null
  readonly named: Given
}

type Term = readonly [field: string, operator: string, value: unknown]

export function callMethod(store: Store, knobs: OpensppKnobs, call: MethodCall): unknown {
  const { model, method, ids, named } = call
  store.model(model)
  switch (method) {
    case 'search_read':
      return found(store, knobs, call).map((row) => shown(store, model, row, named['fields']))
    case 'search':
      return found(store, knobs, call).map(({ id }) => id)
    case 'create':
      return created(store, model, named['vals_list'])
    case 'write':
      store.write(model, ids ?? [], named['vals'] as Given)
      return true
    case 'unlink':
      if (model === 'res.partner') {
        throw accessError('You are not allowed to delete registrants. Disable them instead.')
      }
      for (const id of ids ?? []) store.table(model).delete(store.row(model, id).id)
      return true
    case 'load':
      return loaded(store, model, named)
    case 'fields_get':
      return { gender: { type: 'selection', selection: genderChoices } }
    default:
      throw new OdooFault(
        'builtins.AttributeError',
        `The method '${model}.${method}' does not exist`,
      )
  }
}

function found(
  store: Store,
  { release }: OpensppKnobs,
  { model, named }: MethodCall,
): readonly Row[] {
  const {
    domain = [],
    limit,
    offset = 0,
    order,
    context,
  } = named as {
    readonly domain?: readonly Term[]
    readonly limit?: number
    readonly offset?: number
    readonly order?: string
    readonly context?: { readonly active_test?: boolean }
  }
  const seesAll = context?.active_test === false
  const rows = [...store.table(model).values()].filter(
    (row) =>
      (seesAll || row['active'] !== false || !('active' in row)) &&
      domain.every((term) => fits(store, { model, row, release }, term)),
  )
  // Without an order the newest come first, so that every new one moves the pages.
  const [by = 'id', way] = (order ?? 'id desc').split(' ')
  rows.sort((a, b) => (a[by]! < b[by]! ? -1 : a[by]! > b[by]! ? 1 : a.id - b.id))
  if (way === 'desc') rows.reverse()
  return rows.slice(offset, limit === undefined ? undefined : offset + limit)
}

interface Candidate {
  readonly model: string
  readonly row: Row
  readonly release: OpensppKnobs['release']
}

function fits(store: Store, { model, row, release }: Candidate, [field, operator, value]: Term) {
  if (field !== 'id' && !(field in store.model(model))) throw unknownField(model, field)
  let own: unknown = row[field]
  let other = value
  if (field === 'write_date') {
    // Up to 18 the hidden fractions count; later only whole seconds do.
    const micros = store.written.get(row)!
    own = release === 17 ? micros : Math.floor(micros / 1_000_000) * 1_000_000
    other = Date.parse(`${String(value).replace(' ', 'T')}Z`) * 1000
  }
  switch (operator) {
    case '=':
      return own === other
    case '!=':
      return own !== other
    case 'in':
      return (other as readonly unknown[]).includes(own)
    case '>':
      return (own as number) > (other as number)
    case '>=':
      return (own as number) >= (other as number)
    default:
      throw new OdooFault('builtins.ValueError', `Invalid leaf ${field} ${operator}`)
  }
}

/** Empty is false; a reference comes with its name. */
function shown(store: Store, model: string, row: Row, fields: unknown): Given {
  const kinds = store.model(model)
  const names = Array.isArray(fields) ? (fields as readonly string[]) : Object.keys(kinds)
  return Object.fromEntries([
    ['id', row.id],
    ...names.map((name) => {
      if (name !== 'id' && !(name in kinds)) throw unknownField(model, name)
      const value = row[name]!
      return [name, kinds[name] === 'many2one' && value !== false ? [value, `#${value}`] : value]
    }),
  ]) as Given
}

function created(store: Store, model: string, given: unknown): number | readonly number[] {
  if (!Array.isArray(given)) return store.create(model, given as Given)
  const made: number[] = []
  try {
    for (const one of given as readonly Given[]) made.push(store.create(model, one))
  } catch (error) {
    // All or none.
    for (const id of made) store.table(model).delete(id)
    throw error
  }
  return made
}

/** Rows of text, each under an external id: what has that is changed, the others are made. One bad row, and none is. */
function loaded(store: Store, model: string, { fields, data }: Given) {
  const columns = fields as readonly string[]
  const made: { readonly external: string; readonly id: number }[] = []
  const before = new Map<number, Row>()
  try {
    const ids = (data as readonly (readonly string[])[]).map((cells, record) => {
      const vals: Record<string, unknown> = {}
      for (const [at, column] of columns.entries()) {
        const name = column.replace(/\/\.id$/, '')
        const kind = name === 'id' ? null : store.model(model)[name]
        if (kind === undefined) throw unknownField(model, name)
        const cell = cells[at]!
        if (kind !== null) vals[name] = cell === '' ? false : readCell(kind, cell)
      }
      const external = cells[columns.indexOf('id')]!
      const known = store.external.get(external)
      try {
        if (known === undefined) {
          const id = store.create(model, vals)
          store.external.set(external, id)
          made.push({ external, id })
          return id
        }
        if (!before.has(known)) before.set(known, { ...store.row(model, known) })
        store.write(model, [known], vals)
        return known
      } catch (error) {
        throw new RowFault(record, error)
      }
    })
    return { ids, messages: [], nextrow: 0 }
  } catch (fault) {
    if (!(fault instanceof RowFault) || !(fault.cause instanceof OdooFault)) {
      throw fault instanceof RowFault ? fault.cause : fault
    }
    for (const { external, id } of made) {
      store.table(model).delete(id)
      store.external.delete(external)
    }
    for (const [id, row] of before) Object.assign(store.row(model, id), row)
    const { record, cause } = fault
    const message = { type: 'error', record, rows: { from: record, to: record } }
    return { ids: false, messages: [{ ...message, message: cause.message }], nextrow: 0 }
  }
}

class RowFault extends Error {
  readonly record: number

  constructor(record: number, cause: unknown) {
    super('row', { cause })
    this.record = record
  }
}

function readCell(kind: string, cell: string): unknown {
  if (kind === 'boolean') return cell === '1' || cell.toLowerCase() === 'true'
  if (kind !== 'many2one') return cell
  if (!/^\d+$/.test(cell)) throw invalid(`No matching record found for ${cell}`)
  return Number(cell)
}
