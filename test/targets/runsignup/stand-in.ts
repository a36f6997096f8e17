/** RunSignup in a process of its own, and what somebody there does with it. */
import type { SiteKnobs } from '../../../main/stand-ins/runsignup/knobs.ts'
import type {
  NewRegistration,
  RegistrationPatch,
  SiteRaceContent,
  SiteRegistration,
} from '../../../main/stand-ins/runsignup/site-records.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

export const runSignupKey = 'stand-in-key-id'
export const runSignupSecret = 'stand-in-secret'

/** The race and the two events a fresh stand-in has. */
export {
  eventId,
  raceId,
  siteEvent,
  springClassic,
} from '../../../main/stand-ins/runsignup/site-records.ts'

export interface LoadedRegistration {
  readonly registrationId: number
  readonly userId: number
}

export class RunSignupStandIn extends StandInProcess {
  /** All registrations ever made, removed ones with their reason, lowest number first. */
  async registrations(): Promise<readonly SiteRegistration[]> {
    const { registrations } = await this.command<{ registrations: readonly SiteRegistration[] }>(
      'dump',
    )
    return registrations
  }

  /** Registrations that are there. */
  async present(): Promise<readonly SiteRegistration[]> {
    return (await this.registrations()).filter(({ removed }) => removed === null)
  }

  /** Registers people as they would themselves, thousands at once; all in the same second. */
  load(list: readonly NewRegistration[]): Promise<readonly LoadedRegistration[]> {
    return this.command('load', list)
  }

  edit(id: number, patch: RegistrationPatch): Promise<void> {
    return this.command('edit', { id, patch })
  }

  remove(id: number, reason: 'cleared' | 'removed' | 'deferred' = 'removed'): Promise<void> {
    return this.command('remove', { id, reason })
  }

  /** Moves a registration to another event; answers its new number. */
  transfer(id: number, eventId: number): Promise<number> {
    return this.command('transfer', { id, eventId })
  }

  /** Changes the race or its events. */
  changeRace(race: Partial<SiteRaceContent>): Promise<void> {
    return this.command('race', race)
  }

  /** The clock modified times are taken from, seconds since 1970; null: the real one. */
  siteClock(seconds: number | null): Promise<void> {
    return this.command('clock', seconds)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<SiteKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** Tokens of an OAuth 2 client; its access tokens are named after it. */
  oauth(tokens: {
    readonly name: string
    readonly clientId: string
    readonly clientSecret: string
    readonly refreshToken: string
    readonly expiresIn: number
  }): Promise<void> {
    return this.command('oauth', tokens)
  }

  /** What is accepted now, and how often it was renewed. */
  tokens(): Promise<{
    readonly access: string
    readonly refresh: string
    readonly renewals: number
  }> {
    return this.command('tokens')
  }

  /** From now on only this secret, or token, is accepted. */
  setSecret(secret: string): Promise<void> {
    return this.command('secret', secret)
  }
}

/** Starts a RunSignup stand-in with a race of two events and nobody in it. Call `stop()` when done. */
export async function startRunSignup(
  options: StandInOptions & { readonly secret?: string } = {},
): Promise<RunSignupStandIn> {
  const { child, url } = await startStandIn('runsignup', [
    ...commonArguments(options),
    '--key',
    options.secret ?? runSignupSecret,
  ])
  return new RunSignupStandIn(child, url)
}
