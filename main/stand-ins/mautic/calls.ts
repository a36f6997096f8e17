/** The calls of the interface, by method and path. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'
import { changeRows } from './batches.ts'
import type { Call, Kind } from './call.ts'
import {
  companyAliases,
  contactAliases,
  type Given,
  type Records,
  type Stored,
} from './contacts.ts'
import { json, MauticFault, notFound } from './problems.ts'
import { filtered } from './queries.ts'
import { page, shownCompany, shownContact } from './shapes.ts'

/** Answers a call that is signed in. Throws `MauticFault`. */
export function answerTo(records: Records, call: Call): CoreAnswer {
  const [, collection] = call.path.split('/')
  switch (collection) {
    case 'contacts':
    case 'companies':
      return ofThings(records, kindOf(records, collection), call)
    case 'segments':
      return ofSegments(records, call)
    default:
      throw notFound()
  }
}

function kindOf(records: Records, plural: Kind['plural']): Kind {
  return plural === 'contacts'
    ? {
        plural,
        singular: 'contact',
        all: records.contacts,
        show: (one) => shownContact(records, one),
        add: (given) => records.add(given),
        edit: (one, given, replaces) => records.edit(one, given, replaces),
      }
    : {
        plural,
        singular: 'company',
        all: records.companies,
        show: (one) => shownCompany(records, one),
        add: (given) => records.addCompany(given),
        edit: (one, given, replaces) => records.editCompany(one, given, replaces),
      }
}

function ofThings(records: Records, kind: Kind, call: Call): CoreAnswer {
  const { method, path, query, body } = call
  const [, , first, second, third, fourth] = path.split('/')
  const given = (body ?? {}) as Given
  const one = () => records.known(kind.all, first)
  const told = (status: number, thing: Stored) =>
    json(status, { [kind.singular]: kind.show(thing) })
  if (`${method} ${first} ${second}` === 'GET list fields')
    return json(200, listedFields(kind.plural))
  if (first === 'batch') return json(...changeRows(records, kind, call))
  const place = [first === undefined || first === 'new' ? first : 'ID', second].filter(Boolean)
  switch (`${method} ${place.join(' ')}`) {
    case 'GET ': {
      const { rows, total } = filtered([...kind.all.values()], query)
      return json(
        200,
        page(
          records,
          kind.plural,
          rows.map(kind.show) as { id: number }[],
          records.lateTotal(call.path, total),
        ),
      )
    }
    case 'GET ID':
      return told(200, one())
    case 'POST new': {
      const { one: made, isNew } = kind.add(given)
      return told(isNew ? 201 : 200, made)
    }
    case 'PATCH ID edit':
      return told(200, kind.edit(one(), given, false))
    case 'PUT ID edit': {
      const there = kind.all.get(Number(first))
      // Under another id than the one that was asked for.
      return there ? told(200, kind.edit(there, given, true)) : told(201, kind.add(given).one)
    }
    case 'DELETE ID delete': {
      const gone = records.remove(kind.all, first)
      return json(200, { [kind.singular]: { ...kind.show(gone), id: null } })
    }
    case 'POST ID dnc':
      return json(200, dnc(records, one(), { channel: third, verb: fourth, given }))
    case 'POST ID contact':
      return json(200, tie(records, one(), third, fourth))
    default:
      throw notFound()
  }
}

interface Blocking {
  readonly channel: string | undefined
  readonly verb: string | undefined
  readonly given: Given
}

/** Adding with reason 0 is refused; removing takes any reason away, a bounce too. */
function dnc(records: Records, one: Stored, { channel = '', verb, given }: Blocking): Given {
  if (verb === 'remove') {
    const recordFound = records.unblock(one, channel)
    return { recordFound, contact: shownContact(records, one) }
  }
  const reason = Number(given['reason'] ?? 3)
  if (verb !== 'add') throw notFound()
  if (reason === 0) throw new MauticFault(400, 'Invalid reason.', { type: 'api' })
  records.block(one, channel, reason, String(given['comments'] ?? ''))
  return { contact: shownContact(records, one) }
}

function tie(records: Records, company: Stored, contactId: unknown, verb: unknown): Given {
  const contact = records.known(records.contacts, contactId)
  if (verb === 'add') contact.companies.add(company.id)
  else contact.companies.delete(company.id)
  return { success: 1 }
}

const typeOf: Readonly<Record<string, string>> = {
  ...{ email: 'email', mobile: 'tel', phone: 'tel', birthday: 'date', country: 'country' },
  ...{ locale_code: 'text', companyemail: 'email', companyphone: 'tel', companycountry: 'country' },
}

/** The fields there are, by their ids: an object, which no list has to be that begins at 1. */
function listedFields(plural: Kind['plural']): Given {
  const aliases: readonly string[] = plural === 'contacts' ? contactAliases : companyAliases
  return Object.fromEntries(
    aliases.map((alias, at) => [
      String(at + 1),
      {
        ...{ id: at + 1, alias, group: 'core', isPublished: true },
        ...{ label: alias.replaceAll('_', ' '), type: typeOf[alias] ?? 'text' },
      },
    ]),
  )
}

function ofSegments(records: Records, { method, path, query, body }: Call): CoreAnswer {
  const [, , first, second, third, fourth] = path.split('/')
  const given = (body ?? {}) as Given
  const shown = (id: number) => ({ id, name: records.segments.get(id)!.name, alias: `s${id}` })
  if (method === 'GET' && first === undefined) {
    const [start, limit] = [Number(query.get('start') ?? 0), Number(query.get('limit') ?? 30)]
    const rows = [...records.segments.keys()].slice(start, start + limit).map(shown)
    return json(200, page(records, 'lists', rows, records.segments.size))
  }
  if (method === 'POST' && first === 'new') {
    const id = records.nextId()
    records.segments.set(id, { name: String(given['name'] ?? ''), members: new Set() })
    return json(201, { list: shown(id) })
  }
  const segment = records.segments.get(Number(first))
  if (!segment || method !== 'POST') throw notFound()
  if (second === 'contacts' && third === 'add') {
    const ids = (given['ids'] ?? []) as readonly number[]
    const details = ids.map((id) => {
      const success = records.contacts.has(id) && !records.knobs.unsegmented.includes(id)
      if (success) segment.members.add(id)
      return [String(id), { success }] as const
    })
    return json(200, { success: true, details: Object.fromEntries(details) })
  }
  if (second === 'contact') {
    const { id } = records.known(records.contacts, third)
    if (fourth === 'add') segment.members.add(id)
    else segment.members.delete(id)
    return json(200, { success: true })
  }
  throw notFound()
}
