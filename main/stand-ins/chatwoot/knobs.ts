/** What a test can turn at the Chatwoot stand-in, besides the kit's faults. */
export interface ChatwootKnobs {
  /** The server in front passes headers with an underscore on. Most do not. */
  readonly underscores: boolean
  /** How the answer to a new contact nests it: as the code does, as the description says, or not at all. */
  readonly nesting: 'contact' | 'list' | 'plain'
  /** The answer to a filter of conversations is nested like their list, as the description says. */
  readonly nestedFilter: boolean
  /** Only who has an e-mail address or a phone is listed (feature `crm_v2`). */
  readonly onlyLeads: boolean
  /** Two at once may get one phone: that nobody else has it is looked up, and kept by no index. */
  readonly phoneRace: boolean
  /** How often one webhook is sent where nobody takes it: once, or three times in later releases. */
  readonly tries: 1 | 3
  /** Webhooks get lost. */
  readonly drops: boolean
  /** Keys of custom attributes that were defined: only they can be filtered by. */
  readonly defined: readonly string[]
  /** The list of contacts cannot be sorted by when they were made, as in older releases. */
  readonly noCreatedSort: boolean
}

/** Chatwoot as it is installed, behind nginx. */
export const plainKnobs: ChatwootKnobs = {
  underscores: false,
  nesting: 'contact',
  nestedFilter: false,
  onlyLeads: false,
  phoneRace: false,
  tries: 1,
  drops: false,
  defined: [],
  noCreatedSort: false,
}
