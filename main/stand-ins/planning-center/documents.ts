/** JSON:API as Planning Center writes it: everything is `data`, ids are texts, and refusals are a list. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'
import { typeNames, type Church, type Vertex } from './church.ts'
import type { PlanningCenterFault } from './fault.ts'

export function json(status: number, value: unknown, headers = {}): CoreAnswer {
  return {
    status,
    headers: { 'content-type': 'application/vnd.api+json', ...headers },
    body: JSON.stringify(value),
  }
}

export function refused({ status, code, title, message, headers }: PlanningCenterFault) {
  const error = { status: String(status), code, title, detail: message }
  return json(status, { errors: [error] }, headers)
}

const iso = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

const pointer = (type: string, id: string | null) => ({
  data: id === null ? null : { type, id },
})

/** A record as it is shown. Children are named only where they are asked for. */
export function shown(church: Church, one: Vertex, includes: readonly string[] = []) {
  const { type, id, attributes, person, campus, createdAt, updatedAt } = one
  const children = includes.map((name) => [
    name,
    { data: church.childrenOf(name, id).map((child) => ({ type: child.type, id: child.id })) },
  ])
  const times =
    type === 'PersonMerger'
      ? { created_at: iso(createdAt) }
      : { created_at: iso(createdAt), updated_at: iso(updatedAt) }
  return {
    type,
    id,
    attributes: { ...attributes, ...derived(one), ...times },
    relationships: {
      ...(person === null ? {} : { person: pointer('Person', person) }),
      ...(type === 'Person' ? { primary_campus: pointer('PrimaryCampus', campus) } : {}),
      ...Object.fromEntries(children),
    },
    links: { self: `https://api.planningcenteronline.com/people/v2/${typeNames[type]}/${id}` },
  }
}

/** What follows from the rest and cannot be set. */
function derived({ type, attributes }: Vertex): Readonly<Record<string, unknown>> {
  if (type === 'Person') {
    const { first_name: first, last_name: last } = attributes
    return { name: [first, last].filter(Boolean).join(' '), avatar: 'https://avatars.example/1' }
  }
  if (type !== 'PhoneNumber') return {}
  const number = String(attributes['number'] ?? '')
  const digits = number.replace(/\D/g, '')
  return {
    number: number.startsWith('+') ? `+${digits.slice(0, 2)} ${digits.slice(2)}` : number,
    e164: number.startsWith('+') ? `+${digits}` : null,
  }
}

/** What is asked for beside the records themselves. */
export function included(
  church: Church,
  found: readonly Vertex[],
  includes: readonly string[],
): readonly unknown[] {
  return found.flatMap(({ id }) =>
    includes.flatMap((name) => church.childrenOf(name, id).map((child) => shown(church, child))),
  )
}
