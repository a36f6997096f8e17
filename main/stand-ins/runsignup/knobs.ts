/** What a test can turn at the RunSignup stand-in, besides the kit's faults. */
export interface SiteKnobs {
  /** Personal data of users with an account is refused with an error. */
  readonly safeSync: boolean
  /** Texts a giveaway may have; null: any. */
  readonly giveaways: readonly string[] | null
  /** One bad participant refuses the whole request, with `error_details`; else only its own entry is an error. */
  readonly refuseWhole: boolean
  /** A refusal with details says nothing else: there is no `error` beside them. */
  readonly bareDetails: boolean
  /** A deletion that names somebody who was not imported is refused as a whole; else they are left out of the answer. */
  readonly refuseDeletion: boolean
  /** Whether a page is counted over all events asked for or for each of them. */
  readonly pageOver: 'answer' | 'event'
  /** Rows of a page at most, whatever is asked for, without a word of it. */
  readonly silentCap: number | null
  /** The number of a caller registration and its secret; null: none is known. */
  readonly caller: { readonly key: string; readonly secret: string } | null
  /** Who does not name a caller registration is refused, as from 1 January 2027. */
  readonly callerRequired: boolean
  /** The status of a refused access token: like any other error, or as it should be. */
  readonly expiredStatus: 200 | 401
  /** A page with only one event comes without the array around it. */
  readonly bareElement: boolean
  /** Errors 517 for who is there already, where `restrict_potential_dup` is T. */
  readonly restrictsDuplicates: boolean
  /** `after_registration_id` is ignored. */
  readonly ignoresKeyset: boolean
}

/** RunSignup as it is described. */
export const plainKnobs: SiteKnobs = {
  safeSync: false,
  giveaways: null,
  refuseWhole: false,
  bareDetails: false,
  refuseDeletion: false,
  pageOver: 'answer',
  silentCap: null,
  caller: null,
  callerRequired: false,
  expiredStatus: 200,
  bareElement: false,
  restrictsDuplicates: true,
  ignoresKeyset: false,
}
