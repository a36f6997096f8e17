/**
 * A synchronisation of OpenConnector, read into a configuration of the generic target.
 * Shape: `{name, sourceConfig, sourceTargetMapping, targetType, targetConfig, conditions, …}`; its source may stand inside as
 * `source: {location, type, auth}`. Beside that a person may say `url`, `entity` and `auth`, which it does not know.
 * What cannot be taken is told: nothing is left out silently.
 */
import { z } from 'zod'
import { ProblemError } from '../../../contract/problem.ts'
import type { LeftOut, LeftOutCode } from '../../../contract/targets.ts'
import { isBeyondPlaces } from '../../targets/kit/place-template.ts'
import { faultWords, shapeFaults, shapeWords } from '../data/shape-faults.ts'

const loose = z.record(z.string(), z.unknown())
/** PHP writes an empty object as an empty list. */
const config = z
  .union([loose, z.array(z.unknown()).transform((): Record<string, unknown> => ({}))])
  .default({})

const synchronisation = z.looseObject({
  name: z.string().default('OpenConnector'),
  url: z.string().optional(),
  entity: z.string().optional(),
  auth: z.string().optional(),
  sourceType: z.string().nullish(),
  targetType: z.string().nullish(),
  source: z
    .looseObject({
      location: z.string().nullish(),
      type: z.string().nullish(),
      auth: z.string().nullish(),
    })
    .nullish(),
  sourceConfig: config,
  targetConfig: config,
  conditions: z.unknown().optional(),
  sourceTargetMapping: z.unknown().optional(),
  targetSourceMapping: z.unknown().optional(),
})

/** What was read, and what could not be. */
export interface ReadSynchronisation {
  readonly config: Readonly<Record<string, unknown>>
  readonly leftOut: readonly LeftOut[]
}

/** Whether an input is a synchronisation of OpenConnector: no other form has a `sourceConfig`. */
export function isOpenConnector(input: unknown): input is object {
  return (
    typeof input === 'object' && input !== null && !('adapter' in input) && 'sourceConfig' in input
  )
}

/** Throws `ProblemError` `wrong-use` for what is no synchronisation. */
export function fromOpenConnector(input: object): ReadSynchronisation {
  const parsed = synchronisation.safeParse(input, { error: shapeWords })
  if (!parsed.success) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This is not a synchronisation of OpenConnector: ${faultWords(shapeFaults(parsed.error, 'synchronisation'))}.`,
      fix: 'Export it from OpenConnector again.',
    })
  }
  const one = parsed.data
  const leftOut: LeftOut[] = []
  const skip = (code: LeftOutCode, at: string) => void leftOut.push({ code, at })
  const isOutbound = one.sourceType === 'register/schema'
  const there = isOutbound ? one.targetConfig : one.sourceConfig
  const [path = '', query = ''] = textIn(there, 'endpoint').split('?')
  const auth = one.auth ?? signInOf(one.source?.auth ?? null, skip)
  const settings = {
    ...(one.entity === undefined ? {} : { entity: one.entity }),
    ...said('path', path === '' || path.startsWith('/') ? path : `/${path}`),
    ...said('query', queryIn([...new URLSearchParams(query), ...textsIn(there['query'])], skip)),
    ...said('headers', headersIn(there, skip)),
    ...said('sourceIdField', textIn(there, 'idPosition') || textIn(there, 'sourceIdField')),
    ...pagesIn(there, skip),
    ...(one.source?.type === 'xml' || one.source?.type === 'soap' ? { format: 'xml' } : {}),
    ...said('conditions', conditionIn(one.conditions)),
    ...said(
      isOutbound ? 'mappingOut' : 'mappingIn',
      rulesIn(one.sourceTargetMapping, 'sourceTargetMapping', skip),
    ),
    ...said(
      isOutbound ? 'mappingIn' : 'mappingOut',
      rulesIn(one.targetSourceMapping, 'targetSourceMapping', skip),
    ),
    ...(isOn(there['idInRequestBody']) ? { idInRequestBody: true } : {}),
    ...(isOn(one.sourceConfig['restrictDeletion']) || isOn(one.targetConfig['restrictDeletion'])
      ? { restrictDeletion: true }
      : {}),
  }
  for (const [name, code] of unknownParts) {
    for (const [where, holder] of [
      ['', one],
      ['sourceConfig.', one.sourceConfig],
      ['targetConfig.', one.targetConfig],
    ] as const) {
      if (isFilled((holder as Record<string, unknown>)[name])) skip(code, `${where}${name}`)
    }
  }
  const { location, ...source } = one.source ?? {}
  for (const name of credentials) if (isFilled(source[name])) skip('credentials', `source.${name}`)
  return {
    config: {
      name: one.name,
      adapter: 'http',
      url: one.url ?? location?.replace(/\/+$/, '') ?? '',
      ...(auth === null ? {} : { auth }),
      direction: isOutbound ? 'outbound' : 'inbound',
      settings,
    },
    leftOut,
  }
}

/** What a source signs in with. */
const credentials = ['apikey', 'apiKey', 'jwt', 'username', 'password', 'headers', 'configuration']

/** Parts that say something nothing here does. */
const unknownParts: readonly (readonly [name: string, code: LeftOutCode])[] = [
  ['actions', 'rules'],
  ['followUps', 'follow-ups'],
  ['sourceHashMapping', 'hash-mapping'],
  ['useDataAsRequestBody', 'request-body'],
  ['extraDataConfigs', 'extra-data'],
  ['extraDataBeforeCondition', 'extra-data'],
  ['subObjects', 'sub-objects'],
]

type Skip = (code: LeftOutCode, at: string) => void
type Config = Readonly<Record<string, unknown>>

function pagesIn(there: Config, skip: Skip): Config {
  const position = textIn(there, 'resultsPosition')
  const results = said('resultsPosition', position === '_object' ? '_root' : position)
  if (
    position === '_object' ||
    there['usesPagination'] === false ||
    there['usesPagination'] === 'false'
  ) {
    return { ...results, paging: 'none' }
  }
  // There the first page decides whether a link or a number leads on; here a person does.
  skip('pages', 'sourceConfig.paginationQuery')
  if (there['paginationIn'] === 'body') skip('body-pages', 'sourceConfig.paginationIn')
  const most = Number(there['maxPages'])
  return {
    ...results,
    paging: 'page',
    pageParameter: textIn(there, 'paginationQuery') || 'page',
    // It never says how many it wants.
    sizeParameter: '',
    ...(Number.isInteger(most) && most > 0 ? { maxPages: Math.min(most, 20_000) } : {}),
  }
}

/** What is called so may be a secret: settings are no place for it. */
const mayBeSecret = /auth|key|token|secret|cookie|password/i

function queryIn(pairs: readonly (readonly [string, string])[], skip: Skip): string {
  const plain = pairs.filter(([name]) => !mayBeSecret.test(name))
  for (const [name] of pairs) if (mayBeSecret.test(name)) skip('secret-parameter', name)
  return new URLSearchParams(
    plain.map(([name, value]): [string, string] => [name, value]),
  ).toString()
}

/** Headers that sign in are secrets, and never stand in settings. */
function headersIn(there: Config, skip: Skip): string {
  return textsIn(there['headers'])
    .flatMap(([name, value]) => {
      if (!mayBeSecret.test(name)) return [`${name}: ${value}`]
      skip('secret-header', name)
      return []
    })
    .join('\n')
}

function signInOf(auth: string | null, skip: Skip): string | null {
  switch (auth) {
    case null:
    case '':
      return null
    case 'none':
      return 'none'
    case 'apikey':
    case 'api-key':
      return 'api-key'
    case 'basic':
    case 'username-password':
      return 'basic'
    case 'oauth':
    case 'oauth2':
      return 'client-credentials'
    default:
      skip('sign-in', auth)
      return null
  }
}

/** A rule of JSON Logic; a list of them has to hold whole. */
function conditionIn(conditions: unknown): string {
  const given: unknown =
    typeof conditions === 'string' && conditions !== '' ? parsed(conditions) : conditions
  if (!isFilled(given)) return ''
  if (!Array.isArray(given)) return JSON.stringify(given)
  return JSON.stringify(given.length === 1 ? given[0] : { and: given })
}

/** Rules of a mapping that stands inside; one that is only named is somewhere else. */
function rulesIn(given: unknown, at: string, skip: Skip): string {
  if (!isFilled(given)) return ''
  const shape = z.looseObject({
    mapping: config,
    unset: z.unknown().optional(),
    cast: config,
    passThrough: z.unknown().optional(),
  })
  const rules = shape.safeParse(given)
  if (!rules.success || typeof given !== 'object') {
    skip('mapping-elsewhere', at)
    return ''
  }
  const { mapping, unset, cast, passThrough } = rules.data
  const kept = Object.entries(mapping).filter(([place, value]) => {
    const isBeyond = isBeyondPlaces(value)
    if (isBeyond) skip('template', `${at}.${place}`)
    return !isBeyond
  })
  return JSON.stringify({
    passThrough: isOn(passThrough),
    mapping: Object.fromEntries(kept),
    unset: Array.isArray(unset) ? unset.filter((one) => typeof one === 'string') : [],
    cast: Object.fromEntries(
      Object.entries(cast).filter(([, to]) => typeof to === 'string' || Array.isArray(to)),
    ),
  })
}

const said = (name: string, value: string): Config => (value === '' ? {} : { [name]: value })

function textIn(holder: Config, name: string): string {
  const value = holder[name]
  return typeof value === 'string' ? value.trim() : ''
}

function textsIn(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).map(([name, one]): [string, string] => [name, String(one)])
}

const isOn = (value: unknown): boolean => value === true || value === 'true' || value === 1

function isFilled(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
