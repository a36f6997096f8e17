/** What a person says of a system nobody wrote an adapter for: where its records are, how it pages, how it is written to. */
import { z } from 'zod'
import { entityName } from '../../../contract/words.ts'
import { recordsPerStep } from '../kit/records-per-step.ts'
import { pagingKinds } from './paging.ts'
import { conditionFault, rulesFault } from './said-by-a-person.ts'

const place = z.string().trim().max(200)
const parameter = z.string().trim().max(100)
const expression = z.string().max(20_000)
const path = z
  .string()
  .trim()
  .max(500)
  .regex(
    /^(\/[^?#\s]*)?$/,
    'begin with /, like /api/people; parameters have a setting of their own',
  )

const rules = expression.superRefine((text, context) => {
  const fault = rulesFault(text)
  if (fault !== null) context.addIssue({ code: 'custom', message: fault })
})
const condition = expression.superRefine((text, context) => {
  const fault = conditionFault(text)
  if (fault !== null) context.addIssue({ code: 'custom', message: fault })
})

/** A record that stands inside another one. */
const inside = z.object({
  field: z.string().max(100).meta({ title: 'Field that refers to it, like person' }),
  position: place.optional().meta({ title: 'Where it stands' }),
  sourceIdField: place.min(1).optional().meta({ title: 'Where its id is' }),
  fields: z.array(z.string()).optional().meta({ title: 'Its fields that travel' }),
})

/** What another collection may say otherwise; left out, it is as said for the first. */
const another = z.object({
  entity: entityName.meta({ title: 'Records are' }),
  path: path.meta({ title: 'Path of the list' }),
  resultsPosition: place.optional().meta({ title: 'Where the records are' }),
  sourceIdField: place.min(1).optional().meta({ title: 'Where the id is' }),
  fields: z.array(z.string()).optional().meta({ title: 'Fields that travel' }),
  conditions: condition.optional().meta({ title: 'Only records that', layout: 'textarea' }),
  mappingIn: rules.optional().meta({ title: 'From there', layout: 'textarea' }),
  mappingOut: rules.optional().meta({ title: 'To there', layout: 'textarea' }),
  subObjects: z.array(inside).max(5).optional().meta({ title: 'Records inside' }),
})

export const settings = z.object({
  entity: entityName.default('person').meta({
    title: 'Records are',
    description: 'Which kind of record each of theirs is here.',
  }),
  path: path.default('').meta({
    title: 'Path of the list',
    description: 'Below the address, like /api/people. Empty: the address itself.',
  }),
  resultsPosition: place.min(1).default('auto').meta({
    title: 'Where the records are',
    description:
      'A path in the answer, like data.items; _root for the whole answer; auto for one of the usual names.',
  }),
  sourceIdField: place.min(1).default('id').meta({
    title: 'Where the id is',
    description: 'A path in a record, like id or meta.id.',
  }),
  paging: z.enum(pagingKinds).default('page').meta({
    title: 'Pages',
    description:
      'How a long list is cut: not at all, by page number, by offset, by a link or a cursor in the body, by the Link header.',
  }),
  fields: z.array(z.string().max(100)).default([]).meta({
    title: 'Fields that travel',
    description: 'Their names here, like lastName. None: every field of this kind of record.',
  }),
  format: z.enum(['json', 'xml']).default('json').meta({
    section: 'reading',
    title: 'Format',
    description: 'What is sent and answered.',
  }),
  finding: z.enum(['listing', 'since', 'none']).default('listing').meta({
    section: 'reading',
    title: 'How changes are found',
    description:
      'By listing everything each time, by asking for what changed since (with the parameter below), or not at all.',
  }),
  sinceParameter: parameter.default('updated_since').meta({
    section: 'reading',
    title: 'Parameter for the time',
    description: 'Asks for what changed since, as 2026-05-03T05:00:00.000Z.',
  }),
  modifiedPosition: place.default('').meta({
    section: 'reading',
    title: 'Where the time of change is',
    description: 'A path in a record. Needed to ask for what changed since.',
  }),
  deletedPosition: place.default('').meta({
    section: 'reading',
    title: 'Where a deletion is told',
    description:
      'A path in a record, like deletedAt: what has anything there but false was deleted. Empty: it is not told.',
  }),
  query: z.string().trim().max(500).default('').meta({
    section: 'reading',
    title: 'Fixed parameters',
    description: 'Said with every request for the list, like type=runner&active=1.',
  }),
  headers: z.string().max(2_000).default('').meta({
    section: 'reading',
    title: 'Fixed headers',
    description: 'One in a line, like Accept-Language: de. Not for secrets.',
    layout: 'textarea',
  }),
  firstPage: z.int().min(0).max(1).default(1).meta({
    section: 'pages',
    title: 'First page number',
    description: '0 or 1.',
  }),
  pageParameter: parameter.default('page').meta({
    section: 'pages',
    title: 'Parameter for the page',
    description: 'For pages by number.',
  }),
  offsetParameter: parameter.default('offset').meta({
    section: 'pages',
    title: 'Parameter for the offset',
    description: 'For pages by offset.',
  }),
  cursorParameter: parameter.default('cursor').meta({
    section: 'pages',
    title: 'Parameter for the cursor',
    description: 'For pages by cursor.',
  }),
  sizeParameter: parameter.default('limit').meta({
    section: 'pages',
    title: 'Parameter for the page size',
    description: 'Empty: the server is not asked for a size.',
  }),
  pageSize: z.int().min(1).max(5_000).default(100).meta({
    section: 'pages',
    title: 'Records per page',
    description: 'How many records are asked for at once. 1 to 5,000.',
  }),
  nextPosition: place.default('next').meta({
    section: 'pages',
    title: 'Where the next link is',
    description: 'A path in the answer, like next or _links.next.href.',
  }),
  cursorPosition: place.default('next').meta({
    section: 'pages',
    title: 'Where the next cursor is',
    description: 'A path in the answer, like meta.next_cursor.',
  }),
  totalPosition: place.default('').meta({
    section: 'pages',
    title: 'Where the total is',
    description:
      'A path in the answer that says how many records there are. Empty: it does not say.',
  }),
  maxPages: z.int().min(1).max(20_000).default(1_000).meta({
    section: 'pages',
    title: 'Most pages',
    description: 'A longer list is an error, and nothing counts as deleted. 1 to 20,000.',
  }),
  conditions: condition.default('').meta({
    section: 'reading',
    title: 'Only records that',
    description:
      'JSON Logic over their records, like {"==": [{"var": "type"}, "runner"]}. The others are left alone.',
    layout: 'textarea',
  }),
  mappingIn: rules.default('').meta({
    section: 'reading',
    title: 'From their record to ours',
    description:
      'JSONata that gives an object with our names, or rules as OpenConnector has them. Empty: by name.',
    layout: 'textarea',
  }),
  mappingOut: rules.default('').meta({
    section: 'writing',
    title: 'From our record to theirs',
    description: 'JSONata or rules, for what is sent. Empty: by name.',
    layout: 'textarea',
  }),
  createMethod: z.enum(['POST', 'PUT']).default('POST').meta({
    section: 'writing',
    title: 'New records',
    description: 'POST to the list, which gives an id, or PUT to our own id.',
  }),
  updateMethod: z.enum(['PUT', 'PATCH', 'POST']).default('PUT').meta({
    section: 'writing',
    title: 'Changed records',
    description: 'With PUT, what is not ours is read first and sent along, so that it stays.',
  }),
  deletion: z.enum(['delete', 'none']).default('delete').meta({
    section: 'writing',
    title: 'Deleted records',
    description: 'Delete them there too, or leave them.',
  }),
  idInRequestBody: z.boolean().default(false).meta({
    section: 'writing',
    title: 'Id in the body',
    description: 'A change says the id in its body too.',
  }),
  requestPosition: place.default('').meta({
    section: 'writing',
    title: 'Where the record stands in a request',
    description: 'A path, like data. Empty: the record is the whole body.',
  }),
  itemPosition: place.default('').meta({
    section: 'writing',
    title: 'Where the record stands in the answer about one',
    description: 'A path, like data. Empty: the record is the whole answer.',
  }),
  xmlRoot: z
    .string()
    .trim()
    .regex(/^[A-Za-z_][\w.-]{0,99}$/, 'give the name of an element')
    .default('record')
    .meta({
      section: 'writing',
      title: 'XML element',
      description: 'The outermost element of what is sent.',
    }),
  successPosition: place.default('').meta({
    section: 'writing',
    title: 'Where success is told',
    description:
      'For servers that refuse with 200: a path in the answer, like status. Empty: the status of the answer counts.',
  }),
  successValue: z.string().max(200).default('').meta({
    section: 'writing',
    title: 'What success is called',
    description: 'The value there, like ok. Any other is a refusal.',
  }),
  messagePosition: place.default('').meta({
    section: 'writing',
    title: 'Where the reason is told',
    description: 'A path in a refusal, like error.message. Empty: the usual places.',
  }),
  idempotencyHeader: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9-]{0,100}$/, 'give the name of a header')
    .default('')
    .meta({
      section: 'writing',
      title: 'Header for the idempotency key',
      description:
        'Such as Idempotency-Key: the same change has the same value each time. Empty: not sent.',
    }),
  restrictDeletion: z.boolean().default(false).meta({
    section: 'reading',
    title: 'Only told deletions',
    description:
      'A record counts as deleted there only when a webhook named exactly its id and it is gone, never because a list lacks it.',
  }),
  webhookHeader: parameter.default('x-signature').meta({
    section: 'reading',
    title: 'Header of the webhook signature',
    description:
      'HMAC-SHA256 of the body with the webhook secret, in hexadecimal; sha256= before it is understood.',
  }),
  webhookIdPosition: place.min(1).default('id').meta({
    section: 'reading',
    title: 'Where a webhook names the record',
    description: 'A path in its body to an id, or to a list of ids.',
  }),
  apiKeyName: z
    .string()
    .trim()
    .regex(/^[\w-]{1,100}$/, 'give the name of a header or parameter')
    .default('X-API-Key')
    .meta({
      section: 'more',
      title: 'Name of the API key',
      description: 'The header, or with api-key-query the parameter, in which the API key travels.',
    }),
  clientId: z.string().trim().max(200).default('').meta({
    section: 'more',
    title: 'Client ID',
    description: 'For the sign-in with client credentials.',
  }),
  tokenPath: path.default('/oauth/token').meta({
    section: 'more',
    title: 'Path of the token',
    description: 'Where client credentials get an access token, below the address.',
  }),
  subObjects: z.array(inside).max(5).default([]).meta({
    section: 'more',
    title: 'Records inside',
    description:
      'Records with ids of their own that stand inside, as a registration has its person. Each is kept in step by itself.',
  }),
  also: z.array(another).max(10).default([]).meta({
    section: 'more',
    title: 'Further collections',
    description:
      'Other kinds of records at the same address. What one does not say is as above; a kind that others refer to has to be among them.',
  }),
  batchSize: recordsPerStep(100).meta({ section: 'writing' }),
})
export type Settings = z.infer<typeof settings>

/** One collection there, with everything that is set for it. */
export type CollectionSettings = Omit<Settings, 'also'>

/** All of them, each kind of record once: the first that names it counts. */
export function collectionsOf({ also, ...first }: Settings): readonly CollectionSettings[] {
  // Fields, conditions and mappings are about the records of one collection.
  const own = { fields: [], conditions: '', mappingIn: '', mappingOut: '', subObjects: [] }
  const others = also.map((one): CollectionSettings => {
    const said = Object.entries(one).filter(([, value]) => value !== undefined)
    return { ...first, ...own, ...(Object.fromEntries(said) as Partial<CollectionSettings>) }
  })
  const all = [first, ...others]
  return all.filter(({ entity }, at) => all.findIndex((one) => one.entity === entity) === at)
}

export const signIns = [
  'none',
  'api-key',
  'api-key-query',
  'basic',
  'bearer',
  'client-credentials',
] as const

export const secrets = [
  { key: 'apiKey', label: 'API key', required: false },
  { key: 'token', label: 'Bearer token', required: false },
  { key: 'username', label: 'User name', required: false },
  { key: 'password', label: 'Password', required: false },
  { key: 'clientSecret', label: 'Client secret', required: false },
  { key: 'webhookSecret', label: 'Webhook secret', required: false },
] as const
