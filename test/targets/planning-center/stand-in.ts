/** Planning Center in a process of its own, and what people there do. */
import type { PlanningCenterKnobs } from '../../../main/stand-ins/planning-center/knobs.ts'
import { applicationId } from '../../../main/stand-ins/planning-center/sign-in.ts'
import type {
  Delivered,
  PlanningCenterWebhook,
} from '../../../main/stand-ins/planning-center/webhooks.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

type Attributes = Readonly<Record<string, unknown>>
type VertexType = 'Person' | 'Email' | 'PhoneNumber' | 'Address' | 'Campus'

/** A record as its documents show it. */
export interface Shown {
  readonly type: string
  readonly id: string
  readonly attributes: Attributes
  readonly relationships: Readonly<Record<string, unknown>>
}

/** A person with what belongs to the person. */
export interface ShownPerson {
  readonly data: Shown
  readonly included: readonly Shown[]
}

export class PlanningCenterStandIn extends StandInProcess {
  people(): Promise<readonly ShownPerson[]> {
    return this.command('dump')
  }

  campuses(): Promise<readonly Shown[]> {
    return this.command('campuses')
  }

  /** The person of a last name. Fails the test where there is not exactly one. */
  async person(lastName: string): Promise<ShownPerson> {
    const found = (await this.people()).filter(
      ({ data }) => data.attributes['last_name'] === lastName,
    )
    if (found.length !== 1) throw new Error(`There are ${found.length} people called ${lastName}.`)
    return found[0]!
  }

  /** Attributes of one kind of what belongs to somebody, by their ids. */
  async belongings(lastName: string, type: VertexType): Promise<readonly Shown[]> {
    return (await this.person(lastName)).included.filter((one) => one.type === type)
  }

  /** Puts people there, each with `emails`, `phone_numbers` and `addresses`; answers their ids. */
  load(people: readonly Attributes[]): Promise<readonly string[]> {
    return this.command('load', people)
  }

  loadCampuses(campuses: readonly Attributes[]): Promise<readonly string[]> {
    return this.command('loadCampuses', campuses)
  }

  /** Changes a record as somebody there would. */
  edit(type: VertexType, id: string, attributes: Attributes): Promise<void> {
    return this.command('edit', { type, id, attributes })
  }

  /** Gives a person one more of a kind; answers its id. */
  add(type: VertexType, person: string, attributes: Attributes): Promise<string> {
    return this.command('add', { type, person, attributes })
  }

  remove(type: VertexType, id: string): Promise<void> {
    return this.command('remove', { type, id })
  }

  merge(keep: string, remove: string): Promise<void> {
    return this.command('merge', { keep, remove })
  }

  /** The clock dates are taken from, seconds since 1970; null: the real one. */
  churchClock(seconds: number | null): Promise<void> {
    return this.command('clock', seconds)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<PlanningCenterKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** From now on only this secret is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }

  /** Gives an access token and a refresh token. */
  giveTokens(access: string, refresh: string): Promise<void> {
    return this.command('tokens', { access, refresh })
  }

  /** No access token is good any more. */
  expire(): Promise<void> {
    return this.command('expire')
  }

  /** Access tokens given so far. */
  given(): Promise<number> {
    return this.command('given')
  }

  /** Sends a webhook, again until it is answered 200. */
  sendWebhook(url: string, webhook: PlanningCenterWebhook, attempts?: number): Promise<Delivered> {
    return this.command('webhook', { url, webhook, attempts })
  }
}

/** Starts a Planning Center stand-in with nobody in it. Call `stop()` when done. */
export async function startPlanningCenter(
  options: StandInOptions & { readonly key?: string } = {},
): Promise<PlanningCenterStandIn> {
  const { child, url } = await startStandIn('planning-center', [
    ...commonArguments(options),
    '--key',
    options.key ?? 'stand-in-key',
  ])
  return new PlanningCenterStandIn(child, url)
}

/** What it tells of people to somebody who signs in with the key `k`. */
export async function people(url: string): Promise<readonly unknown[]> {
  const headers = { authorization: `Basic ${btoa(`${applicationId}:k`)}` }
  const answer = await fetch(`${url}/people/v2/people?per_page=100`, { headers })
  return ((await answer.json()) as { data: unknown[] }).data
}
