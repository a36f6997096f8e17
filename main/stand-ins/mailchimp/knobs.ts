/** What a test can turn at the Mailchimp stand-in, besides the kit's faults. */
export interface AudienceKnobs {
  /** Who is to be subscribed is asked by mail first: `pending` is answered in place of `subscribed`. */
  readonly doubleOptIn: boolean
  /** Refusals come without a `type`. */
  readonly bareProblems: boolean
  /** Tags that are set are not seen until `settle`. */
  readonly lateTags: boolean
  /** Whoever was archived is somebody new to PUT: `status_if_new` counts. */
  readonly archivedIsNew: boolean
  /** Addresses that signed up to many audiences lately: they are refused for now. */
  readonly busy: readonly string[]
  /** Members whose state cannot be set: Mailchimp fails on them and does not tell why. */
  readonly deepFaults: readonly string[]
  /** Each so many requests the gate in front answers 403 with a web page; 0 for none. */
  readonly gateEvery: number
  /** The merge fields of the audience, and which of them is an address. */
  readonly mergeFields: readonly string[]
  readonly addressField: string | null
}

/** Mailchimp as it is described. */
export const plainKnobs: AudienceKnobs = {
  doubleOptIn: false,
  bareProblems: false,
  lateTags: false,
  archivedIsNew: false,
  busy: [],
  deepFaults: [],
  gateEvery: 0,
  mergeFields: ['FNAME', 'LNAME', 'PHONE', 'BIRTHDAY', 'ADDRESS'],
  addressField: 'ADDRESS',
}
