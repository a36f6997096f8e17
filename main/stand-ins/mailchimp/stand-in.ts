import type { CoreAnswer, CoreRequest, StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { inventedPeople } from '../kit/invented-people.ts'
import { audienceId, AudienceRecords, hashOf, type Given, type StoredMember } from './audience.ts'
import { answerTo, shown } from './calls.ts'
import type { AudienceKnobs } from './knobs.ts'
import { AudienceFault, json, problem } from './problems.ts'
import { looksIn, sendForm, type FormWebhook } from './webhooks.ts'

const gateClosed: CoreAnswer = {
  status: 403,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1></body></html>',
}

/** Of all programs of a user together. */
const mostInFlight = 10

/** Mailchimp: one audience of the Marketing API 3.0, with its oddities. */
export const mailchimp: StandIn = {
  name: 'mailchimp',
  system: 'Mailchimp',
  plays: [
    `One audience, ${audienceId}: members by the MD5 of their addresses, and their tags, under /3.0/lists.`,
    'PUT makes or changes and leaves alone who unsubscribed; nulls and half addresses are refused, unknown fields ignored.',
    'Who follows GET /unsubscribe?email= or /subscribe?email=, without a key, does so herself: nobody else can undo it.',
    'Who was archived is listed no more; who was deleted for good never comes back; at most 10 requests in flight.',
  ],
  port: 4794,
  oddities: {
    'double-opt-in': {
      says: 'asks by mail before anybody is subscribed',
      knobs: { doubleOptIn: true },
    },
    'bare-problems': { says: 'refusals come without a type', knobs: { bareProblems: true } },
    'late-tags': { says: 'tags that are set are not seen at once', knobs: { lateTags: true } },
    gate: {
      says: 'the gate in front of it answers 403 with a web page, every 5th request',
      knobs: { gateEvery: 5 },
    },
    'archived-is-new': {
      says: 'who was archived is somebody new to PUT',
      knobs: { archivedIsNew: true },
    },
  },
  signIn: (key) => ({
    auth: 'api-key',
    secrets: { apiKey: key },
    settings: { audience: audienceId },
  }),
  make,
}

function make({ key, seed }: StandInOptions): StandInCore {
  let accepted = key
  let records = begin(seed)
  let requests = 0

  function answer({ method, target, headers, body }: CoreRequest): CoreAnswer {
    const url = new URL(target, 'http://stand-in')
    requests += 1
    if (records.knobs.gateEvery > 0 && requests % records.knobs.gateEvery === 0) return gateClosed
    try {
      const does = /^\/((?:un)?subscribe)$/.exec(url.pathname)?.[1]
      if (does) {
        records.herself(url.searchParams.get('email') ?? '', does as 'subscribe' | 'unsubscribe')
        return json(200, { done: does })
      }
      if (!isSignedIn(headers.authorization ?? '')) {
        throw new AudienceFault(
          401,
          'API Key Invalid',
          "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
        )
      }
      return answerTo(records, {
        method,
        path: url.pathname.replace(/^\/3\.0/, ''),
        query: url.searchParams,
        body: parsed(body),
      })
    } catch (error) {
      if (!(error instanceof AudienceFault)) throw error
      return problem(error, records.knobs.bareProblems)
    }
  }

  /** Any user name, and the key as password. */
  function isSignedIn(authorization: string): boolean {
    const [kind, proof = ''] = authorization.split(' ')
    const given =
      kind === 'Basic'
        ? Buffer.from(proof, 'base64')
            .toString()
            .replace(/^[^:]*:/, '')
        : proof
    return given === accepted
  }

  const crowd = new AudienceFault(
    429,
    'Too Many Requests',
    'You have exceeded the limit of 10 simultaneous connections.',
  )
  return {
    collectionOf: (target) => /\/(tags|members)(?=\?|$|\/[^/]*$)/.exec(target)?.[1] ?? '',
    answer,
    inFlight: { keyOf: () => '', limit: mostInFlight, refusal: problem(crowd, false) },
    reset: () => {
      accepted = key
      records = begin(seed)
    },
    commands: {
      dump: () =>
        [...records.members.values()].map((one) => ({ ...shown(one), tags: [...one.tags] })),
      load: (list: (Given & { email_address: string })[]) =>
        list.map(
          (one) =>
            records.add(one.email_address, { status: 'subscribed', ...one }, { skipsChecks: true })
              .id,
        ),
      amend: ({ email, fields }: { email: string; fields: Partial<StoredMember> }) =>
        void Object.assign(records.known(email), fields, { last_changed: records.now() }),
      herself: ({ email, does }: { email: string; does: 'subscribe' | 'unsubscribe' | 'bounce' }) =>
        records.herself(email, does),
      archive: (email: string) => records.archive(records.known(email)),
      forget: (email: string) => records.forget(email),
      settle: () => {
        for (const one of records.members.values()) records.settle(one)
      },
      clock: (seconds: number | null) => {
        records.clock = seconds
      },
      knobs: (turned: Partial<AudienceKnobs>) => {
        records.knobs = { ...records.knobs, ...turned }
      },
      key: (now: string) => {
        accepted = now
      },
      hash: (email: string) => hashOf(email),
      looksIn: (url: string) => looksIn(url),
      webhook: ({ url, webhook }: { url: string; webhook: FormWebhook }) => sendForm(url, webhook),
    },
  }
}

/** An audience of invented people, half of them subscribed, where there is a seed. */
function begin(seed: number | null): AudienceRecords {
  const records = new AudienceRecords()
  records.clock = 1_777_000_000
  for (const [index, person] of seed === null ? [] : inventedPeople(seed).entries()) {
    const merge_fields = { FNAME: person.firstName, LNAME: person.lastName }
    const status = index % 2 === 0 ? 'subscribed' : 'unsubscribed'
    records.add(person.email, { status, merge_fields }, { skipsChecks: true })
  }
  records.clock = null
  return records
}

function parsed(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch {
    throw new AudienceFault(
      400,
      'JSON Parse Error',
      'We encountered an unspecified JSON parsing error.',
    )
  }
}
