/** What a test can turn on the EMS stand-in, besides the kit's faults. */
export interface EmsKnobs {
  /** Listings tell their length in `X-Total-Count`. The API's description names no headers. */
  readonly totalCount: boolean
  /** The documented 200, or what JHipster's generated code answers: 201 to a creation, 204 to a deletion. */
  readonly statuses: 'documented' | 'generated'
  /** What a null in a PATCH does: clears, as merge-patch says, or nothing, as JHipster's generated code has it. */
  readonly patchNulls: 'clear' | 'ignore'
  /** Whether there is PATCH at all. */
  readonly patch: boolean
  /** What is nested in the answer to a change: whole records, or, as generated code often has it, their ids alone. */
  readonly changedNests: 'records' | 'ids'
  /** Larger pages are cut to this. */
  readonly largestPage: number
  /** Query parameters the server does not know. */
  readonly unknown: readonly string[]
  /** Whether persons can be searched, by a word or by an identity number. */
  readonly searches: boolean
  /** How many persons a search by a word answers at most. */
  readonly mostFound: number
  /** Listings in no order, whatever `sort` says. */
  readonly unordered: boolean
}

/** EMS as it is taken to be. */
export const plainKnobs: EmsKnobs = {
  totalCount: false,
  statuses: 'generated',
  patchNulls: 'clear',
  patch: true,
  changedNests: 'records',
  largestPage: 2000,
  unknown: [],
  searches: true,
  mostFound: 20,
  unordered: false,
}

/** What the people who run EMS have set up before anybody registers. */
export interface EmsFurniture {
  /** ISO codes. */
  readonly countries: readonly string[]
  readonly organisations: readonly string[]
  readonly tagTypes: readonly string[]
  /** Race numbers in stock. */
  readonly numbers: readonly string[]
  /** What every event gets when it is created. */
  readonly categories: readonly string[]
  readonly raceTypes: readonly string[]
  readonly courses: readonly string[]
}

/** A small club. */
export const plainFurniture: EmsFurniture = {
  countries: ['DE', 'GB', 'PT', 'ZA'],
  organisations: ['Highveld Wheelers'],
  tagTypes: ['Ankle strap'],
  numbers: [],
  categories: ['Open'],
  raceTypes: ['Road race'],
  courses: ['Out and back'],
}
