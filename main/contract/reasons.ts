/**
 * Why something was decided, as a closed code with its facts. The engine stores and sends these; words are made where
 * they are read: `words-en.ts` for the command, the log and scripts, `renderer/locales` for the window.
 */
import { z } from 'zod'
import { entityName } from './words.ts'

/** Reasons of a plan that need no further fact. */
const plainPlan = z.enum([
  'new',
  'changed',
  'deleted',
  /** The target has exactly this content. */
  'same',
  /** It has, as far as is known, and gets it once more because everything is sent again. */
  'again',
  'filtered',
  'left-filter',
  'never-sent',
  'cannot-delete',
  /** The target may have it already; a person decides. */
  'undecided',
])
/** Reasons about the root a part is made with. */
const rootPlan = z.enum(['comes-with', 'root-gone'])
/** Reasons about a field: mostly the record it refers to. */
const fieldPlan = z.enum([
  'handed-over',
  'parent-filtered',
  'parent-unknown',
  'parent-refused',
  'parent-undecided',
  'parent-waiting',
  /** It was one there together with others of the same value; it has another value now. */
  'shared-left',
  /** Without a value it is nobody there. */
  'shared-none',
  /** Another record with the same value stands for it there. */
  'shared-elsewhere',
])

/** Why a record is sent, held or left out. `field` is the field of ours it is about. */
export const planReason = z.discriminatedUnion('code', [
  z.object({ code: plainPlan }),
  z.object({ code: rootPlan, entity: entityName.nullable() }),
  z.object({ code: fieldPlan, field: z.string() }),
])
export type PlanReason = z.infer<typeof planReason>
export type PlanReasonCode = PlanReason['code']

/** The change a run did not make without a person. `said`: noted by an older version, in words only. */
export const guardCode = z.enum([
  'delete-there',
  'overwrite-there',
  'create-there',
  'delete-here',
  'unlink-here',
  'said',
])
export type GuardCode = z.infer<typeof guardCode>

/** What a guard stopped: how many were planned, and more than how many stop. */
export const guardFacts = z.object({
  code: guardCode,
  planned: z.number().int(),
  limit: z.number().int(),
  /** Records the target has of the same kinds; left out where that was not counted. */
  linked: z.number().int().optional(),
  /** Only of `said`: the sentence itself. */
  said: z.string().optional(),
})
export type GuardFacts = z.infer<typeof guardFacts>

/**
 * Why a target is at rest.
 * - `person`: `who` paused it · `all`: everything is paused
 * - `sign-in`: it refused its credentials; `said` is what it answered
 * - `set-up`: nobody has finished setting it up · `removing`: it is on its way out
 * - `said`: noted by an older version, in words only
 */
export const pauseReason = z.discriminatedUnion('code', [
  z.object({ code: z.enum(['all', 'set-up', 'removing']) }),
  z.object({ code: z.literal('person'), who: z.string() }),
  z.object({ code: z.enum(['sign-in', 'said']), said: z.string() }),
])
export type PauseReason = z.infer<typeof pauseReason>
export type PauseCode = PauseReason['code']

/**
 * How alike two names of persons are.
 * - `same` the full name, however it is spelled and divided into first and last name
 * - `letters` a slip of the pen · `shortened` one has parts the other leaves out · `initial` of the first name
 * - `swapped` first and last name · `surname` another last name beside the same first name
 * - `noFirstName` one side has the last name alone
 */
export const nameLikeness = z.enum([
  'same',
  'letters',
  'shortened',
  'initial',
  'swapped',
  'surname',
  'noFirstName',
  'other',
])
export type NameLikeness = z.infer<typeof nameLikeness>

/** What two persons may share beside their names. */
export const sharedFact = z.enum(['dateOfBirth', 'email', 'phone', 'bib'])
export type SharedFact = z.infer<typeof sharedFact>

/** What makes them two. */
export const contradiction = z.enum(['dateOfBirth', 'gender', 'age'])
export type Contradiction = z.infer<typeof contradiction>

/** What two persons share and where they differ. */
export const likeness = z.object({
  name: nameLikeness,
  shared: z.array(sharedFact).readonly(),
  differs: z.array(contradiction).readonly(),
})
export type Likeness = z.infer<typeof likeness>

const fields = z.array(z.string()).readonly()

/**
 * Why a record of a target is one of ours, may be, or is none.
 * - `known`: linked already · `key`: these fields are the same · `through`: a record that refers to it is the same
 * - `joined`: another one of what is linked to `linkedTo`
 * - `linked`: `fields` are the same (none: a record that refers to it is), but ours is linked to `linkedTo`
 * - `several`: `count` of ours fit equally well · `similar`: `fields` differ
 * - `namesakes`: same names, and one birth date is not known · `doubtful`: what speaks for and against a person
 * - `alike`: the same in everything, with nothing that tells namesakes apart
 * - `taken-over` / `nothing`: nothing here fits, and new records of the target are taken over / are not
 * - `new-here`: ours, and the target gets no new records by itself · `gone-there`: ours, and not there any more
 * - `said`: noted by an older version, in words only
 */
export const matchReason = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      'known',
      'through',
      'namesakes',
      'alike',
      'taken-over',
      'nothing',
      'new-here',
      'gone-there',
    ]),
  }),
  z.object({ code: z.enum(['key', 'similar']), fields }),
  z.object({ code: z.enum(['joined', 'linked']), fields, linkedTo: z.string() }),
  z.object({ code: z.literal('several'), count: z.number().int() }),
  z.object({ code: z.literal('doubtful'), likeness }),
  z.object({ code: z.literal('said'), said: z.string() }),
])
export type MatchReason = z.infer<typeof matchReason>
export type MatchReasonCode = MatchReason['code']
